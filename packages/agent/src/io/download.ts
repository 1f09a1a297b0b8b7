/** One file from an HTTP server into a local one, bounded in time and size, following redirects. */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { openStream, withoutLogin } from '@stoke/kit';
import { agentError } from '../errors.ts';

const maxRedirects = 10;

export interface DownloadLimits {
  /** The longest pause between two pieces, and until the first. */
  readonly stallTimeoutMs: number;
  readonly maxBytes: number;
  /** Told about every piece: bytes so far, and how many there will be if the server said so. */
  readonly onProgress?: (bytes: number, total: number | undefined) => Promise<void>;
  /** How messages name the file: not by a URL that was signed for it. */
  readonly label?: string;
}

/** @throws AppError `FETCH_FAILED`, or what the HTTP client throws */
export async function download(url: string, path: string, limits: DownloadLimits): Promise<void> {
  let current = url;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const next = await downloadOnce(current, path, limits);
    if (next === undefined) return;
    current = next;
  }
  throw agentError('FETCH_FAILED', {
    message: `${cannot(url, limits)}: more than ${maxRedirects} redirects`,
  });
}

/** Answers where the server says the file is instead, if it does. */
async function downloadOnce(
  url: string,
  path: string,
  limits: DownloadLimits,
): Promise<string | undefined> {
  const stalled = new AbortController();
  const stop = (): void => stalled.abort(stallError(url, limits));
  const watchdog = setTimeout(stop, limits.stallTimeoutMs);
  const stream = await openStream({
    url,
    timeoutMs: limits.stallTimeoutMs,
    signal: stalled.signal,
  }).catch((cause: unknown) => {
    clearTimeout(watchdog);
    throw cause;
  });
  try {
    if (stream.status >= 300 && stream.status < 400 && stream.headers.location !== undefined) {
      return redirectTarget(url, stream.headers.location, limits);
    }
    if (stream.status !== 200) {
      throw agentError('FETCH_FAILED', {
        message: `${cannot(url, limits)}: the server answered ${stream.status}`,
      });
    }
    const chunks = counted(stream.chunks, {
      url,
      limits,
      total: Number(stream.headers['content-length'] ?? Number.NaN),
      onChunk: () => watchdog.refresh(),
    });
    await pipeline(chunks, createWriteStream(path, { mode: 0o644 }), { signal: stalled.signal });
    return undefined;
  } catch (cause) {
    throw stalled.signal.aborted ? stalled.signal.reason : cause;
  } finally {
    clearTimeout(watchdog);
    stream.close();
  }
}

function cannot(url: string, { label }: DownloadLimits): string {
  return `Cannot fetch '${label ?? withoutLogin(url)}'`;
}

function redirectTarget(from: string, location: string, limits: DownloadLimits): string {
  const target = new URL(location, from);
  if (target.protocol === 'http:' || target.protocol === 'https:') return target.href;
  throw agentError('FETCH_FAILED', {
    message: `${cannot(from, limits)}: it redirects to '${target.protocol}', expected http or https`,
  });
}

function stallError(url: string, limits: DownloadLimits): Error {
  return agentError('FETCH_FAILED', {
    message: `${cannot(url, limits)}: nothing arrived for ${limits.stallTimeoutMs} ms (--fetcher_stall_timeout)`,
  });
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  watch: {
    readonly url: string;
    readonly limits: DownloadLimits;
    /** NaN when the server did not say. */
    readonly total: number;
    readonly onChunk: () => void;
  },
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    watch.onChunk();
    bytes += chunk.byteLength;
    if (bytes > watch.limits.maxBytes) {
      throw agentError('FETCH_FAILED', {
        message: `${cannot(watch.url, watch.limits)}: it holds more than ${watch.limits.maxBytes} bytes`,
      });
    }
    await watch.limits.onProgress?.(bytes, Number.isNaN(watch.total) ? undefined : watch.total);
    yield chunk;
  }
}
