/** Reads the recorded exchanges: raw HTTP messages as they went over the socket. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRecordReader } from '@stoke/protocol';

/** Where the recordings are; a recording is named `group/name`. */
export const RECORDINGS = join(import.meta.dirname, 'recordings');

/** One HTTP message: a request or an answer, with the body put together from its chunks. */
export interface RecordedMessage {
  /** First line without its end. */
  readonly startLine: string;
  /** Names as they were sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** The chunks of a chunked body; empty otherwise. */
  readonly chunks: readonly Buffer[];
  /** Whether a chunked body came to its last chunk. */
  readonly complete: boolean;
}

/** Takes a raw HTTP message apart. */
export function parseMessage(raw: Buffer): RecordedMessage {
  const headEnd = raw.indexOf('\r\n\r\n');
  const head = raw.subarray(0, headEnd < 0 ? raw.length : headEnd).toString('latin1');
  const [startLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  const rest = headEnd < 0 ? Buffer.alloc(0) : raw.subarray(headEnd + 4);
  if (headerOf(headers, 'Transfer-Encoding') !== 'chunked') {
    return { startLine, headers, body: rest, chunks: [], complete: true };
  }
  return { startLine, headers, ...dechunk(rest) };
}

function dechunk(raw: Buffer): { chunks: Buffer[]; body: Buffer; complete: boolean } {
  const chunks: Buffer[] = [];
  let at = 0;
  let complete = false;
  while (at < raw.length && !complete) {
    const lineEnd = raw.indexOf('\r\n', at);
    if (lineEnd < 0) break;
    const size = Number.parseInt(raw.subarray(at, lineEnd).toString('latin1'), 16);
    if (size === 0) complete = true;
    else chunks.push(raw.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return { chunks, body: Buffer.concat(chunks), complete };
}

/** The value of a header, whatever its case; undefined when it is not there. */
export function headerOf(
  headers: readonly (readonly [name: string, value: string])[],
  name: string,
): string | undefined {
  return headers.find(([it]) => it.toLowerCase() === name.toLowerCase())?.[1];
}

/** Status code of an answer. */
export function statusOf(message: RecordedMessage): number {
  return Number(message.startLine.split(' ')[1]);
}

/** Upstream writes a bare Infinity, which is no JSON; the string is what it reads itself. */
export function validJson(text: string): string {
  return text.replaceAll(/:(-?Infinity)(?=[,}\]])/g, ':"$1"');
}

/** The records of a stream's body. */
export function recordsOf(message: RecordedMessage): Buffer[] {
  return createRecordReader({ maxRecordBytes: 16_000_000 })
    .push(message.body)
    .map((it) => Buffer.from(it));
}

/** Reads `group/name.request`, `.response` or `.stream`. */
export function readRecording(path: string): RecordedMessage {
  return parseMessage(readFileSync(join(RECORDINGS, path)));
}

/** Whether there is such a file. */
export function hasRecording(path: string): boolean {
  return existsSync(join(RECORDINGS, path));
}

/** The files of a group, and of the folders in it, as paths below the recordings. */
export function recordingsOf(group: string, suffix: string): string[] {
  return readdirSync(join(RECORDINGS, group), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(suffix))
    .sort()
    .map((name) => `${group}/${name}`);
}

/** Every group there is. */
export function recordedGroups(): string[] {
  return readdirSync(RECORDINGS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
