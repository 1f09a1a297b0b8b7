import { expect, test } from 'vitest';
import { FrameReader } from './frames.ts';
import { JuteReader, JuteWriter } from './jute.ts';
import { decodeConnect, encodeRequest, OPEN_ACL, readMulti } from './messages.ts';

/** The content of a frame. */
const content = (writer: JuteWriter): Buffer => writer.toFrame().subarray(4);

test('encodeRequest() writes a create as the protocol has it', () => {
  const frame = encodeRequest(7, {
    type: 'create',
    path: '/a',
    data: Buffer.from('d'),
    acl: OPEN_ACL,
    ephemeral: true,
    sequential: true,
  });
  const expected = new JuteWriter().int(7).int(1).text('/a').buffer(Buffer.from('d'));
  expected.int(1).int(31).text('world').text('anyone').int(3);
  expect(frame.toString('hex')).toBe(expected.toFrame().toString('hex'));
});

test('readMulti() finds the guilty part of a transaction', () => {
  const header = (writer: JuteWriter, type: number, done: boolean, error: number): JuteWriter =>
    writer.int(type).bool(done).int(error);
  const writer = new JuteWriter();
  header(writer, -1, false, 0).int(0);
  header(writer, -1, false, -110).int(-110);
  header(writer, -1, false, -2).int(-2);
  header(writer, -1, true, -1);
  expect(readMulti(new JuteReader(content(writer)))).toBe(-110);
  const done = header(header(new JuteWriter(), 2, false, 0), -1, true, -1);
  expect(readMulti(new JuteReader(content(done)))).toBe(0);
  expect(() => readMulti(new JuteReader(Buffer.alloc(0)))).toThrow('has no end');
});

test('JuteReader refuses what is announced and not there', () => {
  expect(() => new JuteReader(Buffer.from([0, 0, 0, 9, 1])).text()).toThrow('9 more are announced');
  expect(() => new JuteReader(Buffer.from([0xff, 0xff, 0xff, 0xfe])).buffer()).toThrow('announced');
  expect(() => decodeConnect(Buffer.alloc(3))).toThrow('Cannot read');
});

test('FrameReader cuts frames wherever the chunks end, and refuses impossible ones', () => {
  const bytes = Buffer.concat([
    new JuteWriter().int(1).toFrame(),
    new JuteWriter().int(2).toFrame(),
  ]);
  const reader = new FrameReader();
  const frames = [...bytes].flatMap((byte) => reader.push(Buffer.from([byte])));
  expect(frames.map((frame) => frame.readInt32BE(0))).toEqual([1, 2]);
  expect(() => new FrameReader().push(Buffer.from([0x7f, 0, 0, 0]))).toThrow('is announced');
});
