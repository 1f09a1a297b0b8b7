import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createRecordWriter, readRecords } from './record-stream.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function* chunksOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text);
}

test('readRecords() joins records that are split over chunks', async () => {
  const seen: string[] = [];
  const records = readRecords(chunksOf('3\nab', 'c2', '\nde1\nf'), { maxRecordBytes: 10 });
  for await (const record of records) seen.push(Buffer.from(record).toString());
  expect(seen).toEqual(['abc', 'de', 'f']);
});

test('createRecordWriter() frames records in order and ends the stream', async () => {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  const writer = createRecordWriter(stream, { maxQueuedBytes: 100 });
  expect([writer.write(bytes('abc')), writer.write(bytes('de'))]).toEqual([true, true]);
  const finished = new Promise((resolve) => stream.once('finish', resolve));
  writer.end();
  await finished;
  expect(written.join('')).toBe('3\nabc2\nde');
  expect(writer.write(bytes('x'))).toBe(false);
});

test('createRecordWriter() cuts off a reader that takes nothing', () => {
  const stream = new Writable({ write: () => undefined });
  let cut = 0;
  const writer = createRecordWriter(stream, {
    maxQueuedBytes: 20,
    onTooSlow: () => {
      cut++;
    },
  });
  let accepted = 0;
  while (writer.write(bytes('12345678')) && accepted < 100) accepted++;
  expect([accepted, cut, stream.destroyed]).toEqual([2, 1, true]);
});
