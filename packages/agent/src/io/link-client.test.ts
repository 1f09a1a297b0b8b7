import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createFakeClock, createLogger, createSilentLogger } from '@stoke/kit';
import { expect, test } from 'vitest';
import { LinkClient } from './link-client.ts';

test.each(['http://[', '//', 'http:'])(
  'LinkClient tries again when the master names the leader %j',
  async (location) => {
    const server = createServer((_request, response) => {
      response.writeHead(307, { Location: location }).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const master = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const clock = createFakeClock();
    const line = Promise.withResolvers<string>();
    const link = new LinkClient({
      master,
      tls: undefined,
      credential: undefined,
      clock,
      random: () => 0.5,
      log: createLogger({ component: 'agent', destination: { write: line.resolve } }),
      onUp: () => undefined,
      onDown: () => undefined,
      onMessage: () => undefined,
    });
    link.connect();
    expect(await line.promise).toContain('no link to the master');
    expect([link.target, clock.pending()]).toEqual([master, 1]);
    await link.close();
    server.close();
  },
);

test('LinkClient takes no link from a master that it was called away from', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const upgrade = once(server, 'upgrade') as Promise<[unknown, Socket]>;
  let links = 0;
  const link = new LinkClient({
    master: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    tls: undefined,
    credential: undefined,
    clock: createFakeClock(),
    random: () => 0.5,
    log: createSilentLogger(),
    onUp: () => {
      links += 1;
    },
    onDown: () => undefined,
    onMessage: () => undefined,
  });
  link.connect();
  const [, socket] = await upgrade;
  link.findMaster('127.0.0.1:1');
  socket.end(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: stoke-link/1\r\n\r\n',
  );
  socket.on('error', () => undefined).resume();
  await once(socket, 'close');
  expect(links).toBe(0);
  await link.close();
  server.close();
});
