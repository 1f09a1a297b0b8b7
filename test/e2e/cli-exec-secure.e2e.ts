/** `stoke exec`, `attach` and `logs` where master and agents speak TLS and ask who one is. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { basicAuthorization, requestHttp, trustCertificates } from '@stoke/kit';
import { StokeSession, startCluster, type TestCluster } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificate } from './support/certificate.ts';
import { TaskRunner } from './support/task-runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'stoke-exec-secure-'));
const session = new StokeSession();
const ops = { principal: 'ops', secret: 'ops-secret' };
const guest = { principal: 'guest', secret: 'guest-secret' };
const key = 'a key of more than sixteen bytes';
const acls = {
  permissive: true,
  launch_nested_container_sessions_under_parent_with_user: [
    { principals: { values: ['ops'] }, users: { type: 'ANY' } },
    { principals: { type: 'ANY' }, users: { type: 'NONE' } },
  ],
};
let cluster: TestCluster;
let tasks: TaskRunner;
let certificate: string;

/** Writes a file and answers its path. */
function file(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value), { mode: 0o600 });
  return path;
}

function token(principal: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: principal })}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

beforeAll(async () => {
  const { cert, key: certKey } = makeCertificate(folder);
  certificate = cert;
  trustCertificates(cert);
  const list = file('credentials', { credentials: [ops, guest] });
  const common = [
    `--tls_cert=${cert}`,
    `--tls_key=${certKey}`,
    `--tls_ca=${cert}`,
    '--authenticate_http_readonly',
    '--authenticate_http_readwrite',
    `--jwt_secret_key=${file('key', key)}`,
    `--acls=file://${file('acls', acls)}`,
  ];
  cluster = await startCluster({
    masterFlags: ['--allocation_interval=100ms', `--credentials=${list}`, ...common],
    agentFlags: [`--http_credentials=${list}`, ...common],
    authorization: basicAuthorization(ops),
  });
  tasks = new TaskRunner('exec-secure', cluster.master.url);
  await tasks.launch([{ id: 'web', command: 'echo started; sleep 1000' }]);
  await tasks.seen('web', 'TASK_RUNNING');
});

afterAll(async () => {
  await tasks?.end();
  await cluster?.stop();
  session.dispose();
  rmSync(folder, { recursive: true });
});

function stoke(verb: string, options: readonly string[], ...words: readonly string[]) {
  const target = ['--master', cluster.master.url, '--ca', certificate, ...options];
  return session.run([verb, ...target, 'web', ...words]);
}

test('exec and logs go to the agent as they go to its master, with a password', async () => {
  const credential = ['--credential', file('ops', ops)];
  const done = await stoke('exec', credential, 'sh', '-c', 'echo in; exit 4');
  expect([done.code, done.stdout, done.stderr]).toEqual([4, 'in\n', '']);
  const logs = await stoke('logs', credential);
  expect([logs.code, logs.stdout]).toEqual([0, 'started\n']);
});

test('exec shows a token in place of a password', async () => {
  const done = await stoke('exec', ['--token', file('token', `${token('ops')}\n`)], 'echo', 'in');
  expect([done.code, done.stdout]).toEqual([0, 'in\n']);
});

test('exec is refused to strangers, and to those who may not', async () => {
  const stranger = await stoke('exec', [], 'true');
  expect([stranger.code, stranger.stderr]).toEqual([1, expect.stringContaining('401')]);
  const other = await stoke('exec', ['--credential', file('guest', guest)], 'true');
  expect([other.code, other.stderr]).toEqual([
    1,
    expect.stringMatching(/Cannot reach into the task: the agent says 403/),
  ]);
});

test('exec trusts no certificate that it was not told of', async () => {
  const words = ['exec', '--master', cluster.master.url, '--credential', file('ops', ops)];
  const { code, stderr } = await session.run([...words, 'web', 'true']);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/certificate|self-signed/i)]);
});

test('a master tells the scheme of agents that is not its own', async () => {
  const plain = cluster.addAgentWithout(['--tls_cert', '--tls_key']);
  await plain.start();
  await cluster.waitForAgents(2);
  const headers = { Authorization: basicAuthorization(ops) };
  const answer = await requestHttp({ url: `${cluster.master.url}/slaves`, headers });
  const { slaves } = JSON.parse(answer.body.toString()) as { slaves: { scheme?: string }[] };
  expect(slaves.map(({ scheme }) => scheme).sort()).toEqual(['http', undefined]);
});
