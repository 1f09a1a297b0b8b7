/** Tasks in containers of a real Docker Engine: commands, networks, volumes, limits, true ends, nothing left behind. */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@stoke/kit';
import type { TaskInfo } from '@stoke/protocol';
import { skipBecause, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cpuShare } from './support/cpu-share.ts';
import { whyNoDocker } from './support/docker-engine.ts';
import { DockerScene, inDocker } from './support/docker-scene.ts';
import type { TaskRunner } from './support/task-runner.ts';

const missing = whyNoDocker();

describe('the docker containerizer', skipBecause(missing), () => {
  const scene = new DockerScene('agent-docker');
  const { engine } = scene;
  let tasks: TaskRunner;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    await scene.create({
      agentResources: `cpus:2;mem:2048;ports:[${port}-${port}]`,
      agentFlags: ['--cgroups_enable_cfs', '--oci_max_processes=64'],
    });
    tasks = scene.tasks;
  });

  afterAll(() => scene.dispose());

  test('exit codes, output and the sandbox come through, in the image', async () => {
    await tasks.launch([
      { id: 'zero', command: 'pwd; echo err >&2; echo $A > $MESOS_SANDBOX/mine', more: inDocker() },
      { id: 'three', command: 'exit 3', more: inDocker() },
      { id: 'plain', command: 'exit 4' },
    ]);
    const zero = await tasks.seen('zero', 'TASK_FINISHED');
    expect(zero.message).toBe('Container exited with status 0');
    expect(scene.text(zero, 'stdout')).toBe('/\n');
    expect(scene.text(zero, 'stderr')).toBe('err\n');
    expect(scene.text(zero, 'mine')).toBe('\n');
    const { message } = await tasks.seen('three', 'TASK_FAILED');
    expect(message).toBe('Container exited with status 3');
    expect((await tasks.seen('plain', 'TASK_FAILED')).message).toBe('Command exited with status 4');
  });

  test('the image runs as it is, with words of the task, or with a shell instead', async () => {
    const run = (id: string, command: TaskInfo['command']) => {
      const more = { ...inDocker({ image: 'greeter' }), ...(command && { command }) };
      return { id, command: '', more };
    };
    engine.import(engine.busyboxArchive, 'greeter', 'ENTRYPOINT ["/bin/echo","hi"]', 'CMD ["you"]');
    const environment = { variables: [{ name: 'A', value: 'b c' }] };
    await tasks.launch([
      run('as-it-is', { shell: false }),
      run('with-words', { shell: false, value: 'to', arguments: ['all'] }),
      run('with-shell', { value: 'echo $A $PATH', environment }),
    ]);
    const said = async (id: string): Promise<string> =>
      scene.text(await tasks.seen(id, 'TASK_FINISHED'), 'stdout');
    expect(await said('as-it-is')).toBe('hi you\n');
    expect(await said('with-words')).toBe('hi to all\n');
    expect(await said('with-shell')).toMatch(/^b c \/.*bin/);
  });

  test('a container has its name, labels, limits and what its parameters say', async () => {
    const parameters = [
      { key: 'label', value: 'team=x' },
      { key: 'cap-drop', value: 'ALL' },
    ];
    await tasks.launch([{ id: 'seen', command: 'sleep 1000', more: inDocker({ parameters }) }]);
    const running = await tasks.seen('seen', 'TASK_RUNNING');
    const name = `mesos-${running.container_status?.container_id?.value}`;
    const [found] = JSON.parse(engine.docker('inspect', name).stdout) as [Inspected];
    expect(found.Config.Labels).toMatchObject({ team: 'x', 'stoke.executor': 'seen' });
    expect(found.HostConfig).toMatchObject({
      NetworkMode: 'host',
      CapDrop: ['ALL'],
      Memory: 64 << 20,
      CpuQuota: 20_000,
      PidsLimit: 64,
    });
    expect(running.container_status?.executor_pid).toBe(found.State.Pid);
    const [told] = JSON.parse(Buffer.from(running.data ?? []).toString()) as [Inspected];
    expect(told.Id).toBe(found.Id);
    expect(told.Config.Env).toEqual([]);
    await tasks.kill('seen');
    await tasks.seen('seen', 'TASK_KILLED');
  });

  test('a bridge has addresses, ports and health checks of its own', async () => {
    const resources = [
      { name: 'cpus', type: 'SCALAR' as const, scalar: { value: 0.1 } },
      { name: 'mem', type: 'SCALAR' as const, scalar: { value: 32 } },
      { name: 'ports', type: 'RANGES' as const, ranges: { range: [{ begin: port, end: port }] } },
    ];
    const health_check = {
      type: 'HTTP' as const,
      delay_seconds: 0,
      interval_seconds: 0.1,
      grace_period_seconds: 20,
      http: { port: 8000, path: '/' },
    };
    const bridge = inDocker({
      network: 'BRIDGE',
      port_mappings: [{ host_port: port, container_port: 8000 }],
    });
    const command = 'echo served > index.html; exec httpd -f -p 8000';
    const more = { ...bridge, resources, health_check };
    await tasks.launch([{ id: 'server', command, more }]);
    const running = await tasks.seen('server', 'TASK_RUNNING');
    const address = running.container_status?.network_infos?.[0]?.ip_addresses?.[0]?.ip_address;
    expect(address).toMatch(/^10\.2/);
    const read = async (host: string): Promise<string> => (await fetch(`http://${host}/`)).text();
    await waitFor(() => read(`${address}:8000`), { what: 'the server' });
    expect(await read(`127.0.0.1:${port}`)).toBe('served\n');
    await waitFor(() => tasks.updates.some(({ healthy }) => healthy), { what: 'it to be healthy' });
    await tasks.kill('server');
    await tasks.seen('server', 'TASK_KILLED');
  });

  test('a user network is joined by its name', async () => {
    const made = engine.docker('network', 'create', '--subnet=10.251.7.0/24', 'blue');
    expect(made.status).toBe(0);
    try {
      const blue = inDocker({ network: 'USER' }, { network_infos: [{ name: 'blue' }] });
      await tasks.launch([{ id: 'blue', command: 'sleep 1000', more: blue }]);
      const running = await tasks.seen('blue', 'TASK_RUNNING');
      expect(running.container_status?.network_infos).toEqual([
        { name: 'blue', ip_addresses: [{ protocol: 'IPv4', ip_address: '10.251.7.2' }] },
      ]);
      await tasks.kill('blue');
      await tasks.seen('blue', 'TASK_KILLED');
    } finally {
      await waitFor(() => engine.docker('network', 'rm', 'blue').status === 0, {
        what: 'the network to go',
      });
    }
  });

  test('volumes of the machine and of the sandbox are mounted, writable or not', async () => {
    const outside = scene.path('outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'text'), 'from outside\n');
    const volumes = [
      { mode: 'RO' as const, container_path: '/data', host_path: outside },
      { mode: 'RW' as const, container_path: '/kept', host_path: 'kept' },
    ];
    const command = 'cat /data/text; touch /data/no && exit 9; echo yes > /kept/text';
    await tasks.launch([{ id: 'volumes', command, more: inDocker({}, { volumes }) }]);
    const done = await tasks.seen('volumes', 'TASK_FINISHED');
    expect(scene.text(done, 'stdout')).toBe('from outside\n');
    expect(scene.text(done, 'kept/text')).toBe('yes\n');
    expect(existsSync(join(outside, 'no'))).toBe(false);
  });

  test('a task over its memory is ended, and the framework is told so', async () => {
    const hog = 'x=0123456789; while :; do x=$x$x; done';
    await tasks.launch([{ id: 'hog', command: hog, memMb: 32, more: inDocker() }]);
    const failed = await tasks.seen('hog', 'TASK_FAILED');
    expect(failed.reason).toBe('REASON_CONTAINER_LIMITATION_MEMORY');
    expect(failed.message).toBe('Memory limit exceeded: Requested: 64MB');
    expect(failed.limitation?.resources?.[0]?.scalar?.value).toBe(64);
  });

  test('a task gets no more cpu than it has', async () => {
    const command = 'while :; do :; done';
    await tasks.launch([{ id: 'spin', command, cpus: 0.2, more: inDocker() }]);
    await tasks.seen('spin', 'TASK_RUNNING');
    const share = await cpuShare(scene.agent.url, 'spin');
    // 0.2 of its own and 0.1 of the executor that stands for it.
    expect(share).toBeLessThan(0.36);
    expect(share).toBeGreaterThan(0.1);
    await tasks.kill('spin');
    await tasks.seen('spin', 'TASK_KILLED');
  });

  test('a fork bomb stays in, and use is told', async () => {
    const bomb = '(while :; do sleep 1000 & done) 2>/dev/null; exec sleep 1000';
    await tasks.launch([{ id: 'bomb', command: bomb, memMb: 128, more: inDocker() }]);
    await tasks.seen('bomb', 'TASK_RUNNING');
    const [group] = engine.cgroups().filter((path) => /pids\/.*\/.{64}\/?$/.test(path));
    const count = (): number => Number(readFileSync(join(group ?? '', 'pids.current'), 'utf8'));
    await waitFor(() => count() > 60, { what: 'the bomb to reach its limit' });
    expect(count()).toBeLessThanOrEqual(64);
    const answer = await fetch(`${scene.agent.url}/monitor/statistics`);
    const all = (await answer.json()) as { statistics: { mem_rss_bytes: number } }[];
    expect(all[0]?.statistics.mem_rss_bytes).toBeGreaterThan(100_000);
    await tasks.kill('bomb');
    await tasks.seen('bomb', 'TASK_KILLED');
  });

  test('a kill sends the signal that the image wants, and then ends whatever is left', async () => {
    const parameters = [{ key: 'stop-signal', value: 'SIGUSR1' }];
    const loop = 'echo ready; while :; do sleep 0.1; done';
    await tasks.launch([
      {
        id: 'polite',
        command: `trap 'echo bye; exit 5' USR1; ${loop}`,
        more: inDocker({ parameters }),
      },
      { id: 'stubborn', command: `trap '' TERM; ${loop}`, more: inDocker() },
    ]);
    const ids = ['polite', 'stubborn'];
    for (const id of ids) {
      const running = await tasks.seen(id, 'TASK_RUNNING');
      await waitFor(() => scene.text(running, 'stdout') === 'ready\n', { what: `${id} to loop` });
    }
    for (const id of ids) await tasks.kill(id);
    const polite = await tasks.seen('polite', 'TASK_KILLED');
    expect(polite.message).toBe('Container exited with status 5');
    expect(scene.text(polite, 'stdout')).toBe('ready\nbye\n');
    const stubborn = await tasks.seen('stubborn', 'TASK_KILLED');
    expect(stubborn.message).toBe('Container exited with status 137');
  });

  test('a command check runs inside the container, and ends with its time', async () => {
    const check = (value: string) => ({
      type: 'COMMAND' as const,
      delay_seconds: 0,
      interval_seconds: 0.1,
      timeout_seconds: 1,
      grace_period_seconds: 0,
      consecutive_failures: 1,
      command: { value },
    });
    const inside = { ...inDocker(), health_check: check('test -e /only-here') };
    const hanging = { ...inDocker(), health_check: check('echo > /begun; sleep 4321') };
    await tasks.launch([
      { id: 'healthy', command: 'touch /only-here; exec sleep 1000', more: inside },
      { id: 'hanging', command: 'exec sleep 1000', more: hanging },
    ]);
    const told = (id: string, healthy: boolean): boolean =>
      tasks.updates.some((one) => one.task_id.value === id && one.healthy === healthy);
    await waitFor(() => told('healthy', true), { what: 'the task to be healthy' });
    await waitFor(() => told('hanging', false), { what: 'the task to be unhealthy' });
    expect((await tasks.seen('hanging', 'TASK_KILLED')).healthy).toBe(false);
    await tasks.kill('healthy');
    await tasks.seen('healthy', 'TASK_KILLED');
  });

  test('a container that cannot be made fails with the reason', async () => {
    const mesos = {
      container: { type: 'MESOS' as const, hostname: 'x', mesos: { image: image() } },
    };
    const parameters = [{ key: 'restart', value: 'always' }];
    await tasks.launch([
      { id: 'no-program', command: '', more: { ...inDocker(), command: absent } },
      { id: 'no-parameter', command: 'true', more: inDocker({ parameters }) },
      { id: 'nobody', command: 'true', more: mesos },
    ]);
    const why = async (id: string): Promise<string> => {
      const failed = await tasks.seen(id, 'TASK_FAILED');
      expect(failed.reason).toBe('REASON_CONTAINER_LAUNCH_FAILED');
      return failed.message ?? '';
    };
    expect(await why('no-program')).toContain('no such file or directory');
    expect(await why('no-parameter')).toContain("'restart' is not supported");
    expect(await why('nobody')).toMatch(/docker: it runs containers of type DOCKER only; posix: /);
  });

  const absent = { shell: false, value: '/not/there' };
  const image = () => ({ type: 'DOCKER' as const, docker: { name: 'busybox' } });

  test('tasks live through kill -9 of their agent, with their true ends and whole output', async () => {
    const numbers = 'i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done';
    const all = Array.from({ length: 3000 }, (_, i) => `line ${i}\n`).join('');
    await tasks.launch([
      { id: 'during', command: `sleep 0.5; ${numbers}; exit 7`, more: inDocker() },
      { id: 'after', command: `${numbers}; sleep 5; echo end; exit 5`, more: inDocker() },
      { id: 'long', command: 'sleep 1000', more: inDocker() },
    ]);
    await tasks.seen('after', 'TASK_RUNNING');
    await tasks.seen('long', 'TASK_RUNNING');
    await scene.agent.crashAndRestart();
    const during = await tasks.seen('during', 'TASK_FAILED');
    expect(during.message).toBe('Container exited with status 7');
    const after = await tasks.seen('after', 'TASK_FAILED');
    expect(after.message).toBe('Container exited with status 5');
    expect(scene.text(after, 'stdout')).toBe(`${all}end\n`);
    expect(scene.text('during', 'stdout')).toBe(all);
    await tasks.kill('long');
    await tasks.seen('long', 'TASK_KILLED');
  });

  test('an orphan is removed, and what others run at the engine is left alone', async () => {
    const label = engine
      .docker('ps', '--all', '--format={{.Label "stoke.agent"}}')
      .stdout.split('\n')[0];
    await tasks.launch([{ id: 'keeper', command: 'sleep 1000', more: inDocker() }]);
    const running = await tasks.seen('keeper', 'TASK_RUNNING');
    const own = `mesos-${running.container_status?.container_id?.value}`;
    const agentName = engine
      .docker('inspect', '--format={{index .Config.Labels "stoke.agent"}}', own)
      .stdout.trim();
    expect(label === '' || label === agentName).toBe(true);
    const start = (name: string, ...words: string[]) =>
      engine.docker(
        'run',
        '--detach',
        '--network=none',
        `--name=${name}`,
        ...words,
        'busybox',
        'sleep',
        '1000',
      );
    start('somebody-elses');
    start('mesos-orphan', `--label=stoke.agent=${agentName}`, '--label=stoke.container=orphan');
    await scene.agent.crashAndRestart();
    const names = (): string => engine.docker('ps', '--all', '--format={{.Names}}').stdout;
    await waitFor(() => !names().includes('mesos-orphan'), { what: 'the orphan to go' });
    expect(names()).toContain('somebody-elses');
    expect(names()).toContain(own);
    engine.docker('rm', '--force', 'somebody-elses');
    await tasks.kill('keeper');
    await tasks.seen('keeper', 'TASK_KILLED');
  });

  test('nothing is left of the containers: none at the engine, no control group, no record', async () => {
    const lost = tasks.updates.filter(({ state }) => /LOST|GONE|DROPPED/.test(state));
    expect(lost).toEqual([]);
    const left = (): boolean => globSync(join(scene.agent.workDir, 'meta/docker/*')).length === 0;
    await waitFor(left, { what: 'the records to go' });
    expect(engine.containers()).toEqual([]);
    expect(engine.cgroups().filter((path) => /.{64}\/?$/.test(path))).toEqual([]);
  });
});

interface Inspected {
  readonly Id: string;
  readonly Config: { readonly Labels: Record<string, string>; readonly Env: string[] };
  readonly HostConfig: unknown;
  readonly State: { readonly Pid: number };
}
