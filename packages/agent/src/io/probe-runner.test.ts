import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@stoke/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProbeResult } from '../core/checks.ts';
import type { Probe } from '../core/effects.ts';
import { ProbeRunner } from './probe-runner.ts';

const web = createServer((request, response) => {
  const to = request.url === '/moved' ? { location: '/gone' } : {};
  response.writeHead(request.url === '/moved' ? 302 : 410, to).end('x');
});
const silent = createTcpServer();
const directory = mkdtempSync(join(tmpdir(), 'probes-'));

const listen = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  await listen(web);
  await listen(silent);
});

afterAll(() => {
  web.close();
  silent.close();
  rmSync(directory, { recursive: true });
});

function run(probe: Probe, timeoutMs = 10_000): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const runner = new ProbeRunner({
      clock: systemClock,
      rules: { switchUser: false },
      entering: (_containerId, command) => command,
      runInside: () => undefined,
      networkNamespace: () => undefined,
      dispatch: (event) => {
        if (event.type === 'probe-ended') resolve(event.result);
      },
    });
    runner.run({ type: 'run-probe', containerId: 'c', kind: 'health-check', probe, timeoutMs });
  });
}

const shell = (value: string): Probe => ({
  type: 'command',
  command: { value },
  environment: { CODE: '7', PATH: process.env.PATH ?? '' },
  directory,
  user: undefined,
});

test('ProbeRunner runs a command in the sandbox with its environment', async () => {
  expect(await run(shell(`test "$PWD" = "${directory}" && exit $CODE`))).toEqual({
    type: 'exit',
    code: 7,
  });
  const argv = { ...shell(''), command: { shell: false, value: 'false', arguments: ['false'] } };
  expect(await run(argv as Probe)).toEqual({ type: 'exit', code: 1 });
});

test('ProbeRunner counts neither a killed command nor a late one as an exit', async () => {
  expect(await run(shell('kill -9 $$'))).toMatchObject({ type: 'failed' });
  expect(await run(shell('exec sleep 60'), 50)).toEqual({
    type: 'failed',
    reason: 'no answer within 50 ms',
  });
});

test('ProbeRunner follows redirects and tells the last status', async () => {
  const url = `http://127.0.0.1:${portOf(web)}`;
  expect(await run({ type: 'http', url: `${url}/moved` })).toEqual({ type: 'http', status: 410 });
});

test('ProbeRunner fails for a server that does not answer HTTP in time', async () => {
  const url = `http://127.0.0.1:${portOf(silent)}/`;
  expect(await run({ type: 'http', url }, 50)).toMatchObject({ type: 'failed' });
});

test('ProbeRunner tells whether a port takes connections', async () => {
  const host = '127.0.0.1';
  expect(await run({ type: 'tcp', host, port: portOf(silent) })).toEqual({
    type: 'tcp',
    connected: true,
  });
  const free = createTcpServer();
  await listen(free);
  const port = portOf(free);
  await new Promise((resolve) => free.close(resolve));
  expect(await run({ type: 'tcp', host, port })).toEqual({ type: 'tcp', connected: false });
});
