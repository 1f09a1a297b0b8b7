/** Launching: what is refused and why, what a custom executor costs, what is not supported yet. */
import type { Offer_Operation, TaskInfo } from '@stoke/protocol';
import { expect, test } from 'vitest';
import type { AgentClient } from '../test-kit/agent-client.ts';
import { CoreDriver } from '../test-kit/core-driver.ts';
import type { FrameworkClient } from '../test-kit/framework-client.ts';
import {
  agentInfo,
  commandTask,
  frameworkInfo,
  oldFrameworkInfo,
  ports,
  scalar,
} from '../test-kit/samples.ts';

type Scene = { driver: CoreDriver; agent: AgentClient; framework: FrameworkClient };

function scene(info = frameworkInfo()): Scene {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  return { driver, agent, framework: driver.subscribe(info) };
}

const small = [scalar('cpus', 0.1), scalar('mem', 32)];
const command = { value: 'true' };
const executor = { executor_id: { value: 'e' }, command };

test.each<[string, Partial<TaskInfo>, string]>([
  ['no resources', { resources: [] }, 'Task uses no resources'],
  [
    'neither command nor executor',
    { command: undefined },
    'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present',
  ],
  [
    'both command and executor',
    { executor },
    'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present',
  ],
  [
    'another agent',
    { agent_id: { value: 'other' } },
    'Task uses invalid agent other while agent M-S0 is expected',
  ],
  ['a slash in its id', { task_id: { value: 'b/8' } }, "'b/8' contains invalid characters"],
  ['an empty id', { task_id: { value: '' } }, 'ID must not be empty'],
  [
    'a long id',
    { task_id: { value: 'x'.repeat(256) } },
    'ID must not be greater than 255 characters',
  ],
  [
    'an executor without command',
    { command: undefined, executor: { executor_id: { value: 'e' } } },
    "'ExecutorInfo.command' must be set",
  ],
  [
    'an executor of another framework',
    { command: undefined, executor: { ...executor, framework_id: { value: 'other' } } },
    'ExecutorInfo has an invalid FrameworkID (Actual: other vs Expected: M-0000)',
  ],
  [
    'too many cpus',
    { resources: [scalar('cpus', 100), scalar('mem', 32)] },
    'Total resources cpus(allocated: web):100; mem(allocated: web):32 required by task and its executor is more than available ports(allocated: web):[31000-31099]; cpus(allocated: web):4; mem(allocated: web):4096',
  ],
  [
    'ports that are not offered',
    { resources: [...small, ports(1, 2)] },
    'Total resources cpus(allocated: web):0.1; mem(allocated: web):32; ports(allocated: web):[1-2] required by task and its executor is more than available ports(allocated: web):[31000-31099]; cpus(allocated: web):4; mem(allocated: web):4096',
  ],
  [
    'a negative amount',
    { resources: [scalar('cpus', -1), scalar('mem', 32)] },
    "Resource 'cpus:-1' is invalid: Invalid scalar resource: value <= 0",
  ],
  [
    'a health check without its command',
    { health_check: { type: 'COMMAND' } },
    "Task uses invalid health check: Expecting 'command' to be set for COMMAND health check",
  ],
  [
    'a negative grace period',
    { kill_policy: { grace_period: { nanoseconds: -1 } } },
    "Task's 'kill_policy.grace_period' must be non-negative",
  ],
  [
    'a variable without value',
    { command: { value: 'true', environment: { variables: [{ name: 'A' }] } } },
    "Task's `CommandInfo` is invalid: Environment variable 'A' of type 'VALUE' must have a value set",
  ],
])('taskProblems refuses a task with %s', (_what, more, message) => {
  const { agent, framework, driver } = scene();
  const offer = framework.nextOffer();
  framework.launch(offer, [commandTask('t', agent.id, { resources: small, ...more })]);
  expect(framework.lastStatus()).toMatchObject({
    state: 'TASK_ERROR',
    source: 'SOURCE_MASTER',
    reason: 'REASON_TASK_INVALID',
    message,
  });
  expect(framework.lastStatus()?.uuid).toBeUndefined();
  expect(agent.all('RUN_TASK')).toEqual([]);
  expect(driver.state.frameworks.get(framework.id)?.tasks.size).toBe(0);
});

test('handleAccept launches the good tasks beside a duplicate one', () => {
  const { agent, framework } = scene();
  const task = commandTask('dup', agent.id);
  framework.launch(framework.nextOffer(), [task, task, commandTask('good', agent.id)]);
  expect(agent.all('RUN_TASK').map((m) => m.run_task?.task.task_id.value)).toEqual(['dup', 'good']);
  expect(framework.lastStatus()?.message).toBe('Task has duplicate ID: dup');
});

test.each([
  ['unknown', ['nope'], 'Offer nope is no longer valid'],
  ['duplicate', ['O', 'O'], /^Duplicate offer .* in offer list$/],
])('handleAccept burns %s offers and drops the tasks', (_what, ids, reason) => {
  const { agent, framework, driver } = scene();
  const offer = framework.nextOffer();
  const offerIds = ids.map((id) => (id === 'O' ? offer.id : { value: id }));
  framework.call({
    type: 'ACCEPT',
    accept: {
      offer_ids: offerIds,
      operations: [{ type: 'LAUNCH', launch: { task_infos: [commandTask('t', agent.id)] } }],
    },
  });
  const status = framework.lastStatus();
  expect(status).toMatchObject({ state: 'TASK_DROPPED', reason: 'REASON_INVALID_OFFERS' });
  expect(status?.message?.replace('Task launched with invalid offers: ', '')).toMatch(reason);
  if (ids.includes('O')) expect(driver.state.offers.size).toBe(0);
});

test('handleAccept answers old frameworks with TASK_LOST', () => {
  const { agent, framework } = scene(oldFrameworkInfo());
  framework.launch({ ...framework.nextOffer(), id: { value: 'gone' } }, [
    commandTask('t', agent.id),
  ]);
  expect(framework.lastStatus()?.state).toBe('TASK_LOST');
});

test('launchTask counts the resources of an executor once', () => {
  const { agent, framework, driver } = scene();
  const more = {
    command: undefined,
    executor: { ...executor, resources: [scalar('cpus', 0.5), scalar('mem', 64)] },
  };
  framework.launch(framework.nextOffer(), [
    commandTask('a', agent.id, more),
    commandTask('b', agent.id, more),
  ]);
  const runs = agent.all('RUN_TASK').map((message) => message.run_task);
  expect(runs.map((run) => run?.launch_executor)).toEqual([true, false]);
  expect(runs[0]?.task.executor).toMatchObject({
    type: 'CUSTOM',
    framework_id: { value: framework.id },
  });
  const cpus = (): number | undefined =>
    framework.nextOffer().resources?.find((resource) => resource.name === 'cpus')?.scalar?.value;
  expect(cpus()).toBe(1.5);
  agent.say({
    type: 'EXITED_EXECUTOR',
    exited_executor: {
      framework_id: { value: framework.id },
      executor_id: { value: 'e' },
      status: 256,
    },
  });
  expect(framework.all('FAILURE')[0]?.failure).toEqual({
    agent_id: { value: agent.id },
    executor_id: { value: 'e' },
    status: 256,
  });
  framework.decline(framework.offers()[0]!, 0);
  expect(cpus()).toBe(2);
  expect(driver.state.agents.get(agent.id)?.executors.size).toBe(0);
});

test('launchTask refuses another executor under the id of a running one', () => {
  const { agent, framework } = scene();
  const task = (id: string, value: string): TaskInfo =>
    commandTask(id, agent.id, {
      command: undefined,
      executor: { executor_id: { value: 'e' }, command: { value } },
    });
  framework.launch(framework.nextOffer(), [task('a', 'x'), task('b', 'x'), task('c', 'y')]);
  expect(agent.all('RUN_TASK')).toHaveLength(2);
  expect(framework.lastStatus()).toMatchObject({
    task_id: { value: 'c' },
    message: 'ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID',
  });
});

test('handleAccept answers what is not supported yet in a defined way', () => {
  const { agent, framework, driver } = scene();
  const operations: Offer_Operation[] = [
    {
      type: 'LAUNCH_GROUP',
      launch_group: { executor, task_group: { tasks: [commandTask('g', agent.id)] } },
    },
    { type: 'RESERVE', reserve: { resources: small } },
    { type: 'RESERVE', id: { value: 'op' }, reserve: { resources: small } },
    {
      type: 'LAUNCH',
      id: { value: 'op-l' },
      launch: { task_infos: [commandTask('l', agent.id)] },
    },
  ];
  const offer = framework.nextOffer();
  framework.call({ type: 'ACCEPT', accept: { offer_ids: [offer.id], operations } });
  expect(framework.statuses().map(({ state, reason }) => [state, reason])).toEqual([
    ['TASK_ERROR', 'REASON_TASK_GROUP_INVALID'],
    ['TASK_ERROR', 'REASON_TASK_INVALID'],
  ]);
  expect(framework.lastStatus()?.message).toBe('The `id` field cannot be set on LAUNCH operations');
  expect(framework.all('UPDATE_OPERATION_STATUS')).toHaveLength(1);
  expect(driver.state.counters.get('operations/dropped')).toBe(2);
  expect(driver.logs.filter((log) => log.message === 'operation dropped')).toHaveLength(2);
});

test('offerFor gives old frameworks the old form, and takes it back', () => {
  const { agent, framework } = scene(oldFrameworkInfo());
  const offer = framework.nextOffer();
  expect(offer.allocation_info).toBeUndefined();
  expect(offer.resources).toContainEqual({ ...scalar('cpus', 4), role: '*' });
  const resources = small.map((resource) => ({ ...resource, role: '*' }));
  framework.launch(offer, [commandTask('t', agent.id, { resources })]);
  expect(agent.all('RUN_TASK')[0]?.run_task?.task.resources).toEqual([
    { ...scalar('cpus', 0.1), allocation_info: { role: '*' } },
    { ...scalar('mem', 32), allocation_info: { role: '*' } },
  ]);
});

test('offerFor gives new frameworks reservations as a stack', () => {
  const driver = new CoreDriver();
  const reserved = {
    ...scalar('cpus', 1),
    reservations: [{ type: 'STATIC', role: 'web' } as const],
  };
  driver.registerAgent(agentInfo({ resources: [reserved, scalar('mem', 100)] }));
  const [cpus] = driver.subscribe().nextOffer().resources ?? [];
  expect(cpus).toEqual({ ...reserved, allocation_info: { role: 'web' } });
});
