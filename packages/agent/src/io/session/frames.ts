/** What is sent to the small programs that have a command's streams: frames of a letter, a length and as many bytes. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { clampSize, type WindowSize } from './session.ts';

const headBytes = 5;
const largestFrame = 1024 * 1024;

/** False when it is to be waited for `drained`. */
export function sendFrame(stream: Writable, kind: string, payload: Uint8Array): boolean {
  if (!stream.writable) return true;
  const head = Buffer.alloc(headBytes);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(payload.length, 1);
  return stream.write(Buffer.concat([head, payload]));
}

/** Resolves when more input may come. */
export async function sendInput(stream: Writable, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.length; at += largestFrame) {
    const isFree = sendFrame(stream, 'I', data.subarray(at, at + largestFrame));
    if (!isFree) await drained(stream);
  }
}

export function sendSize(stream: Writable, { rows, columns }: WindowSize): void {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16BE(clampSize(rows), 0);
  bytes.writeUInt16BE(clampSize(columns), 2);
  sendFrame(stream, 'W', bytes);
}

/** Resolves when a stream takes more, or never will. */
export async function drained(stream: Writable): Promise<void> {
  if (!stream.writable) return;
  const settled = new AbortController();
  const { signal } = settled;
  const either = [once(stream, 'drain', { signal }), once(stream, 'close', { signal })];
  for (const one of either) one.catch(() => undefined);
  await Promise.race(either).catch(() => undefined);
  settled.abort();
}
