import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { sendDocument } from './document-sender.ts';

const pieces = Array.from({ length: 300 }, (_, index) => Buffer.alloc(20_000, 65 + (index % 26)));
const whole = Buffer.concat(pieces);

/** Serves the pieces; resolves `sent` when one of them was handed over. */
async function serve(gzip: boolean) {
  const sent = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const options = { gzip, headOnly: request.method === 'HEAD' };
    void sendDocument(response, { type: 'application/json', pieces }, options).then(sent.resolve);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sent: sent.promise };
}

async function ask(port: number, method = 'GET'): Promise<IncomingMessage> {
  const [answer] = await once(get({ port, host: '127.0.0.1', method, agent: false }), 'response');
  return answer as IncomingMessage;
}

test('sendDocument sends all pieces with their length', async () => {
  const { port } = await serve(false);
  const answer = await ask(port);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json',
    'content-length': String(whole.length),
  });
  expect((await buffer(answer)).equals(whole)).toBe(true);
});

test('sendDocument compresses what it sends when that is asked for', async () => {
  const { port } = await serve(true);
  const answer = await ask(port);
  expect(answer.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(await buffer(answer)).equals(whole)).toBe(true);
});

test('sendDocument answers HEAD with the length alone', async () => {
  const { port } = await serve(false);
  const answer = await ask(port, 'HEAD');
  expect(answer.headers['content-length']).toBe(String(whole.length));
  expect(await buffer(answer)).toHaveLength(0);
});

test.each([true, false])('sendDocument ends when its reader goes away (gzip: %s)', async (gzip) => {
  const { port, sent } = await serve(gzip);
  const answer = await ask(port);
  answer.destroy();
  await sent;
});
