/** Sends big documents: no faster than the reader takes them, and without holding up others. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { DocumentAnswer } from './answer.ts';
import { isSliceOver } from './turn-slices.ts';

/** Written in one go: so little that many readers together do not hold up others. */
const BURST_BYTES = 256 * 1024;
/** A reader that takes nothing for so long loses its connection. */
const IDLE_MS = 60_000;

/** Resolves when all is handed over, or the reader is gone. */
export async function sendDocument(
  response: ServerResponse,
  { type, pieces }: DocumentAnswer['document'],
  options: { readonly gzip: boolean; readonly headOnly: boolean },
): Promise<void> {
  response.setTimeout(IDLE_MS, () => response.destroy());
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const whole = { 'Content-Type': type, 'Content-Length': length };
  if (options.headOnly) {
    response.writeHead(200, whole).end();
  } else if (options.gzip) {
    response.writeHead(200, { 'Content-Type': type, 'Content-Encoding': 'gzip' });
    // A reader that goes away is no news.
    await pipeline(Readable.from(pieces), createGzip(), response).catch(() => undefined);
  } else {
    response.writeHead(200, whole);
    await writePieces(response, pieces);
    response.end();
  }
  response.setTimeout(0);
}

async function writePieces(response: ServerResponse, pieces: readonly Uint8Array[]): Promise<void> {
  for (let at = 0; at < pieces.length; ) {
    while (isSliceOver()) await nextTurn();
    if (response.destroyed) return;
    response.cork();
    for (let burst = 0; burst < BURST_BYTES && at < pieces.length; at++) {
      const piece = pieces[at] ?? NOTHING;
      response.write(piece);
      burst += piece.length;
    }
    response.uncork();
    if (response.writableNeedDrain) await drained(response);
  }
}

const NOTHING = new Uint8Array();

/** Resolves when the reader took what waits, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
