import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listeningPorts, listeningSockets, parseListening } from './listening-ports.ts';

test('parseListening() takes listening sockets only, of either family', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:7919 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1
   1: 0100007F:791A 0100007F:1388 01 00000000:00000000 00:00000000 00000000     0        0 222 1
   2: 00000000000000000000000000000000:791B 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1
`;
  expect([...parseListening(table)]).toEqual([
    ['111', 31_001],
    ['333', 31_003],
  ]);
});

test('listeningPorts() finds a port of a process', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  expect(listeningPorts([process.pid], listeningSockets()).has(port)).toBe(true);
  expect(listeningPorts([], listeningSockets()).size).toBe(0);
});
