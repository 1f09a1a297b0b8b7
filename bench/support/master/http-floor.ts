/** The floor of calls: a bare HTTP server that parses a body of the size of an ACCEPT and answers 202. */
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { serve, Worker } from './worker.ts';

const BODY_BYTES = 806;
const CONNECTIONS = 50;

/** In the worker: serves, and says where. */
async function serveCalls(): Promise<number> {
  const server = createServer((request, response) => {
    request.once('data', (chunk: Buffer) => JSON.parse(chunk.toString()));
    request.once('end', () => response.writeHead(202, { 'Content-Length': 0 }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Requests a second that such a server takes from 50 connections; measured for `forMs`. */
export async function postsPerSecond(forMs: number): Promise<number> {
  const worker = new Worker(new URL(import.meta.url));
  try {
    const port = await worker.ask<number>('serveCalls');
    const body = JSON.stringify({ type: 'ACCEPT', text: 'x'.repeat(BODY_BYTES - 27) });
    const call = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    let answers = 0;
    const sockets = Array.from({ length: CONNECTIONS }, () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('data', () => {
        answers++;
        socket.write(call);
      });
      socket.write(call);
      return socket;
    });
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, forMs));
    const perSecond = (1000 * answers) / (performance.now() - start);
    for (const socket of sockets) socket.destroy();
    return Math.round(perSecond);
  } finally {
    await worker.end();
  }
}

if (process.send !== undefined && process.argv[1] === import.meta.filename) serve({ serveCalls });
