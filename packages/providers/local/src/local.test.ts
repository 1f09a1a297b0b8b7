import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MasterState } from '@stoke/client';
import { claimFolder, clusterFolder } from '@stoke/cluster';
import { expect, onTestFinished, test } from 'vitest';
import {
  authenticationFlags,
  clusterCredential,
  credentialFiles,
  makeCredential,
} from './cluster-credential.ts';
import { belongsTo } from './leftovers.ts';
import { agentEntry, type ClusterFacts, describe } from './look.ts';
import { agentShare, shareText } from './machine-share.ts';
import { specProblems } from './start-daemons.ts';

const machine = { cpus: 8, memMb: 16_000, diskMb: 90_000 };
const unset = { agentCpus: undefined, agentMemMb: undefined };

test('agentShare() divides the machine, leaving memory for the rest of it', () => {
  expect(agentShare(unset, machine, { count: 3, index: 1 })).toEqual({
    cpus: 2,
    memMb: 3733,
    diskMb: 30_000,
    ports: { first: 31_500, last: 31_999 },
  });
});

test('agentShare() gives at least one cpu, and takes what the user says', () => {
  expect(agentShare(unset, machine, { count: 20, index: 0 }).cpus).toBe(1);
  const said = agentShare({ agentCpus: 0.5, agentMemMb: 300 }, machine, { count: 1, index: 0 });
  expect(said).toMatchObject({ cpus: 0.5, memMb: 300 });
});

test("shareText() writes Mesos's notation", () => {
  const share = { cpus: 2, memMb: 1024, diskMb: 10, ports: { first: 1, last: 2 } };
  expect(shareText(share)).toBe('cpus:2;mem:1024;disk:10;ports:[1-2]');
});

test('specProblems() keeps flags that decide who a daemon is', () => {
  const spec = {
    ...unset,
    name: 'dev',
    provider: 'local',
    hosts: ['a'],
    port: undefined,
    masterFlags: ['port=1', 'agent_ping_timeout=1secs'],
    agentFlags: ['resources=cpus:9'],
  };
  expect(specProblems(spec)).toEqual([
    "masterFlags: the local provider sets 'port' itself",
    "agentFlags: the local provider sets 'resources' itself",
  ]);
});

test('authenticationFlags() asks everybody for the secret, but where the user says otherwise', () => {
  const folder = clusterFolder('/all', 'dev');
  expect(authenticationFlags('agent', folder, ['authenticate_http_executors=false'])).toEqual([
    'credential=/all/dev/credential',
    'http_credentials=/all/dev/credential',
    'authenticate_http_readonly=true',
    'authenticate_http_readwrite=true',
    'acls={"permissive":true}',
  ]);
  expect(authenticationFlags('master', folder, [])).toContain('authenticate_http_frameworks=true');
});

test('clusterCredential() reads what makeCredential() made, and knows clusters without', async () => {
  const root = mkdtempSync(join(tmpdir(), 'stoke-credential-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const folder = clusterFolder(root, 'dev');
  expect(await clusterCredential(folder)).toBeUndefined();
  await claimFolder(folder);
  await makeCredential(folder);
  const credential = await clusterCredential(folder);
  expect(credential).toEqual({
    principal: 'stoke',
    secret: readFileSync(credentialFiles(folder).secret, 'utf8'),
  });
  expect(credential?.secret).toMatch(/^[0-9a-f]{48}$/);
});

test('belongsTo() knows daemons, supervisors and tasks of a folder, and nothing else', () => {
  const mine = belongsTo('/s/dev');
  const words = (commandLine: string[], environment: string[] = []) => ({
    commandLine,
    environment,
  });
  expect(mine(words(['node', 'main.ts', '--work_dir=/s/dev/master']))).toBe(true);
  expect(mine(words(['sh', '/x/supervise.sh', '/s/dev/agents/a/run']))).toBe(true);
  expect(mine(words(['java'], ['MESOS_SANDBOX=/s/dev/agents/a/slaves']))).toBe(true);
  expect(mine(words(['node', '--work_dir=/s/dev2/master']))).toBe(false);
  expect(mine(words(['less', '/s/dev/log/master.log']))).toBe(false);
  expect(mine(words(['bash'], ['PWD=/s/dev/log']))).toBe(false);
});

const resources = { cpus: 2, gpus: 0, mem: 1024, disk: 0 };
const used = { cpus: 1, gpus: 0, mem: 512, disk: 0 };

function agent(id: string, port: number, active = true): MasterState['slaves'][number] {
  return {
    id,
    hostname: '127.0.0.1',
    port,
    attributes: {},
    pid: `slave(1)@127.0.0.1:${port}`,
    registered_time: 0,
    resources,
    used_resources: used,
    offered_resources: used,
    reserved_resources: {},
    unreserved_resources: resources,
    active,
    deactivated: false,
    version: '1',
    capabilities: [],
  };
}

function daemon(port: number, alive = true) {
  const url = `http://127.0.0.1:${port}`;
  return {
    alive,
    file: { kind: 'agent', pid: port, startTicks: 1, startedAt: 5, url, version: '1' },
  };
}

function state(slaves: MasterState['slaves']): MasterState {
  return {
    version: '1',
    id: 'm',
    pid: 'master@127.0.0.1:1',
    hostname: 'h',
    start_time: 0,
    activated_slaves: slaves.length,
    deactivated_slaves: 0,
    unreachable_slaves: 0,
    flags: {},
    slaves,
    frameworks: [],
    completed_frameworks: [],
  };
}

test("agentEntry() finds an agent's entry by its address", () => {
  const known = state([agent('S0', 11), agent('S1', 12)]);
  expect(agentEntry(known, daemon(12))?.id).toBe('S1');
  expect(agentEntry(known, { file: undefined, alive: false })).toBeUndefined();
});

test('describe() tells apart hosts that serve, are lost, died, start and were stopped', () => {
  const facts: ClusterFacts = {
    name: 'dev',
    master: { ...daemon(1), alive: true },
    state: state([agent('S0', 11), agent('S1', 12, false), agent('S2', 13)]),
    agents: [
      { name: 'a', daemon: daemon(11) },
      { name: 'b', daemon: daemon(12) },
      { name: 'c', daemon: daemon(13, false) },
      { name: 'd', daemon: daemon(14) },
      { name: 'e', daemon: { file: undefined, alive: false } },
    ],
  };
  const info = describe(facts);
  expect(info.status).toBe('degraded');
  expect(info.hosts.map((host) => host.status)).toEqual([
    'ready',
    'unreachable',
    'dead',
    'starting',
    'stopped',
  ]);
  expect(info.hosts[0]).toMatchObject({
    cpus: { total: 2, used: 1 },
    memMb: { total: 1024, used: 512 },
  });
  expect(info.problems.map((problem) => problem.subject)).toEqual(['b', 'c', 'e']);
});

test('describe() blames only the master when it does not answer', () => {
  const info = describe({
    name: 'dev',
    master: { ...daemon(1), alive: false },
    state: undefined,
    agents: [{ name: 'a', daemon: daemon(11) }],
  });
  expect(info).toMatchObject({ status: 'stopped', master: { status: 'dead', pid: undefined } });
  expect(info.problems).toEqual([
    {
      subject: 'master',
      problem: 'its process is gone without a goodbye',
      remedy: 'stoke cluster start -n dev',
    },
  ]);
});
