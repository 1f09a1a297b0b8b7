import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Connection } from './connection.ts';

const pieceBytes = 1024 * 1024;
const pieces = 64;

test('Connection sends nothing more after its end, and tells it once', async () => {
  const server = createServer({ pauseOnConnect: true });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const reasons: string[] = [];
  const opened = Promise.withResolvers<void>();
  const connection = new Connection(
    { host: '127.0.0.1', port },
    {
      onOpen: opened.resolve,
      onFrame: () => undefined,
      onEnd: (reason) => reasons.push(reason),
    },
  );
  await opened.promise;
  for (let count = 0; count < pieces; count += 1) connection.send(Buffer.alloc(pieceBytes));
  connection.end('enough');
  const [socket] = await accepted;
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
  });
  socket.on('error', () => undefined).resume();
  await once(socket, 'close');
  expect(received).toBeLessThan(pieces * pieceBytes);
  expect(reasons).toEqual(['enough']);
  server.close();
});
