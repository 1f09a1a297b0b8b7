/** The cluster verbs as a user types them, on real processes. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { ClusterInfo, ClusterSummary } from '@stoke/cluster';
import { StokeSession, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LocalCluster, processes } from './support/local-cluster.ts';

const session = new StokeSession();
const size = ['--agent-cpus', '1', '--agent-mem', '512'];

beforeAll(async () => {
  const created = await session.run(['cluster', 'create', '-n', 'dev', '--agents', '2', ...size]);
  expect(created.code, created.stderr).toBe(0);
  expect(created.stdout).toMatch(/agent-2 +ready +0\/1 +0\/512 MiB/);
  expect(created.stderr).toContain('stoke cluster kill -n dev');
});

afterAll(async () => {
  for (const { name } of await session.json<ClusterSummary[]>(['cluster', 'list'])) {
    await session.run(['cluster', 'kill', '-n', name]);
  }
  session.dispose();
});

test('list and info tell the same in JSON and in tables', async () => {
  const [summary] = await session.json<ClusterSummary[]>(['cluster', 'list']);
  expect(summary).toMatchObject({
    name: 'dev',
    provider: 'local',
    status: 'running',
    hosts: { ready: 2, total: 2 },
    cpus: { total: 2, used: 0 },
  });
  const list = await session.run(['cluster', 'list']);
  expect(list.stdout).toMatch(/^dev +local +running +2\/2 /m);
  const info = await session.json<ClusterInfo>(['cluster', 'info', '-n', 'dev']);
  expect(info.master.url).toBe(summary?.url);
});

test('a cluster serves nobody without the secret in its folder, which only its owner reads', async () => {
  const cluster = new LocalCluster(session, 'dev');
  for (const { url } of [...cluster.daemons('master'), ...cluster.daemons('agent')]) {
    expect((await fetch(`${url}/state`)).status).toBe(401);
    expect((await cluster.fetch(`${url}/state`)).status).toBe(200);
  }
  const folder = join(session.stateHome, 'stoke', 'local', 'dev');
  for (const name of ['credential', 'secret', '.']) {
    expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
  }
});

test('create refuses a name that exists', async () => {
  const again = await session.run(['cluster', 'create', '-n', 'dev']);
  expect([again.code, again.stdout]).toEqual([1, '']);
  expect(again.stderr).toContain("Cannot create cluster 'dev'");
});

test('create names a port that is in use and leaves nothing behind', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const result = await session.run(['cluster', 'create', '-n', 'taken', '--port', String(port)]);
  server.close();
  expect(result.code).toBe(1);
  expect(result.stderr).toContain(`Cannot use port ${port} for the master`);
  expect(existsSync(join(session.stateHome, 'stoke', 'local', 'taken'))).toBe(false);
});

test('create shows why a daemon did not start, and undoes what it began', async () => {
  const words = ['cluster', 'create', '-n', 'broken', '--agents', '1'];
  const result = await session.run([...words, '--master-flag', 'no_such_flag=1']);
  expect(result.code).toBe(1);
  expect(result.stderr).toContain("Cannot start master 'master'");
  expect(result.stderr).toContain('no_such_flag');
  expect(processes('--cluster=broken')).toEqual([]);
  expect(existsSync(join(session.stateHome, 'stoke', 'local', 'broken'))).toBe(false);
});

test('add and remove change a running cluster', async () => {
  expect((await session.run(['cluster', 'add', '-n', 'dev', 'clara'])).code).toBe(0);
  const info = await session.json<ClusterInfo>(['cluster', 'info', '-n', 'dev']);
  expect(info.hosts.map((host) => host.name)).toEqual(['agent-1', 'agent-2', 'clara']);
  const removed = await session.run(['cluster', 'remove', '-n', 'dev', 'clara']);
  expect(removed.code, removed.stderr).toBe(0);
  expect(processes('agents/clara')).toEqual([]);
});

test('drain empties a host and reactivate brings it back', async () => {
  const status = async (): Promise<string | undefined> => {
    const info = await session.json<ClusterInfo>(['cluster', 'info', '-n', 'dev']);
    return info.hosts.find(({ name }) => name === 'agent-1')?.status;
  };
  const order = (verb: string, ...more: string[]) =>
    session.run(['cluster', verb, '-n', 'dev', 'agent-1', ...more]);
  const drained = await order('drain', '--grace', '1.5s');
  expect([drained.code, drained.stdout]).toEqual([0, "Draining host 'agent-1' of cluster 'dev'\n"]);
  expect(await status()).toBe('draining');
  const reactivated = await order('reactivate');
  expect(reactivated.code, reactivated.stderr).toBe(0);
  expect(await status()).toBe('ready');
  const again = await order('reactivate');
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('Agent is not deactivated');
  const nobody = await session.run(['cluster', 'drain', '-n', 'dev', 'nobody']);
  expect(nobody.stderr).toContain('its hosts are agent-1, agent-2');
});

test('info says which part died and how to bring it back, and start does', async () => {
  const file = join(session.stateHome, 'stoke/local/dev/agents/agent-1/daemon.json');
  const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  await waitFor(() => !existsSync(`/proc/${pid}`), { what: 'the agent to be gone' });
  const info = await session.run(['cluster', 'info', '-n', 'dev']);
  expect(info.stdout).toMatch(/^agent-1 +dead/m);
  expect(info.stdout).toContain('To bring it back: stoke cluster start -n dev');
  expect((await session.run(['cluster', 'start', '-n', 'dev'])).code).toBe(0);
});

test('a create that is interrupted leaves nothing behind', async () => {
  const running = session.start(['cluster', 'create', '-n', 'cut', '--agents', '3']);
  await waitFor(() => processes('--cluster=cut').length > 0, {
    what: 'the first process',
    intervalMs: 5,
  });
  running.child.kill('SIGINT');
  const result = await running.ended;
  expect(result.code, result.stderr).toBe(130);
  expect(processes('/local/cut/')).toEqual([]);
  expect(existsSync(join(session.stateHome, 'stoke', 'local', 'cut'))).toBe(false);
});

test('kill leaves no process and no file', async () => {
  const killed = await session.run(['cluster', 'kill', '-n', 'dev']);
  expect(killed.code, killed.stderr).toBe(0);
  expect(processes(session.stateHome)).toEqual([]);
  expect(readdirSync(join(session.stateHome, 'stoke', 'local'))).toEqual([]);
});
