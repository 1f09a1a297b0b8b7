/** Cuts off clients that send the body of a request by drips: each holds a connection, and many hold them all. */
import type { FastifyInstance } from 'fastify';

/** How often the progress of a body is looked at, and what it must bring until then. */
export interface BodyPace {
  readonly intervalMs: number;
  readonly minBytes: number;
}

/** Slower than any modem, and far faster than a client that wants to be a burden. */
export const defaultBodyPace: BodyPace = { intervalMs: 15_000, minBytes: 1024 };

/** Bodies of this type are streams: they last as long as what they feed, and may be silent. */
const streamType = 'application/recordio';

/**
 * Ends requests with 408 whose body makes no progress. Big bodies over slow lines, streams of records, and answers
 * that never end are none of its business.
 */
export function refuseSlowBodies(app: FastifyInstance, pace: BodyPace): void {
  app.addHook('onRequest', async ({ headers, raw }, reply) => {
    const hasBody =
      headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
    if (!hasBody || headers['content-type']?.startsWith(streamType)) return;
    const { socket } = raw;
    let read = socket.bytesRead;
    const timer = setInterval(() => {
      const progress = socket.bytesRead - read;
      read = socket.bytesRead;
      if (raw.complete || socket.destroyed) {
        clearInterval(timer);
        return;
      }
      if (progress >= pace.minBytes) return;
      clearInterval(timer);
      if (reply.raw.headersSent) return;
      socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      socket.destroySoon();
    }, pace.intervalMs);
    timer.unref();
    const stop = (): void => clearInterval(timer);
    raw.once('end', stop).once('close', stop);
  });
}
