/** Finds a free TCP port on loopback. */

import { createServer } from 'node:net';

/** The first free port from `first` up to, but not including, `end`; after that any free one. */
export async function findFreePort(first: number, end: number): Promise<number> {
  for (let port = first; port < end; port += 1) {
    const free = await tryPort(port);
    if (free !== undefined) return free;
  }
  const any = await tryPort(0);
  if (any === undefined) throw new Error('This machine has no free TCP port on 127.0.0.1');
  return any;
}

function tryPort(port: number): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const server = createServer();
  server.once('error', () => resolve(undefined));
  server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
    const address = server.address();
    const bound = typeof address === 'object' ? address?.port : undefined;
    server.close(() => resolve(bound));
  });
  return promise;
}
