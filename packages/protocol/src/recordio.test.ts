/** Framing: any cut of the stream gives the same records; limits hold. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecordReader, encodeRecord, isAppError } from './index.ts';

const text = (value: string) => new TextEncoder().encode(value);

test('encodeRecord puts length and payload into one buffer', () => {
  expect(encodeRecord(text('{"a":1}'))).toEqual(text('7\n{"a":1}'));
  expect(encodeRecord(new Uint8Array(0))).toEqual(text('0\n'));
});

test('createRecordReader gives back the records however the stream is cut', () => {
  const records = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 5 });
  fc.assert(
    fc.property(records, fc.integer({ min: 1, max: 40 }), (payloads, size) => {
      const stream = Uint8Array.from(payloads.flatMap((it) => [...encodeRecord(it)]));
      const reader = createRecordReader({ maxRecordBytes: 30 });
      const read: Uint8Array[] = [];
      for (let at = 0; at < stream.length; at += size) {
        read.push(...reader.push(stream.subarray(at, at + size)));
      }
      expect(read).toEqual(payloads);
      expect(reader.pendingBytes).toBe(0);
    }),
  );
});

test('createRecordReader knows when a stream was cut', () => {
  const reader = createRecordReader({ maxRecordBytes: 30 });
  reader.push(text('5\nab'));
  expect(reader.pendingBytes).toBeGreaterThan(0);
});

test.each([
  ['x', 'MALFORMED_RECORD'],
  ['-1\n', 'MALFORMED_RECORD'],
  ['\n', 'MALFORMED_RECORD'],
  ['1234567890123456789012\n', 'MALFORMED_RECORD'],
  ['31\n', 'RECORD_TOO_LARGE'],
])('createRecordReader refuses %j with %s', (input, code) => {
  const reader = createRecordReader({ maxRecordBytes: 30 });
  expect(() => reader.push(text(input))).toThrow(
    expect.toSatisfy((thrown: unknown) => isAppError(thrown, code)),
  );
});
