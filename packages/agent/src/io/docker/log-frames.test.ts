import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogFrames, type LogPiece } from './log-frames.ts';

function frame(stream: LogPiece['stream'], bytes: Uint8Array): Uint8Array {
  const header = new Uint8Array(8);
  header[0] = stream === 'stderr' ? 2 : 1;
  new DataView(header.buffer).setUint32(4, bytes.length);
  return Buffer.concat([header, bytes]);
}

function joined(pieces: readonly LogPiece[], stream: LogPiece['stream']): string {
  const own = pieces.filter((piece) => piece.stream === stream).map(({ bytes }) => bytes);
  return Buffer.concat(own).toString('hex');
}

test('LogFrames gives the same bytes however the stream is cut', () => {
  const frames = fc.array(
    fc.record({ isError: fc.boolean(), bytes: fc.uint8Array({ maxLength: 40 }) }),
  );
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 30 })), (written, cuts) => {
      const streamOf = (isError: boolean): LogPiece['stream'] => (isError ? 'stderr' : 'stdout');
      const whole = Buffer.concat(
        written.map(({ isError, bytes }) => frame(streamOf(isError), bytes)),
      );
      const reader = new LogFrames();
      const pieces: LogPiece[] = [];
      let at = 0;
      for (const length of [...cuts, whole.length]) {
        pieces.push(...reader.push(whole.subarray(at, at + length)));
        at += length;
      }
      for (const isError of [false, true]) {
        const own = written.filter((one) => one.isError === isError).map(({ bytes }) => bytes);
        expect(joined(pieces, streamOf(isError))).toBe(Buffer.concat(own).toString('hex'));
      }
    }),
  );
});

test('LogFrames refuses what is no log stream', () => {
  expect(() => new LogFrames().push(Buffer.from('HTTP/1.1 200'))).toThrow(RangeError);
});
