/** Real daemons with authentication, access control lists, tokens of executors, and TLS. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { basicAuthorization, requestHttp, signJwt, trustCertificates } from '@stoke/kit';
import { startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate } from './support/certificate.ts';
import { TaskRunner } from './support/task-runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'stoke-security-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ops = { principal: 'ops', secret: 'ops-secret' };
const runner = { principal: 'runner', secret: 'runner-secret' };
const agent = { principal: 'agent', secret: 'agent-secret' };
const tokenKey = 'a key that only the test and its master know';

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

const any = { type: 'ANY' };
const by = (...values: string[]) => ({ values });

const acls = {
  register_agents: [{ principals: by('agent'), agents: any }],
  register_frameworks: [{ principals: by('runner'), roles: by('e2e') }],
  run_tasks: [{ principals: by('runner'), users: by('root') }],
  view_frameworks: [{ principals: by('ops'), users: any }],
  view_tasks: [{ principals: by('ops'), users: any }],
  view_flags: [{ principals: by('ops'), flags: any }],
  update_weights: [{ principals: by('ops'), roles: by('e2e') }],
};

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function ask(
  url: string,
  authorization: string | undefined,
  post?: { readonly method?: 'POST' | 'PUT'; readonly body: unknown },
): Promise<Answer> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (authorization !== undefined) headers.Authorization = authorization;
  const sent =
    post === undefined ? {} : { method: post.method ?? 'POST', body: JSON.stringify(post.body) };
  const answer = await requestHttp({ url, headers, ...sent });
  return { status: answer.status, body: answer.body.toString(), headers: answer.headers };
}

describe('authentication and access control lists', () => {
  let cluster: TestCluster;
  let tasks: TaskRunner;

  beforeAll(async () => {
    const credentials = file(
      'credentials',
      'ops ops-secret\nrunner runner-secret\nagent agent-secret\n',
    );
    const credential = file('credential.json', JSON.stringify(agent));
    const lists = file('acls.json', JSON.stringify(acls));
    cluster = await startCluster({
      authorization: basicAuthorization(ops),
      masterFlags: [
        '--allocation_interval=100ms',
        `--credentials=${credentials}`,
        `--jwt_secret_key=${file('jwt.key', tokenKey)}`,
        `--acls=file://${lists}`,
        '--authenticate_agents',
        '--authenticate_http_frameworks',
        '--authenticate_http_readonly',
        '--authenticate_http_readwrite',
      ],
      agentFlags: [
        `--credential=${credential}`,
        `--http_credentials=${credentials}`,
        `--acls=file://${lists}`,
        '--authenticate_http_executors',
        '--authenticate_http_readonly',
        '--authenticate_http_readwrite',
      ],
    });
    tasks = new TaskRunner('secured', cluster.master.url, { credential: runner });
  });

  afterAll(async () => {
    await tasks.end();
    await cluster.stop();
  });

  test('a wrong password, an unknown name and no name at all are challenged', async () => {
    for (const authorization of [
      undefined,
      basicAuthorization({ ...ops, secret: 'wrong' }),
      basicAuthorization({ principal: 'nobody', secret: 'ops-secret' }),
    ]) {
      const answer = await ask(`${cluster.master.url}/state`, authorization);
      expect(answer).toMatchObject({ status: 401, body: '401 Unauthorized.' });
      expect(answer.headers['www-authenticate']).toContain('Basic realm="mesos-master-readonly"');
    }
    expect((await ask(`${cluster.agents[0]?.url}/state`, undefined)).status).toBe(401);
    expect((await ask(`${cluster.master.url}/health`, undefined)).status).toBe(200);
  });

  test('a token of the key speaks for its principal until it expires', async () => {
    const bearer = (claims: Record<string, string | number>, key = tokenKey): string =>
      `Bearer ${signJwt(claims, Buffer.from(key))}`;
    const flags = `${cluster.master.url}/flags`;
    const later = Math.floor(Date.now() / 1000) + 3600;
    expect((await ask(flags, bearer({ sub: 'ops', exp: later }))).status).toBe(200);
    expect((await ask(flags, bearer({ sub: 'runner', exp: later }))).status).toBe(403);
    expect((await ask(flags, bearer({ sub: 'ops', exp: 1 }))).status).toBe(401);
    expect((await ask(flags, bearer({ sub: 'ops' }, 'some other key, just as long'))).status).toBe(
      401,
    );
    expect((await ask(flags, bearer({ fid: 'f', eid: 'e' }))).status).toBe(403);
  });

  test('what no list allows is refused, and says why', async () => {
    const put = (role: string, who: typeof ops) =>
      ask(`${cluster.master.url}/weights`, basicAuthorization(who), {
        method: 'PUT',
        body: [{ role, weight: 2 }],
      });
    expect((await put('e2e', ops)).status).toBe(200);
    expect(await put('other', ops)).toMatchObject({
      status: 403,
      body: "403 Forbidden. Principal 'ops' may not update_weights on 'other'; the access control lists of --acls decide",
    });
    expect((await put('e2e', runner)).status).toBe(403);
  });

  test('a framework runs tasks as the users that it may, and no others', async () => {
    await tasks.launch([
      { id: 'may', command: 'true' },
      { id: 'may-not', command: 'true', more: { command: { value: 'true', user: 'nobody' } } },
    ]);
    const refused = await tasks.seen('may-not', 'TASK_ERROR');
    expect(refused.reason).toBe('REASON_TASK_UNAUTHORIZED');
    await tasks.seen('may', 'TASK_FINISHED');
    const seen = async (who: typeof ops) =>
      (await ask(`${cluster.master.url}/tasks`, basicAuthorization(who))).body.includes('"may"');
    expect([await seen(ops), await seen(runner)]).toEqual([true, false]);
  });

  test('an executor acts as itself only, by its token', async () => {
    const shown = join(folder, 'executor.env');
    const program = `env > ${shown}.part && mv ${shown}.part ${shown} && exec sleep 600`;
    await tasks.launch([
      {
        id: 'custom',
        command: '',
        more: {
          command: undefined as never,
          executor: { executor_id: { value: 'e1' }, command: { value: program } },
        },
      },
    ]);
    await waitFor(() => existsSync(shown), { what: 'the executor to run', timeoutMs: 30_000 });
    const environment = new Map(
      readFileSync(shown, 'utf8')
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    const token = `Bearer ${environment.get('MESOS_EXECUTOR_AUTHENTICATION_TOKEN')}`;
    const url = `http://${environment.get('MESOS_AGENT_ENDPOINT')}/api/v1/executor`;
    const call = (executor: string, authorization?: string) =>
      ask(url, authorization, {
        body: {
          type: 'HEARTBEAT',
          framework_id: { value: environment.get('MESOS_FRAMEWORK_ID') },
          executor_id: { value: executor },
        },
      });
    expect(await call('e1')).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="mesos-agent-executor"' },
    });
    expect((await call('e1', basicAuthorization(ops))).status).toBe(401);
    expect((await call('e2', token)).status).toBe(403);
    expect((await call('e1', token)).status).toBe(202);
    // The token opens nothing else: its bearer is nobody that a list names.
    const flags = await ask(`${cluster.agents[0]?.url}/flags`, token);
    expect(flags.status).toBe(403);
  });

  test('an agent without credentials gets no link, and no secret is in a log', async () => {
    const before = (await cluster.state()).slaves.length;
    const stranger = cluster.addAgentWithout(['--credential']);
    await stranger.start();
    await waitFor(() => stranger.log().includes('the master answered 401'), {
      what: 'the refusal in the log of the agent',
    });
    expect((await cluster.state()).slaves.length).toBe(before);
    await stranger.signal('SIGTERM');
    for (const daemon of [cluster.master, ...cluster.agents]) {
      expect(daemon.log(10_000)).not.toMatch(/(ops|runner|agent)-secret|only the test/);
    }
  });
});

describe('TLS', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    const { cert, key } = makeCertificate(folder);
    trustCertificates(cert);
    const flags = [`--tls_cert=${cert}`, `--tls_key=${key}`, `--tls_ca=${cert}`];
    cluster = await startCluster({
      masterFlags: ['--allocation_interval=100ms', ...flags],
      agentFlags: flags,
    });
  });

  afterAll(async () => {
    await cluster.stop();
  });

  test('clients, the link of the agent and frameworks speak it', async () => {
    expect(cluster.master.url).toMatch(/^https:/);
    expect((await ask(`${cluster.agents[0]?.url}/flags`, undefined)).status).toBe(200);
    const redirect = await ask(`${cluster.master.url}/redirect`, undefined);
    expect([redirect.status, redirect.headers.location]).toEqual([
      307,
      `//${new URL(cluster.master.url).host}`,
    ]);
    const tasks = new TaskRunner('tls', cluster.master.url);
    await tasks.launch([{ id: 't', command: 'true' }]);
    await tasks.seen('t', 'TASK_FINISHED');
    await tasks.end();
  });

  test('nothing is answered without it', async () => {
    const { hostname, port } = new URL(cluster.master.url);
    const answered = await new Promise<boolean>((resolve) => {
      const plain = request({ hostname, port, path: '/health', agent: false });
      plain.once('response', () => resolve(true)).once('error', () => resolve(false));
      plain.end();
    });
    expect(answered).toBe(false);
  });
});

test.each(['master', 'agent'])('a %s that serves other machines wants authentication', (kind) => {
  const main = fileURLToPath(new URL(`../../packages/${kind}/src/main.ts`, import.meta.url));
  const flags = ['--ip=0.0.0.0', '--port=0', `--work_dir=${join(folder, kind)}`];
  const more = kind === 'agent' ? ['--master=127.0.0.1:1'] : [];
  const ended = spawnSync(process.execPath, [main, ...flags, ...more], { encoding: 'utf8' });
  expect(ended.status).toBe(2);
  expect(ended.stderr).toMatch(/Cannot listen on '0\.0\.0\.0': .*--authenticate_.*--insecure/);
  expect(existsSync(join(folder, kind))).toBe(false);
});
