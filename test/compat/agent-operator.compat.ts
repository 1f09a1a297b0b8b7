/** The operator API of agents: reads, files, refusals, containers and sessions. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { type LegacyFramework, startNewFramework } from './legacy-frameworks.ts';
import { type OneTaskFramework, startOneTaskFramework } from './one-task-framework.ts';
import { replayOperatorCall, replayOperatorGroup } from './operator-calls.ts';
import type { Found } from './replay-call.ts';
import { type ReplayedSession, startSession } from './replay-session.ts';
import type { Translation } from './translation.ts';

describe('reads', () => {
  const cluster = new CompatCluster();
  let framework: LegacyFramework | undefined;

  beforeAll(() => cluster.start({ ports: [5051] }));
  afterAll(async () => {
    framework?.driver.close();
    await framework?.ended;
    await cluster.stop();
  });

  async function replay(group: string, prefix = ''): Promise<void> {
    const translation = cluster.translation();
    expectOnlyExceptions(group, await replayOperatorGroup(group, translation, prefix));
  }

  test('operator-errors: calls that agents refuse', () => replay('operator-errors', 'agent-'));

  test('operator-agent-empty: nothing runs', () => replay('operator-agent-empty'));

  test('operator-agent-running: tasks that run and that ended', async () => {
    const master = new URL(cluster.master.url).host;
    framework = startNewFramework(master, cluster.translation().port(5051));
    await framework.until('tasks', (states) => {
      const ended = ['life-fin', 'life-fail'].map((id) => states.get(id) ?? '');
      const done = ended.every((state) => ['TASK_FINISHED', 'TASK_FAILED'].includes(state));
      return done && states.get('life-run') === 'TASK_RUNNING';
    });
    await replay('operator-agent-running');
  });
});

describe('containers', () => {
  const group = 'operator-agent-containers';
  /** Of the recording: the container of task nest-1. */
  const recordedParent = '6b38665d-ca0c-4230-9d00-b1bc831e7ca2';
  const cluster = new CompatCluster();
  const found: Found[] = [];
  let translation: Translation;
  let framework: OneTaskFramework | undefined;

  beforeAll(async () => {
    await cluster.start({ ports: [5051] });
    translation = cluster.translation();
    framework = await startOneTaskFramework({
      masterUrl: cluster.master.url,
      agentPort: translation.port(5051),
      name: 'golden-nested',
      roles: ['golden'],
      cpus: 0.1,
      mem: 32,
      taskId: 'nest-1',
      command: 'echo started; sleep 1000',
    });
    translation.learn(recordedParent, framework.containerId);
  });
  afterAll(async () => {
    await framework?.driver.teardown();
    await framework?.ended;
    await cluster.stop();
  });

  async function call(...names: readonly string[]): Promise<void> {
    for (const name of names)
      found.push(...(await replayOperatorCall({ group, name, translation })));
  }

  function session(name: string): Promise<ReplayedSession> {
    return startSession({ group, name, translation });
  }

  test('operator-agent-containers: launched, waited for, killed and removed', async () => {
    await call('get-containers-json', 'get-containers-plain-json', 'launch-nested-json');
    await call('wait-nested-json', 'wait-nested-again-json', 'launch-container-nested-json');
    await call('launch-nested-existing-json', 'get-containers-nested-json');
    await call('remove-nested-running-json', 'kill-nested-json', 'wait-nested-killed-json');
    await call('launch-standalone-json', 'get-containers-standalone-json', 'wait-standalone-json');
    await call('remove-nested-json', 'wait-nested-removed-json', 'remove-nested-again-json');
    for (const name of ['session-json', 'session-pb', 'session-accept-json']) {
      found.push(...(await (await session(name)).compare()));
    }
    await call('wait-session-json');
    found.push(...(await (await session('session-no-message-accept')).compare()));
    const cat = await session('attach-session');
    await call('attach-input');
    found.push(...(await cat.compare()));
    const terminal = await session('session-tty');
    await terminal.spoken();
    const attached = await session('attach-output');
    found.push(...(await attached.compare()), ...(await terminal.compare()));
    await call('attach-output-not-attachable-json', 'prune-images-json', 'kill-top-level-json');
    expectOnlyExceptions(group, found);
  });
});
