import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFakeClock, createLogger } from '@stoke/kit';
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
