/** Clients that drip are cut off; nobody else is. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createHttpServer, type FastifyInstance, listenHttp } from './http-server.ts';
import { createSilentLogger } from './log.ts';

let app: FastifyInstance;
let port: number;
const sockets: Socket[] = [];

async function serve(): Promise<void> {
  app = createHttpServer({
    log: createSilentLogger(),
    bodyPace: { intervalMs: 20, minBytes: 8 },
  });
  app.post('/', (request) => `${(request.body as Buffer).length}`);
  // Never answers: what it was asked lasts as long as the test.
  app.post('/long', () => new Promise<string>(() => undefined));
  port = await listenHttp(app, { ip: '127.0.0.1', port: 0 });
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await app.close();
});

async function dial(path: string, headers: readonly string[], body = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  socket.write([`POST ${path} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, '', body].join('\r\n'));
  return socket;
}

function textOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return once(socket, 'close').then(() => text);
}

test('refuseSlowBodies answers 408 to a body that stops, and leaves long answers and streams alone', async () => {
  await serve();
  const long = await dial('/long', ['Content-Length: 2'], 'ab');
  const stream = await dial('/long', ['Content-Type: application/recordio', 'Content-Length: 9']);
  const ended: string[] = [];
  for (const [name, socket] of Object.entries({ long, stream })) {
    socket.once('close', () => ended.push(name));
  }
  const dripping = await dial('/', ['Content-Length: 100'], 'ab');
  expect(await textOf(dripping)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\nConnection: close/);
  expect(ended).toEqual([]);
});

test('refuseSlowBodies lets a slow body that goes on arrive', async () => {
  await serve();
  const uploading = await dial('/', ['Transfer-Encoding: chunked', 'Connection: close']);
  const answer = textOf(uploading);
  const dripping = await dial('/', ['Content-Length: 100'], 'ab');
  const cut = textOf(dripping);
  let over = false;
  void cut.then(() => {
    over = true;
  });
  let sent = 0;
  while (!over) {
    uploading.write('40\r\n'.concat('x'.repeat(64), '\r\n'));
    sent += 64;
    await new Promise((resolve) => setImmediate(resolve));
  }
  uploading.write('0\r\n\r\n');
  expect(await answer).toMatch(new RegExp(`^HTTP/1\\.1 200 OK[\\s\\S]*\\r\\n${sent}$`));
});
