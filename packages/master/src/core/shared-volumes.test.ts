/** Stories of shared volumes: many tasks at once on one, and none left when it is destroyed. */
import type { Offer, Offer_Operation, Resource, TaskInfo } from '@stoke/protocol';
import { beforeEach, expect, test } from 'vitest';
import type { AgentClient } from '../test-kit/agent-client.ts';
import { CoreDriver } from '../test-kit/core-driver.ts';
import type { FrameworkClient } from '../test-kit/framework-client.ts';
import {
  agentInfo,
  commandTask,
  create,
  frameworkInfo,
  reserve,
  scalar,
} from '../test-kit/samples.ts';

const INFO = agentInfo({
  resources: [scalar('cpus', 8), scalar('mem', 4096), scalar('disk', 1000)],
});
const reservation = { type: 'DYNAMIC', role: 'web' } as const;
const disk: Resource = { ...scalar('disk', 64), reservations: [reservation] };
const volume: Resource = {
  ...disk,
  disk: { persistence: { id: 'v' }, volume: { container_path: 'data', mode: 'RW' } },
  shared: {},
};
const make: Offer_Operation[] = [reserve(disk), create(volume)];
const destroy: Offer_Operation = {
  type: 'DESTROY',
  id: { value: 'destroy' },
  destroy: { volumes: [volume] },
};

let driver: CoreDriver;
let agent: AgentClient;
let framework: FrameworkClient;
beforeEach(() => {
  driver = new CoreDriver();
  agent = driver.registerAgent(INFO);
  framework = driver.subscribe(sharing());
});

function sharing(): ReturnType<typeof frameworkInfo> {
  const info = frameworkInfo();
  return { ...info, capabilities: [...(info.capabilities ?? []), { type: 'SHARED_RESOURCES' }] };
}

function task(id: string): TaskInfo {
  const resources = [scalar('cpus', 1), scalar('mem', 128), volume];
  return commandTask(id, agent.id, { resources });
}

function launch(...ids: string[]): Offer_Operation {
  return { type: 'LAUNCH', launch: { task_infos: ids.map(task) } };
}

function group(...ids: string[]): Offer_Operation {
  const executor = {
    type: 'DEFAULT' as const,
    executor_id: { value: 'ex' },
    framework_id: { value: framework.id },
    resources: [scalar('cpus', 0.1), scalar('mem', 32), scalar('disk', 32)],
  };
  const task_group = { tasks: ids.map(task) };
  return { type: 'LAUNCH_GROUP', launch_group: { executor, task_group } };
}

function holdsVolume(offer: Offer): boolean {
  return (offer.resources ?? []).some((one) => one.disk?.persistence?.id === 'v');
}

function launched(): (string | undefined)[] {
  return [
    ...agent.all('RUN_TASK').map(({ run_task }) => run_task?.task.task_id.value),
    ...agent
      .all('RUN_TASK_GROUP')
      .flatMap(({ run_task_group }) => run_task_group?.task_group.tasks ?? [])
      .map(({ task_id }) => task_id.value),
  ];
}

function heldDisk(): number | undefined {
  return driver.state.allocator.heldBy(framework.id).get('disk');
}

test('LAUNCH starts several tasks of one ACCEPT on one shared volume', () => {
  framework.accept(framework.nextOffer(), [...make, launch('a', 'b'), launch('c')]);
  expect(launched()).toEqual(['a', 'b', 'c']);
  expect(framework.statuses()).toEqual([]);
});

test('LAUNCH_GROUP lets the tasks of a group share the volume', () => {
  framework.accept(framework.nextOffer(), [...make, group('a', 'b')]);
  expect(launched()).toEqual(['a', 'b']);
});

test('LAUNCH out of a later offer finds the volume that tasks use already', () => {
  framework.accept(framework.nextOffer(), [...make, launch('a')]);
  const offer = framework.nextOffer();
  expect(holdsVolume(offer)).toBe(true);
  framework.accept(offer, [launch('b')]);
  expect(launched()).toEqual(['a', 'b']);
});

test('a shared volume is offered to frameworks with SHARED_RESOURCES only', () => {
  framework.accept(framework.nextOffer(), make);
  const other = driver.subscribe(frameworkInfo({ name: 'plain' }));
  framework.call({ type: 'SUPPRESS' });
  for (const offer of framework.offers()) framework.decline(offer, 0);
  expect(other.offers().some(holdsVolume)).toBe(false);
  expect(holdsVolume(other.nextOffer())).toBe(false);
});

test('DESTROY is refused while one of the tasks runs, and done after the last', () => {
  framework.accept(framework.nextOffer(), [...make, launch('a', 'b')]);
  agent.update(framework, 'a', { state: 'TASK_FINISHED' });
  framework.accept(framework.nextOffer(), [destroy]);
  const [refused] = framework.all('UPDATE_OPERATION_STATUS');
  expect(refused?.update_operation_status?.status).toMatchObject({
    state: 'OPERATION_ERROR',
    message: expect.stringContaining('Persistent volumes in use'),
  });
  agent.update(framework, 'b', { state: 'TASK_FINISHED', uuid: 2 });
  framework.accept(framework.nextOffer(), [destroy]);
  expect(agent.all('APPLY_OPERATION').at(-1)?.apply_operation?.operation.type).toBe('DESTROY');
});

test.each([
  ['tasks', launch],
  ['a group', group],
])(
  'every use by %s comes back: nothing is held but the executor when they are over',
  (_what, start) => {
    framework.accept(framework.nextOffer(), [...make, start('a', 'b', 'c')]);
    for (const [index, id] of ['a', 'b', 'c'].entries()) {
      agent.update(framework, id, { state: 'TASK_FINISHED', uuid: index + 1 });
    }
    const offer = framework.nextOffer();
    expect((offer.resources ?? []).filter((one) => one.disk !== undefined)).toHaveLength(1);
    framework.decline(offer, 3600);
    expect(heldDisk()).toBe(start === group ? 32_000 : undefined);
  },
);
