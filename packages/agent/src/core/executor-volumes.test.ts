/** Persistent volumes of tasks that come to an executor that runs. */
import type { Offer_Operation, Resource, TaskStatus } from '@stoke/protocol';
import { expect, test } from 'vitest';
import { executorTask, frameworkInfo, ScriptedAgent } from './scripted-agent.ts';

const ids = { framework_id: { value: 'f1' }, executor_id: { value: 'ex' } };

function subscribed(...taskIds: string[]): { agent: ScriptedAgent; containerId: string } {
  const agent = ScriptedAgent.registered();
  for (const id of taskIds) agent.runTask(frameworkInfo(), executorTask(id));
  const containerId = agent.launches[0]?.containerId ?? '';
  agent.started(containerId);
  agent.subscribe(ids);
  return { agent, containerId };
}

function status(taskId: string, state: TaskStatus['state'], mark: number): TaskStatus {
  return {
    task_id: { value: taskId },
    state,
    source: 'SOURCE_EXECUTOR',
    uuid: new Uint8Array(16).fill(mark),
  };
}

function update(agent: ScriptedAgent, one: TaskStatus): void {
  agent.event({ type: 'executor-call', call: { type: 'UPDATE', ...ids, update: { status: one } } });
}

const types = (agent: ScriptedAgent) => agent.executorEvents.map(({ event }) => event.type);

const disk: Resource = {
  name: 'disk',
  type: 'SCALAR',
  scalar: { value: 8 },
  allocation_info: { role: 'web' },
  reservations: [{ type: 'DYNAMIC', role: 'web' }],
};
const volume: Resource = {
  ...disk,
  disk: { persistence: { id: 'v1' }, volume: { container_path: 'data', mode: 'RW' } },
};
const path = '/w/volumes/roles/web/v1';

function apply(agent: ScriptedAgent, operation: Offer_Operation, mark: number): void {
  const operation_uuid = { value: new Uint8Array(16).fill(mark) };
  const framework_id = { value: 'f1' };
  const apply_operation = { framework_id, operation, operation_uuid };
  agent.master({ type: 'APPLY_OPERATION', apply_operation });
}

/** An executor that runs one task, on an agent with a volume. */
function withVolume(): { agent: ScriptedAgent; containerId: string } {
  const { agent, containerId } = subscribed('a');
  const resources: Resource[] = [{ name: 'disk', type: 'SCALAR', scalar: { value: 1000 } }];
  agent.state.info = { ...agent.state.info, resources };
  apply(agent, { type: 'RESERVE', reserve: { resources: [disk] } }, 1);
  apply(agent, { type: 'CREATE', create: { volumes: [volume] } }, 2);
  update(agent, status('a', 'TASK_RUNNING', 1));
  agent.acknowledgeAll('f1');
  agent.runTask(frameworkInfo(), { ...executorTask('b'), resources: [volume] });
  return { agent, containerId };
}

function orders(agent: ScriptedAgent): (string | undefined)[] {
  return agent.lastEffects.flatMap((effect) =>
    effect.type === 'link-volumes' ? [`${effect.order} ${effect.volumes[0]?.path}`] : [],
  );
}

const delivered = (agent: ScriptedAgent) =>
  agent.executorEvents.flatMap(({ event }) => event.launch?.task.task_id.value ?? []);

test('a task with a volume is delivered once the container sees it, which goes with the task', () => {
  const { agent, containerId } = withVolume();
  expect(orders(agent)).toEqual([`show ${path}`]);
  expect(delivered(agent)).toEqual(['a']);
  agent.event({ type: 'volumes-linked', containerId, paths: [path] });
  expect(delivered(agent)).toEqual(['a', 'b']);
  update(agent, status('b', 'TASK_FINISHED', 2));
  expect(orders(agent)).toEqual([`hide ${path}`]);
});

test('a task whose volume cannot be shown fails, and the executor goes on', () => {
  const { agent, containerId } = withVolume();
  agent.event({ type: 'volumes-linked', containerId, paths: [path], problem: 'no room' });
  expect(agent.takeUpdates()).toMatchObject([
    { state: 'TASK_FAILED', reason: 'REASON_CONTAINER_UPDATE_FAILED', task_id: { value: 'b' } },
  ]);
  expect(types(agent)).not.toContain('SHUTDOWN');
  expect(delivered(agent)).toEqual(['a']);
});

test('a volume of a task that is killed while it waits for it is hidden again', () => {
  const { agent, containerId } = withVolume();
  agent.kill('f1', 'b');
  expect(agent.takeUpdates()).toMatchObject([{ state: 'TASK_KILLED', task_id: { value: 'b' } }]);
  agent.event({ type: 'volumes-linked', containerId, paths: [path] });
  expect(orders(agent)).toEqual([`hide ${path}`]);
  expect(delivered(agent)).toEqual(['a']);
});

test('a restarted agent asks again for what the task that waits needs, and hides what none needs', () => {
  const { agent, containerId } = withVolume();
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  agent.reregister();
  agent.subscribe(ids);
  expect(orders(agent)).toEqual([`show ${path}`]);
  agent.event({ type: 'volumes-linked', containerId, paths: [path] });
  update(agent, status('b', 'TASK_RUNNING', 3));
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  agent.reregister();
  agent.subscribe(ids);
  expect(orders(agent)).toEqual([]);
  update(agent, status('b', 'TASK_FAILED', 4));
  expect(orders(agent)).toEqual([`hide ${path}`]);
});
