/** Downloads one file: resumable, checksummed, retried with backoff, with progress. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '@stoke/kit';
import { sparkError } from './errors.ts';
import { createIdleGuard, type IdleGuard } from './idle-guard.ts';
import { type PartialFile, partialFile } from './partial-file.ts';
import { createRateMeter } from './rate-meter.ts';
import type { OnProgress } from './setup-progress.ts';

/** What to download, and where to. */
export interface DownloadRequest {
  readonly url: string;
  /** Value of the Authorization header, not passed on by redirects to other hosts. */
  readonly authorization?: string;
  /** Final path; while it grows it is `<path>.partial`. */
  readonly path: string;
  /** Lower-case hex. Without it only the size is checked. */
  readonly sha256?: string;
  readonly size?: number;
  /** Named in progress and errors, as in "Spark 3.5.9". */
  readonly what: string;
  readonly onProgress: OnProgress;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Attempts in a row without a single new byte before giving up. Default 5. */
  readonly maxAttempts?: number;
  /** A connection silent for so long is given up. Default 60,000. */
  readonly idleTimeoutMs?: number;
  /** Larger files are refused. Default 4 GiB. */
  readonly maxBytes?: number;
}

const IDLE_TIMEOUT_MS = 60_000;
const MAX_BYTES = 4 * 1024 ** 3;

/** A failure that another attempt would only repeat. */
class FinalFailure extends Error {}

/**
 * Downloads to `path`, going on where an earlier try stopped when the server can.
 * @throws AppError DOWNLOAD_FAILED, CHECKSUM_MISMATCH; the signal's reason when aborted
 */
export async function downloadFile(request: DownloadRequest): Promise<void> {
  await mkdir(dirname(request.path), { recursive: true });
  const partial = partialFile(request.path);
  const maxAttempts = request.maxAttempts ?? 5;
  let failures = 0;
  for (;;) {
    const before = await partial.size();
    try {
      await fetchRest(request, partial);
      break;
    } catch (cause) {
      request.signal?.throwIfAborted();
      failures = (await partial.size()) > before ? 1 : failures + 1;
      if (cause instanceof FinalFailure || failures >= maxAttempts) throw failed(request, cause);
      await pause(request.clock, Math.min(500 * 2 ** (failures - 1), 8000), request.signal);
    }
  }
  await finish(request, partial);
}

/** One connection: asks for what is missing and appends it. */
async function fetchRest(request: DownloadRequest, partial: PartialFile): Promise<void> {
  const have = await continuableSize(request, partial);
  const guard = createIdleGuard(request.clock, request.idleTimeoutMs ?? IDLE_TIMEOUT_MS);
  const signals = [guard.signal, ...(request.signal === undefined ? [] : [request.signal])];
  try {
    const response = await fetch(request.url, {
      headers: {
        // A packed transfer would make sizes and ranges mean something else.
        'accept-encoding': 'identity',
        ...(have > 0 ? { range: `bytes=${have}-` } : {}),
        ...(request.authorization === undefined ? {} : { authorization: request.authorization }),
      },
      signal: AbortSignal.any(signals),
    });
    if (response.status === 416 && have > 0 && have === request.size) return;
    if (response.status === 416) await partial.discard();
    refuseBadStatus(response);
    const start = response.status === 206 ? have : 0;
    await partial.writeNote({
      url: request.url,
      etag: response.headers.get('etag'),
      sha256: request.sha256,
    });
    await appendBody(request, { response, start, guard, partial });
  } finally {
    guard.stop();
  }
}

/** How many bytes of the half-finished file belong to the same content. */
async function continuableSize(request: DownloadRequest, partial: PartialFile): Promise<number> {
  const have = await partial.size();
  if (have === 0) return 0;
  const note = await partial.note();
  const same =
    request.sha256 === undefined ? note?.url === request.url : note?.sha256 === request.sha256;
  if (same && (request.size === undefined || have <= request.size)) return have;
  await partial.discard();
  return 0;
}

function refuseBadStatus(response: Response): void {
  if (response.status === 200 || response.status === 206) return;
  const text = `the server answered ${response.status} ${response.statusText}`.trim();
  const passing = response.status >= 500 || [408, 416, 425, 429].includes(response.status);
  throw passing ? new Error(text) : new FinalFailure(text);
}

interface Transfer {
  readonly response: Response;
  readonly start: number;
  readonly guard: IdleGuard;
  readonly partial: PartialFile;
}

async function appendBody(request: DownloadRequest, transfer: Transfer): Promise<void> {
  const { response, start, guard, partial } = transfer;
  if (response.body === null) throw new Error('the server sent no body');
  const announced = response.headers.get('content-length');
  const total = request.size ?? (announced === null ? undefined : start + Number(announced));
  const limit = Math.min(total ?? MAX_BYTES, request.maxBytes ?? MAX_BYTES);
  const meter = createRateMeter(request.clock, start);
  const report = (bytes: number): void =>
    request.onProgress({
      type: 'download',
      what: request.what,
      bytes,
      totalBytes: total,
      bytesPerSecond: meter.bytesPerSecond(),
    });
  const file = await open(partial.path, start > 0 ? 'r+' : 'w');
  try {
    let position = start;
    for await (const chunk of response.body) {
      guard.touch();
      if (position + chunk.length > limit) {
        throw new FinalFailure(`the server sends more than ${limit} bytes`);
      }
      await file.write(chunk, 0, chunk.length, position);
      position += chunk.length;
      if (meter.count(chunk.length)) report(position);
    }
    report(position);
    if (total !== undefined && position < total) {
      throw new Error(`the connection ended after ${position} of ${total} bytes`);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function finish(request: DownloadRequest, partial: PartialFile): Promise<void> {
  const { path, sha256, what, onProgress } = request;
  if (sha256 !== undefined) {
    onProgress({ type: 'step', what, doing: 'checking the download' });
    const actual = await sha256OfFile(partial.path);
    if (actual !== sha256) {
      await partial.discard();
      throw sparkError(
        'CHECKSUM_MISMATCH',
        `Cannot download ${what}: ${withoutCredentials(request.url)} has SHA-256 ${actual}, expected ${sha256}; what arrived was deleted, so try again or use another source`,
      );
    }
  }
  await rename(partial.path, path);
  await partial.discard();
}

/** SHA-256 of a file, lower-case hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

/** An address fit for a message. */
export function withoutCredentials(url: string): string {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  parsed.search = '';
  return parsed.href;
}

function failed(request: DownloadRequest, cause: unknown): Error {
  return sparkError(
    'DOWNLOAD_FAILED',
    `Cannot download ${request.what} from ${withoutCredentials(request.url)}: ${networkReason(cause)}; what has arrived is kept, so the same command continues there`,
    { cause },
  );
}

/** fetch hides the reason ("fetch failed"); the cause inside has it. */
export function networkReason(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const inner = thrown.cause instanceof AggregateError ? thrown.cause.errors[0] : thrown.cause;
  return inner instanceof Error && inner.message !== '' ? inner.message : thrown.message;
}

async function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.setTimer(delayMs, resolve);
  const stop = (): void => resolve();
  signal?.addEventListener('abort', stop, { once: true });
  await promise;
  timer.cancel();
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
}
