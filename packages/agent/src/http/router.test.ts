import { createHttpServer, createSilentLogger, PERMISSIVE_AUTHORIZER } from '@stoke/kit';
import { expect, test } from 'vitest';
import { emptyAnswer, jsonAnswer } from './answer.ts';
import { serveRoutes } from './router.ts';

function server() {
  const app = createHttpServer({ log: createSilentLogger() });
  const big = 'x'.repeat(2_000);
  serveRoutes(app, {
    authenticator: {
      secrets: new Map([['ops', 'pw']]),
      realms: new Set(['mesos-agent-readonly'] as const),
      jwtKey: undefined,
      nowMs: () => 0,
    },
    authorizer: PERMISSIVE_AUTHORIZER,
    routes: [
      {
        path: '/open',
        prefixed: true,
        realm: undefined,
        access: 'open',
        handle: () => emptyAnswer(200),
      },
      {
        path: '/bare',
        prefixed: false,
        realm: undefined,
        access: 'open',
        handle: () => jsonAnswer({ big }, undefined),
      },
      {
        path: '/post',
        prefixed: true,
        realm: undefined,
        access: 'open',
        method: 'POST',
        handle: () => emptyAnswer(202),
      },
      {
        path: '/closed',
        prefixed: true,
        realm: 'mesos-agent-readonly',
        access: 'filtered',
        handle: () => emptyAnswer(200),
      },
    ],
  });
  return app;
}

test('serveRoutes answers under the agent prefix where that is wanted, and with a slash at the end', async () => {
  const app = server();
  const status = async (url: string) => (await app.inject({ url })).statusCode;
  expect(await status('/open')).toBe(200);
  expect(await status('/open/')).toBe(200);
  expect(await status('/slave(1)/open')).toBe(200);
  expect(await status('/slave%281%29/open')).toBe(200);
  expect(await status('/slave(1)/bare')).toBe(404);
  expect(await status('/nope')).toBe(404);
});

test('serveRoutes names the method it wants', async () => {
  const answer = await server().inject({ url: '/post' });
  expect([answer.statusCode, answer.headers.allow, answer.body]).toEqual([
    405,
    'POST',
    "405 Method Not Allowed. Expecting one of { 'POST' }, but received 'GET'.",
  ]);
});

test('serveRoutes asks for credentials in closed realms', async () => {
  const app = server();
  const ask = (credential?: string) =>
    app.inject({
      url: '/closed',
      headers: credential === undefined ? {} : { authorization: `Basic ${btoa(credential)}` },
    });
  const refused = await ask();
  expect(refused.statusCode).toBe(401);
  expect(refused.headers['www-authenticate']).toBe('Basic realm="mesos-agent-readonly"');
  expect((await ask('ops:wrong')).statusCode).toBe(401);
  expect((await ask('nobody:')).statusCode).toBe(401);
  expect((await ask('ops:pw')).statusCode).toBe(200);
});

test('serveRoutes compresses large answers for those who take it', async () => {
  const app = server();
  const zipped = await app.inject({ url: '/bare', headers: { 'accept-encoding': 'gzip' } });
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect((await app.inject({ url: '/bare' })).headers['content-encoding']).toBeUndefined();
});
