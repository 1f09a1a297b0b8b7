import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { checkPort, freePort } from './ports.ts';

test('checkPort() accepts a free port and names one that is taken, for whom, and the way out', async () => {
  const port = await freePort();
  await checkPort(port, 'the master');
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  await expect(checkPort(port, 'the master')).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringMatching(new RegExp(`port ${port} for the master: .*--port`)),
  });
  server.close();
});
