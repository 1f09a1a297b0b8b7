/** Reads Spark's event logs: one JSON object per line; single files and rolling folders; plain, gzip or zstd. */

import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { isAppError } from '@stoke/protocol';
import { sparkError } from './errors.ts';

/** One event, as Spark wrote it; `Event` is its type. */
export interface SparkEvent {
  readonly Event: string;
  readonly [field: string]: unknown;
}

/** The log of one application. */
export interface EventLog {
  readonly applicationId: string;
  /** A file, or the folder of a rolling log. */
  readonly path: string;
  /** The application still runs, or its driver was killed. */
  readonly inProgress: boolean;
  readonly modifiedAtMs: number;
}

const ROLLING = /^eventlog_v2_(.+)$/;
/** Plans of large queries are long lines; this one would be absurd. */
const MAX_LINE_CHARS = 256 * 1024 * 1024;
const CODECS = /\.(zstd|gz|lz4|lzf|snappy)$/;

/** The logs in a folder, newest first; other files are passed over. */
export async function listEventLogs(folder: string): Promise<readonly EventLog[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const logs = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      const rolling = ROLLING.exec(entry.name)?.[1];
      if (entry.name.startsWith('.') || entry.isDirectory() !== (rolling !== undefined)) return [];
      const inside = rolling === undefined ? [entry.name] : await readdir(path).catch(() => []);
      const inProgress = inside.some((name) => name.endsWith('.inprogress'));
      const modified = await stat(path).catch(() => undefined);
      const applicationId = rolling ?? entry.name.replace(/\.inprogress$/, '').replace(CODECS, '');
      return [{ applicationId, path, inProgress, modifiedAtMs: modified?.mtimeMs ?? 0 }];
    }),
  );
  return logs.flat().sort((a, b) => b.modifiedAtMs - a.modifiedAtMs);
}

/**
 * The events of a log, in order. A last line that is cut off (the driver was killed) is passed over.
 * @throws AppError EVENT_LOG_INVALID
 */
export async function* readEventLog(path: string): AsyncGenerator<SparkEvent> {
  for (const file of await filesOf(path)) yield* readFileEvents(file);
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw sparkError('EVENT_LOG_INVALID', `Cannot read event log '${path}': it does not exist`, {
      cause,
    });
  });
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.startsWith('events_'));
  const order = (name: string): number => Number(/^events_(\d+)_/.exec(name)?.[1] ?? 0);
  return names.sort((a, b) => order(a) - order(b)).map((name) => join(path, name));
}

async function* readFileEvents(path: string): AsyncGenerator<SparkEvent> {
  const stream = openLog(path);
  let number = 0;
  let pending: string | undefined;
  try {
    for await (const line of linesOf(stream)) {
      number += 1;
      if (pending !== undefined) yield parseEvent(path, pending, number - 1);
      pending = line;
    }
  } catch (error) {
    // A packed log that is still being written ends in the middle of a block.
    if (!path.endsWith('.inprogress') || isAppError(error)) throw error;
  } finally {
    stream.destroy();
  }
  if (pending !== undefined && isWhole(pending)) yield parseEvent(path, pending, number);
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_CHARS) throw new Error('a line of the event log is too long');
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}

function openLog(path: string): Readable {
  const file = createReadStream(path);
  const codec = CODECS.exec(basename(path).replace(/\.inprogress$/, ''))?.[1];
  if (codec === undefined) return file;
  if (codec !== 'gz' && codec !== 'zstd') {
    throw sparkError(
      'EVENT_LOG_INVALID',
      `Cannot read event log '${path}': it is packed with ${codec}; write logs with spark.eventLog.compression.codec=zstd or without compression`,
    );
  }
  const unpacked = file.pipe(codec === 'gz' ? createGunzip() : createZstdDecompress());
  file.once('error', (error) => unpacked.destroy(error));
  unpacked.once('close', () => file.destroy());
  return unpacked;
}

function isWhole(text: string): boolean {
  return text.startsWith('{') && text.endsWith('}');
}

function parseEvent(path: string, text: string, number: number): SparkEvent {
  const event = parseJson(text);
  if (isEvent(event)) return event;
  throw sparkError(
    'EVENT_LOG_INVALID',
    `Cannot read event log '${path}': line ${number} is not an event of Spark`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEvent(value: unknown): value is SparkEvent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'Event' in value &&
    typeof value.Event === 'string'
  );
}
