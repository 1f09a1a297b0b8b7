import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { requestHttp } from './http-client.ts';
import {
  createHttpServer,
  type FastifyInstance,
  type HttpServerOptions,
  listenHttp,
} from './http-server.ts';
import { createSilentLogger } from './log.ts';

const open: FastifyInstance[] = [];

function server(options: Partial<HttpServerOptions> = {}): FastifyInstance {
  const app = createHttpServer({ log: createSilentLogger(), ...options });
  open.push(app);
  return app;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()));
});

test.each(['application/json', 'application/x-protobuf', 'x/weird', ''])(
  'createHttpServer() gives the body as a Buffer for content type "%s"',
  async (type) => {
    const app = server();
    app.post('/echo', (request) => ({ buffer: Buffer.isBuffer(request.body) }));
    const headers = type === '' ? {} : { 'content-type': type };
    const answer = await app.inject({ method: 'POST', url: '/echo', payload: '{"a":', headers });
    expect(answer.json()).toEqual({ buffer: true });
  },
);

test('createHttpServer() answers 413 to a body above its limit', async () => {
  const app = server({ bodyLimitBytes: 10 });
  app.post('/', () => 'ok');
  const answer = await app.inject({ method: 'POST', url: '/', payload: 'x'.repeat(11) });
  expect(answer.statusCode).toBe(413);
});

test('createHttpServer() answers 413 over a real socket to a body it never reads', async () => {
  const app = server({ bodyLimitBytes: 1024 });
  app.post('/', () => 'ok');
  const port = await listenHttp(app, { ip: '127.0.0.1', port: 0 });
  const socket = connect(port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n');
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toContain('HTTP/1.1 413');
  socket.destroy();
});

test('createHttpServer() hides what broke inside', async () => {
  const app = server();
  app.get('/', () => {
    throw new Error('secret detail');
  });
  const answer = await app.inject('/');
  expect([answer.statusCode, answer.body]).toEqual([500, 'Internal Server Error']);
});

test('createHttpServer() closes although a stream is open, and ends the stream', async () => {
  const app = server();
  app.get('/stream', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200);
    reply.raw.write('first');
  });
  const port = await listenHttp(app, { ip: '127.0.0.1', port: 0 });
  const whole = requestHttp({ url: `http://127.0.0.1:${port}/stream` });
  await once(app.server, 'request');
  await app.close();
  expect((await whole).body.toString()).toBe('first');
});

test('createHttpServer() gives sockets of a known Upgrade to their handler, and cuts them on close', async () => {
  const app = server({
    closeGraceMs: 10,
    upgrades: {
      'stoke-link/1': (_request, socket, head) => {
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n\r\n${head}`);
      },
    },
  });
  const port = await listenHttp(app, { ip: '127.0.0.1', port: 0 });
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.write(
    'GET /l HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: stoke-link/1\r\n\r\nhi',
  );
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/101 Switching Protocols[\s\S]*hi$/);
  const closed = once(socket, 'close');
  await app.close();
  socket.end();
  await closed;
});

test.each(['h2c', '__proto__', 'constructor'])(
  'createHttpServer() serves a request whose Upgrade nobody takes: %s',
  async (token) => {
    const app = server({ upgrades: { 'stoke-link/1': () => expect.unreachable() } });
    app.get('/', () => 'plain');
    const port = await listenHttp(app, { ip: '127.0.0.1', port: 0 });
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: ${token}\r\n\r\n`,
    );
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('200 OK');
    socket.destroy();
  },
);

test.each([['Host: rebound.example.com'], ['Host: x\r\nOrigin: https://evil.example']])(
  'createHttpServer() answers 403 to pages of other sites: %s',
  async (head) => {
    const app = server();
    app.get('/', () => expect.unreachable());
    const port = await listenHttp(app, { ip: '127.0.0.1', port: 0 });
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\n${head}\r\nConnection: close\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('403 Forbidden');
    socket.destroy();
  },
);

test('listenHttp() names a port that is taken and the way out', async () => {
  const port = await listenHttp(server(), { ip: '127.0.0.1', port: 0 });
  await expect(listenHttp(server(), { ip: '127.0.0.1', port })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
});

test('listenHttp() names an address that is not of this machine', async () => {
  await expect(listenHttp(server(), { ip: '192.0.2.1', port: 0 })).rejects.toMatchObject({
    code: 'ADDRESS_UNUSABLE',
  });
});
