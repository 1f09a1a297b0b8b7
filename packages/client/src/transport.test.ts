/** The fetch transport against a real server on loopback. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isAppError } from '@stoke/protocol';
import { afterEach, expect, test } from 'vitest';
import { createFetchTransport, type TransportRequest } from './index.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function get(url: string, more: Partial<TransportRequest> = {}): TransportRequest {
  return { url, method: 'GET', headers: {}, timeoutMs: 5000, maxBytes: 1000, ...more };
}

const codeOf = async (run: Promise<unknown>): Promise<unknown> => {
  const thrown = await run.catch((error: unknown) => error);
  return isAppError(thrown) ? thrown.code : thrown;
};

test('createFetchTransport follows a redirect to the leader, with body and credentials', async () => {
  const leader = await serve((request, answer) => {
    if (request.headers.authorization === undefined) answer.writeHead(401).end();
    else request.pipe(answer.writeHead(200, { 'X-Path': request.url }));
  });
  const follower = await serve((_request, answer) => {
    answer
      .writeHead(307, {
        Location: `${leader.replace('http:', '').replace('127.0.0.1', 'localhost')}/master/x`,
      })
      .end();
  });
  const answer = await createFetchTransport()(
    get(`${follower}/x`, {
      method: 'POST',
      body: 'hello',
      headers: { Authorization: 'Basic eA==' },
    }),
  );
  expect(answer.status).toBe(200);
  expect(answer.headers['x-path']).toBe('/master/x');
  expect(new TextDecoder().decode(answer.body)).toBe('hello');
});

test('createFetchTransport stops reading at maxBytes', async () => {
  const url = await serve((_request, answer) => answer.end('x'.repeat(1001)));
  expect(await codeOf(createFetchTransport()(get(url)))).toBe('ANSWER_TOO_LARGE');
});

test('createFetchTransport gives up after timeoutMs', async () => {
  const url = await serve(() => undefined);
  expect(await codeOf(createFetchTransport()(get(url, { timeoutMs: 20 })))).toBe('DAEMON_TIMEOUT');
});

test('createFetchTransport says when nobody listens', async () => {
  const url = await serve(() => undefined);
  servers[0]?.close();
  await new Promise((resolve) => servers[0]?.once('close', resolve));
  expect(await codeOf(createFetchTransport()(get(url)))).toBe('DAEMON_UNREACHABLE');
});

test("createFetchTransport passes the caller's abort on as it is", async () => {
  const url = await serve(() => undefined);
  const reason = new Error('enough');
  const run = createFetchTransport()(get(url, { signal: AbortSignal.abort(reason) }));
  expect(await run.catch((error: unknown) => error)).toBe(reason);
});
