import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openStream, requestHttp } from './http-client.ts';

const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

test('requestHttp() sends method, headers and body, and reads status, headers and bytes', async () => {
  const url = await serve((request, response) => {
    request.on('data', (body) => {
      response.writeHead(202, { 'X-Seen': `${request.method} ${request.headers['x-a']}` });
      response.end(body);
    });
  });
  const answer = await requestHttp({ url, method: 'POST', headers: { 'x-a': '1' }, body: 'hello' });
  expect(answer).toMatchObject({ status: 202, headers: { 'x-seen': 'POST 1' } });
  expect(answer.body.toString()).toBe('hello');
});

test('requestHttp() resolves with redirects and errors of the server as they are', async () => {
  const url = await serve((_request, response) => response.writeHead(307, { location: '/' }).end());
  expect((await requestHttp({ url })).status).toBe(307);
});

test('requestHttp() tells a refused connection, and that trying again may help', async () => {
  const url = await serve(() => undefined);
  servers[0]?.close();
  await expect(requestHttp({ url })).rejects.toMatchObject({
    code: 'HTTP_CONNECTION_FAILED',
    retryable: true,
    message: expect.stringContaining(url),
  });
});

test('requestHttp() gives up after its time', async () => {
  const url = await serve(() => undefined);
  await expect(requestHttp({ url, timeoutMs: 30 })).rejects.toMatchObject({ code: 'HTTP_TIMEOUT' });
});

test('requestHttp() gives up on a body that never ends', async () => {
  const url = await serve((_request, response) => response.write('x'));
  await expect(requestHttp({ url, timeoutMs: 100 })).rejects.toMatchObject({
    code: 'HTTP_TIMEOUT',
  });
});

test('requestHttp() refuses an answer above its limit', async () => {
  const url = await serve((_request, response) => response.end('x'.repeat(100)));
  await expect(requestHttp({ url, maxBytes: 99 })).rejects.toMatchObject({
    code: 'HTTP_RESPONSE_TOO_LARGE',
  });
});

test("requestHttp() throws the caller's own reason when aborted", async () => {
  const url = await serve(() => undefined);
  const reason = new Error('changed my mind');
  await expect(requestHttp({ url, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test('requestHttp() tells a connection cut in the middle', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half', () => response.destroy());
  });
  await expect(requestHttp({ url })).rejects.toMatchObject({ code: 'HTTP_CONNECTION_LOST' });
});

test('openStream() gives chunks as they come and ends with the server', async () => {
  const url = await serve((_request, response) => {
    response.write('one');
    response.end();
  });
  const stream = await openStream({ url });
  const seen: string[] = [];
  for await (const chunk of stream.chunks) seen.push(Buffer.from(chunk).toString());
  expect([stream.status, seen.join('')]).toEqual([200, 'one']);
});

test('openStream().close() ends the iteration and the connection', async () => {
  const gone = Promise.withResolvers<void>();
  const url = await serve((request, response) => {
    request.socket.once('close', () => gone.resolve());
    response.write('one');
  });
  const stream = await openStream({ url });
  for await (const _chunk of stream.chunks) stream.close();
  await gone.promise;
});

test('openStream() throws from its chunks when the server dies', async () => {
  const url = await serve((_request, response) => {
    response.write('one', () => response.destroy());
  });
  const stream = await openStream({ url });
  const drain = async (): Promise<void> => {
    for await (const _chunk of stream.chunks);
  };
  await expect(drain()).rejects.toMatchObject({ code: 'HTTP_CONNECTION_LOST' });
});

test('requestHttp() shows neither user nor password of a URL', async () => {
  const url = 'http://bob:hunter2@127.0.0.1:9/x';
  await expect(requestHttp({ url })).rejects.toMatchObject({
    message: expect.stringContaining("'http://***@127.0.0.1:9/x'"),
    details: { url: 'http://***@127.0.0.1:9/x' },
  });
});

test('requestHttp() asks a Unix socket, and tells one that nobody listens on', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'stoke-socket-'));
  const socketPath = join(directory, 'http.sock');
  const server = createServer((request, response) => response.end(request.url));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const answer = await requestHttp({ url: 'http://anybody/there', socketPath });
  expect(answer.body.toString()).toBe('/there');
  const absent = requestHttp({ url: 'http://anybody/', socketPath: join(directory, 'none') });
  await expect(absent).rejects.toMatchObject({ code: 'HTTP_CONNECTION_FAILED' });
  rmSync(directory, { recursive: true });
});
