/** Ports of this machine: a free one, and whether a wanted one is free. */
import { createServer } from 'node:net';
import { errorMessage, kitError } from './errors.ts';

function listenOnce(ip: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, ip, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}

/** A port that nobody listens on at this moment; somebody may before it is used. */
export function freePort(ip = '127.0.0.1'): Promise<number> {
  return listenOnce(ip, 0);
}

/**
 * Refuses a port that cannot be listened on; `what` says who wants it.
 * @throws AppError `PORT_IN_USE`
 */
export async function checkPort(port: number, what: string, ip = '127.0.0.1'): Promise<void> {
  try {
    await listenOnce(ip, port);
  } catch (cause) {
    throw kitError('PORT_IN_USE', {
      message: `Cannot use port ${port} for ${what}: ${errorMessage(cause)}; stop the process that has it, choose another with --port, or leave --port away for a free one`,
      details: { port },
      cause,
    });
  }
}
