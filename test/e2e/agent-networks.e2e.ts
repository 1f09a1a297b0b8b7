/** Tasks in networks of their own, by real CNI plugins: addresses, ports, checks, and nothing left behind. */
import { globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { HealthCheck, NetworkInfo, TaskInfo, TaskStatus } from '@stoke/protocol';
import { skipBecause, startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CniScene, machineAddress, nothing, whyNoNetworks } from './support/cni-scene.ts';
import { ownCgroups } from './support/own-cgroups.ts';
import { scalar } from './support/raw-framework.ts';
import { sandboxText } from './support/sandbox.ts';
import { TaskRunner, taskInfo } from './support/task-runner.ts';

/** Answers HTTP on port 8000 of an address. */
function serve(address: string, text: string): string {
  const answer = `HTTP/1.0 200 OK\\r\\nContent-Length: ${text.length}\\r\\n\\r\\n${text}`;
  return `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalAddr => "${address}", LocalPort => 8000, Listen => 9, ReuseAddr => 1) or die $!; while (1) { $c = $s->accept or next; $r = <$c>; print $c "${answer}"; close $c }'`;
}

/** Prints what answers there; fails when nobody does. */
function ask(address: string, port = 8000): string {
  return `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(PeerAddr => "${address}", PeerPort => ${port}, Timeout => 10) or exit 1; print $s "GET / HTTP/1.0\\r\\n\\r\\n"; print <$s>'`;
}

function inNetworks(...infos: NetworkInfo[]): Pick<TaskInfo, 'container'> {
  return { container: { type: 'MESOS', network_infos: infos } };
}

function addressesOf(status: TaskStatus): string[] {
  const infos = status.container_status?.network_infos ?? [];
  return infos.flatMap(({ ip_addresses = [] }) =>
    ip_addresses.flatMap(({ ip_address }) => ip_address ?? []),
  );
}

describe('networks of containers', skipBecause(whyNoNetworks()), () => {
  const scene = new CniScene();
  const cgroups = ownCgroups('networks');
  let cluster: TestCluster;
  let tasks: TaskRunner;

  beforeAll(async () => {
    scene.write('blue.conflist', {
      cniVersion: '1.0.0',
      name: 'blue',
      plugins: [
        scene.bridge('', true),
        { type: 'portmap', capabilities: { portMappings: true } },
        { type: 'firewall' },
      ],
    });
    cluster = await startCluster({
      masterFlags: ['--allocation_interval=100ms'],
      agentFlags: ['--containerizers=oci', `--cgroups_root=${cgroups.root}`, ...scene.flags],
    });
    tasks = new TaskRunner('agent-networks', cluster.master.url);
  });

  afterAll(async () => {
    await tasks?.end();
    await cluster?.stop();
    cgroups.remove();
    scene.close();
  });

  async function end(...ids: string[]): Promise<void> {
    for (const id of ids) await tasks.kill(id);
    for (const id of ids) await tasks.seen(id, 'TASK_KILLED');
  }

  async function leavesNothing({ workDir } = cluster.agent): Promise<void> {
    const left = () => scene.leftovers(workDir);
    const isClean = () => Object.values(left()).every((count) => count === 0);
    await waitFor(isClean, { what: 'nothing to be left' }).catch(() => undefined);
    expect(left()).toEqual(nothing);
  }

  test('tasks have addresses of their own, reach one another, and not what the machine keeps to itself', async () => {
    const loopback = createServer((socket) => socket.end('secret'));
    await new Promise<void>((resolve) => loopback.listen(0, '127.0.0.1', resolve));
    const address = loopback.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await tasks.launch([
      { id: 'server', command: serve('0.0.0.0', 'hello'), more: inNetworks({ name: 'blue' }) },
    ]);
    const server = await tasks.seen('server', 'TASK_RUNNING');
    const [own = ''] = addressesOf(server);
    expect(own).toMatch(/^10\.220\./);
    const command = [
      `for i in 1 2 3 4 5 6 7 8 9; do ${ask(own)} > answer && break; sleep 1; done`,
      `${ask('127.0.0.1', port)} && exit 9`,
      'cat /etc/hosts /etc/hostname > names; cat /etc/resolv.conf > resolver; exit 0',
    ].join('\n');
    await tasks.launch([{ id: 'client', command, more: inNetworks({ name: 'blue' }) }]);
    const client = await tasks.seen('client', 'TASK_FINISHED', 'TASK_FAILED');
    loopback.close();
    expect(client.state).toBe('TASK_FINISHED');
    expect(sandboxText(cluster.agent, client, 'answer')).toContain('hello');
    const id = client.container_status?.container_id?.value ?? '';
    const [clientAddress] = addressesOf(client);
    expect(sandboxText(cluster.agent, client, 'names')).toContain(`${clientAddress} ${id}\n`);
    await end('server');
    await leavesNothing();
  });

  test("mapped ports answer on the machine's addresses, and have to be the task's own", async () => {
    const { name, cniVersion, ...delegate } = scene.bridge('mesos', true);
    const mapper = { type: 'mesos-cni-port-mapper', chain: 'X', excludeDevices: [delegate.bridge] };
    scene.write('mesos.json', { name, cniVersion, ...mapper, delegate });
    const more = (held: number, mapped: number, network = 'blue'): Partial<TaskInfo> => ({
      ...inNetworks({
        name: network,
        port_mappings: [{ host_port: mapped, container_port: 8000 }],
      }),
      resources: [
        { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
        { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
        { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: held, end: held }] } },
      ],
    });
    await tasks.launch([
      { id: 'mapped', command: serve('0.0.0.0', 'mapped'), more: more(31_801, 31_801) },
      {
        id: 'mapped-mesos',
        command: serve('0.0.0.0', 'mapped'),
        more: more(31_804, 31_804, 'mesos'),
      },
      { id: 'foreign', command: 'true', more: more(31_802, 31_803) },
    ]);
    await tasks.seen('mapped-mesos', 'TASK_RUNNING');
    await tasks.seen('mapped', 'TASK_RUNNING');
    const foreign = await tasks.seen('foreign', 'TASK_FAILED');
    expect(foreign.message).toContain(
      'port 31803 is mapped, and is not among the ports of the task (it has [31802-31802])',
    );
    for (const host of ['127.0.0.1', machineAddress()].filter((one) => one !== undefined)) {
      for (const port of [31_801, 31_804]) {
        const look = async () => (await fetch(`http://${host}:${port}/`)).text();
        expect(await waitFor(look, { what: `an answer on ${host}:${port}` })).toBe('mapped');
      }
    }
    await end('mapped', 'mapped-mesos');
    scene.remove('mesos.json');
    await leavesNothing();
  });

  test("checks are made inside the container's network", async () => {
    const check = { delay_seconds: 0, interval_seconds: 0.1, grace_period_seconds: 60 };
    const web = (id: string, health: HealthCheck, address = '127.0.0.1') => ({
      id,
      command: serve(address, 'well'),
      more: { ...inNetworks({ name: 'blue' }), health_check: { ...check, ...health } },
    });
    await tasks.launch([
      web('http', { type: 'HTTP', http: { port: 8000, path: '/' } }),
      web('tcp', { type: 'TCP', tcp: { port: 8000 } }),
      web('command', { type: 'COMMAND', command: { value: ask('127.0.0.1') } }),
      // Nothing listens on its loopback.
      web('sick', { type: 'TCP', tcp: { port: 9 }, grace_period_seconds: 0 }),
    ]);
    const isHealthy = (id: string) =>
      tasks.updates.some(({ task_id, healthy }) => task_id.value === id && healthy === true);
    for (const id of ['http', 'tcp', 'command']) {
      await waitFor(() => isHealthy(id), { what: `${id} to be healthy`, timeoutMs: 60_000 });
    }
    expect((await tasks.seen('sick', 'TASK_KILLED')).healthy).toBe(false);
    await end('http', 'tcp', 'command');
    await leavesNothing();
  });

  test('a network is known as soon as its file is there, and a bad file is told', async () => {
    const red = inNetworks({ name: 'blue' }, { name: 'red' });
    const command = 'cat /sys/class/net/eth0/operstate /sys/class/net/eth1/operstate > devices';
    await tasks.launch([{ id: 'early', command, more: red }]);
    const early = await tasks.seen('early', 'TASK_FAILED');
    expect(early.reason).toBe('REASON_CONTAINER_LAUNCH_FAILED');
    expect(early.message).toContain("oci: network 'red' is not known (there are blue)");
    scene.write('red.conf', '{');
    await tasks.launch([{ id: 'bad', command, more: red }]);
    expect((await tasks.seen('bad', 'TASK_FAILED')).message).toContain('red.conf: is no JSON');
    scene.write('red.conf', { ...scene.bridge('red', false), dns: { nameservers: ['10.9.8.7'] } });
    await tasks.launch([
      { id: 'late', command: `${command}; cat /etc/resolv.conf >> devices`, more: red },
    ]);
    const late = await tasks.seen('late', 'TASK_FINISHED', 'TASK_FAILED');
    expect(late.state).toBe('TASK_FINISHED');
    expect(addressesOf(late)).toEqual([
      expect.stringMatching(/^10\.220\./),
      expect.stringMatching(/^10\.222\./),
    ]);
    expect(sandboxText(cluster.agent, late, 'devices')).toMatch(/^up\nup\n/);
    expect(sandboxText(cluster.agent, late, 'devices')).toContain('nameserver 10.9.8.7');
    await leavesNothing();
  });

  test('what a plugin began is undone when one after it fails, hangs, or is killed with the agent', async () => {
    scene.writePlugin(
      'stoke-fails',
      'test "$CNI_COMMAND" = ADD || exit 0; echo \'{"code":11,"msg":"no more room","details":"try later"}\'; exit 1',
    );
    scene.write('failing.conflist', {
      cniVersion: '0.4.0',
      name: 'failing',
      plugins: [scene.bridge('', false), { type: 'stoke-fails' }],
    });
    const more = inNetworks({ name: 'blue' }, { name: 'failing' });
    await tasks.launch([{ id: 'unlucky', command: 'true', more }]);
    const { message } = await tasks.seen('unlucky', 'TASK_FAILED');
    expect(message).toContain(
      "Cannot join network 'failing': plugin stoke-fails: no more room (try later), code 11",
    );
    await leavesNothing();
    expect(scene.takeCalls()).toEqual(['ADD eth1 stoke-fails', 'DEL eth1 stoke-fails']);

    scene.writePlugin('stoke-fails', 'test "$CNI_COMMAND" = DEL || exec sleep 100000');
    await tasks.launch([{ id: 'killed-early', command: 'true', more }]);
    await waitFor(() => scene.sawCall('ADD eth1 stoke-fails'), { what: 'the plugin to hang' });
    await tasks.kill('killed-early');
    await tasks.seen('killed-early', 'TASK_KILLED', 'TASK_FAILED');
    await leavesNothing();
    scene.takeCalls();

    await tasks.launch([{ id: 'orphan', command: 'true', more }]);
    await waitFor(() => scene.sawCall('ADD eth1 stoke-fails'), { what: 'the plugin to hang' });
    await cluster.agent.signal('SIGKILL');
    await cluster.agent.start();
    await tasks.seen('orphan', 'TASK_FAILED', 'TASK_GONE', 'TASK_LOST');
    await leavesNothing();
    expect(scene.takeCalls()).toEqual(['ADD eth1 stoke-fails', 'DEL eth1 stoke-fails']);
  });

  test('tasks of a group share the address of their executor, unless they name networks', async () => {
    const [agent] = (await cluster.state<{ slaves: { id: string }[] }>()).slaves;
    const agentId = agent?.id ?? '';
    const resources = ['cpus', 'mem', 'disk'].map((name) =>
      scalar(name, name === 'cpus' ? 0.1 : 32),
    );
    const member = (id: string, value: string, more: Partial<TaskInfo> = {}): TaskInfo => ({
      name: id,
      task_id: { value: id },
      agent_id: { value: agentId },
      resources,
      command: { value },
      ...more,
    });
    const asks = `for i in 1 2 3 4 5 6 7 8 9; do ${ask('127.0.0.1')} > answer && break; sleep 1; done; exec sleep 100000`;
    const group = [
      member('inner-server', serve('127.0.0.1', 'beside')),
      member('inner-client', asks),
      member('inner-other', 'exec sleep 100000', inNetworks({ name: 'blue' })),
    ];
    const launch = () =>
      tasks.tryAccept(agentId, { cpus: 0.5, mem: 200 }, (_offer, frameworkId) => {
        const ids = { executor_id: { value: 'group' }, framework_id: { value: frameworkId } };
        const network = inNetworks({ name: 'blue' });
        const executor = { type: 'DEFAULT' as const, ...ids, resources, ...network };
        return { type: 'LAUNCH_GROUP', launch_group: { executor, task_group: { tasks: group } } };
      });
    await waitFor(() => launch()?.then(() => true), { what: 'an offer' });
    const running = await Promise.all(
      group.map(({ task_id }) => tasks.seen(task_id.value, 'TASK_RUNNING')),
    );
    const [server, client, other] = running.map(addressesOf);
    expect(server).toEqual(client);
    expect(other).not.toEqual(client);
    expect(other).toEqual([expect.stringMatching(/^10\.220\./)]);
    expect(scene.leftovers(cluster.agent.workDir)).toMatchObject({ namespaces: 2, interfaces: 2 });
    const isAnswered = () => {
      const [path = ''] = globSync(
        join(
          cluster.agent.workDir,
          'slaves/*/frameworks/*/executors/group/runs/latest/tasks/inner-client/answer',
        ),
      );
      return readFileSync(path, 'utf8').includes('beside');
    };
    await waitFor(isAnswered, { what: 'the answer of the task beside it' });
    await cluster.agent.signal('SIGKILL');
    await cluster.agent.start();
    await tasks.kill('inner-client');
    for (const { task_id } of group) await tasks.seen(task_id.value, 'TASK_KILLED');
    await leavesNothing();
  });

  test('an executor that could not reach the agent is refused', async () => {
    const executor = {
      executor_id: { value: 'own' },
      command: { value: 'exec sleep 100000' },
      ...inNetworks({ name: 'blue' }),
    };
    await tasks.launch([{ id: 'custom', command: '', more: { command: undefined, executor } }]);
    expect((await tasks.seen('custom', 'TASK_FAILED')).message).toContain(
      'an executor in a network cannot reach the agent at 127.0.0.1: start the agent with --ip',
    );
  });

  test('a plugin that cannot undo its work is asked again', async () => {
    const flag = scene.path('may-leave');
    scene.writePlugin(
      'stoke-sticky',
      `test "$CNI_COMMAND" = DEL && ! test -e ${flag} && exit 1; echo '{"cniVersion":"1.0.0"}'`,
    );
    scene.write('sticky.conflist', {
      cniVersion: '1.0.0',
      name: 'sticky',
      plugins: [{ type: 'stoke-sticky' }, scene.bridge('', true)],
    });
    await tasks.launch([{ id: 'sticky', command: 'true', more: inNetworks({ name: 'sticky' }) }]);
    await tasks.seen('sticky', 'TASK_FINISHED');
    await waitFor(() => scene.sawCall('DEL eth0 stoke-sticky'), { what: 'the first try' });
    scene.writeFile('may-leave', '');
    await leavesNothing();
  });

  test('what is kept on disk is freed when all else is gone, as after a restart of the machine', async () => {
    await tasks.launch([
      { id: 'rebooted', command: 'exec sleep 100000', more: inNetworks({ name: 'blue' }) },
    ]);
    const { container_status: status } = await tasks.seen('rebooted', 'TASK_RUNNING');
    await cluster.agent.signal('SIGKILL');
    process.kill(status?.executor_pid ?? 0, 'SIGKILL');
    scene.forgetInKernel(cluster.agent.workDir);
    expect(scene.leftovers(cluster.agent.workDir)).toMatchObject({ addresses: 1, records: 1 });
    await cluster.agent.start();
    await tasks.seen('rebooted', 'TASK_FAILED');
    await leavesNothing();
  });

  test('a network outlives an agent that is killed, and goes with its task', async () => {
    await tasks.launch([
      { id: 'stays', command: serve('0.0.0.0', 'here'), more: inNetworks({ name: 'blue' }) },
      { id: 'goes', command: 'exec sleep 100000', more: inNetworks({ name: 'blue' }) },
    ]);
    const before = await tasks.seen('stays', 'TASK_RUNNING');
    const goes = await tasks.seen('goes', 'TASK_RUNNING');
    await cluster.agent.signal('SIGKILL');
    process.kill(goes.container_status?.executor_pid ?? 0, 'SIGKILL');
    await cluster.agent.start();
    await tasks.seen('goes', 'TASK_FAILED');
    const [address = ''] = addressesOf(before);
    const look = async () => (await fetch(`http://${address}:8000/`)).text();
    expect(await waitFor(look, { what: 'an answer after the restart' })).toBe('here');
    const containers = (await (await fetch(`${cluster.agent.url}/containers`)).json()) as {
      readonly status: { readonly network_infos: NetworkInfo[] };
    }[];
    expect(containers.map(({ status }) => status.network_infos)).toEqual([
      [{ name: 'blue', ip_addresses: [{ protocol: 'IPv4', ip_address: address }] }],
    ]);
    await end('stays');
    await leavesNothing();
  });

  const address = machineAddress();
  const noAddress = address === undefined ? 'the machine is on loopback only' : undefined;
  test(
    'an executor in a network reaches an agent on an address of the machine',
    skipBecause(noAddress),
    async () => {
      const former = (await cluster.state()).slaves.map(({ id }) => id);
      const agent = await cluster.addAgent([`--ip=${address}`, '--insecure']);
      const { slaves } = await cluster.state();
      const agentId = slaves.find(({ id }) => !former.includes(id))?.id ?? '';
      const value =
        "perl -MIO::Socket::INET -e 'IO::Socket::INET->new(PeerAddr => $ENV{MESOS_AGENT_ENDPOINT}, Timeout => 20) or exit 1' && touch reached; exec sleep 100000";
      const launch = () =>
        tasks.tryAccept(agentId, { cpus: 0.3, mem: 100 }, (offer) => {
          const executor = { executor_id: { value: 'reaching' }, command: { value } };
          const network = inNetworks({ name: 'blue' });
          const more = { command: undefined, executor: { ...executor, ...network } };
          const task = taskInfo({ id: 'reaching', command: '', more }, offer);
          return { type: 'LAUNCH', launch: { task_infos: [task] } };
        });
      await waitFor(() => launch()?.then(() => true), { what: 'an offer of that agent' });
      const isReached = () => {
        const found = globSync(
          join(agent.workDir, 'slaves/*/frameworks/*/executors/*/runs/*/reached'),
        );
        return found.length > 0;
      };
      await waitFor(isReached, { what: 'the agent to be reached', timeoutMs: 60_000 });
      await tasks.kill('reaching');
      await leavesNothing(agent);
    },
  );
});
