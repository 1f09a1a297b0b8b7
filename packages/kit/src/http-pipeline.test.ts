import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import {
  createHttpPipeline,
  type HttpPipeline,
  type HttpPipelineOptions,
} from './http-pipeline.ts';

const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/calls?a=1`;
}

function pipelineTo(url: string, more: Partial<HttpPipelineOptions> = {}): HttpPipeline {
  return createHttpPipeline({ url, headers: {}, timeoutMs: 10_000, maxBytes: 1000, ...more });
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

test('createHttpPipeline() sends requests in their order before the first has its answer', async () => {
  const seen: string[] = [];
  const held: ServerResponse[] = [];
  const ports = new Set<number | undefined>();
  const url = await serve(async (request, response) => {
    seen.push(
      `${request.method} ${request.url} ${request.headers['x-a']} ${await textOf(request)}`,
    );
    ports.add(request.socket.remotePort);
    held.push(response);
    if (held.length < 4) return;
    for (const [index, each] of held.entries()) each.writeHead(202).end(`${index}`);
  });
  const pipeline = pipelineTo(url, { headers: { 'X-A': 'b' } });
  const answers = await Promise.all(['0', '1', '2', '3'].map((body) => pipeline.post(body)));
  expect(answers.map(({ status, body }) => `${status} ${body.toString()}`)).toEqual(
    ['0', '1', '2', '3'].map((index) => `202 ${index}`),
  );
  expect(seen).toEqual(['0', '1', '2', '3'].map((body) => `POST /calls?a=1 b ${body}`));
  expect(ports.size).toBe(1);
});

test('createHttpPipeline() sends nothing again when the connection breaks, and the next on a new one', async () => {
  const seen: string[] = [];
  const url = await serve(async (request, response) => {
    const body = await textOf(request);
    seen.push(body);
    if (body === 'cut') request.socket.destroy();
    else if (body !== 'lost') response.writeHead(202).end();
  });
  const pipeline = pipelineTo(url);
  const ends = await Promise.allSettled(['ok', 'lost', 'lost', 'cut', 'late'].map(pipeline.post));
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', ...Array(4).fill('rejected')]);
  for (const end of ends.slice(1)) {
    expect(end).toMatchObject({ reason: { code: 'HTTP_CONNECTION_LOST', retryable: true } });
  }
  expect((await pipeline.post('again')).status).toBe(202);
  expect(seen.filter((body) => body === 'ok' || body === 'lost')).toEqual(['ok', 'lost', 'lost']);
  expect(seen.at(-1)).toBe('again');
});

test('createHttpPipeline() tells that nobody listens', async () => {
  const url = await serve(() => undefined);
  const pipeline = pipelineTo(url);
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  await expect(pipeline.post('a')).rejects.toMatchObject({ code: 'HTTP_CONNECTION_FAILED' });
});

test('createHttpPipeline() refuses answers above its limit, and gives up on late ones', async () => {
  const url = await serve((_request, response) => response.end('x'.repeat(2000)));
  await expect(pipelineTo(url).post('a')).rejects.toMatchObject({
    code: 'HTTP_RESPONSE_TOO_LARGE',
  });
  const silent = await serve(() => undefined);
  await expect(pipelineTo(silent, { timeoutMs: 30 }).post('a')).rejects.toMatchObject({
    code: 'HTTP_TIMEOUT',
  });
});

test('createHttpPipeline() gives what was sent its answer after close()', async () => {
  const url = await serve((_request, response) => response.writeHead(202).end());
  const pipeline = pipelineTo(url);
  const sent = pipeline.post('a');
  pipeline.close();
  expect((await sent).status).toBe(202);
  expect((await pipeline.post('b')).status).toBe(202);
});

async function textOf(request: Parameters<RequestListener>[0]): Promise<string> {
  return Buffer.concat(await request.toArray()).toString();
}
