import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createFakeClock, createSilentLogger } from '@stoke/kit';
import { expect, test } from 'vitest';
import { ZooKeeperLeadership } from './zookeeper-leadership.ts';

const timeoutMs = 3_000;

/** What a server answers to the greeting: the session has begun. */
function welcome(): Buffer {
  const frame = Buffer.alloc(4 + 36);
  frame.writeInt32BE(36, 0);
  frame.writeInt32BE(timeoutMs, 8);
  frame.writeInt32BE(1, 16);
  frame.writeInt32BE(16, 20);
  return frame;
}

test('ZooKeeperLeadership stands again when its session ends before it stood', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const clock = createFakeClock();
  const lost: unknown[] = [];
  const leadership = new ZooKeeperLeadership({
    address: { hosts: [{ host: '127.0.0.1', port }], login: undefined, path: '/mesos' },
    sessionTimeoutMs: timeoutMs,
    clock,
    random: () => 0,
    log: createSilentLogger(),
    onElected: () => undefined,
    onLost: (error) => lost.push(error),
  });
  leadership.start({ id: 'm', ip: 0, port: 5050 });
  const [socket] = (await once(server, 'connection')) as [Socket];
  await once(socket, 'data');
  socket.write(welcome());
  // The request to make its node, which nobody answers.
  await once(socket, 'data');
  const again = once(server, 'connection');
  await clock.advance(timeoutMs);
  await clock.advance(1_000);
  await again;
  expect(lost).toEqual([]);
  expect(leadership.leadership()).toEqual({ kind: 'following', leader: undefined });
  for (const one of sockets) one.destroy();
  server.close();
  await leadership.close();
});
