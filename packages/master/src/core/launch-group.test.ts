import type { ExecutorInfo, Offer_Operation_LaunchGroup, TaskInfo } from '@stoke/protocol';
import { expect, test } from 'vitest';
import type { AgentClient } from '../test-kit/agent-client.ts';
import { CoreDriver } from '../test-kit/core-driver.ts';
import { agentInfo, commandTask, scalar } from '../test-kit/samples.ts';

const executor: ExecutorInfo = {
  type: 'DEFAULT',
  executor_id: { value: 'dex' },
  framework_id: { value: 'M-0000' },
  resources: [scalar('cpus', 0.1), scalar('mem', 32), scalar('disk', 32)],
};
const small = [scalar('cpus', 0.1), scalar('mem', 32)];
const command = { value: 'true' };

function scene() {
  const driver = new CoreDriver();
  const resources = [scalar('cpus', 4), scalar('mem', 4096), scalar('disk', 1000)];
  const agent = driver.registerAgent(agentInfo({ resources }));
  const framework = driver.subscribe();
  const launch = (group: Offer_Operation_LaunchGroup): void => {
    driver.advance(10_000);
    framework.accept(framework.nextOffer(), [{ type: 'LAUNCH_GROUP', launch_group: group }]);
  };
  return { driver, agent, framework, launch };
}

const task = (id: string, agent: AgentClient, rest: Partial<TaskInfo> = {}): TaskInfo =>
  commandTask(id, agent.id, { resources: small, ...rest });

test('launchGroup sends all tasks with their executor, once for a new executor', () => {
  const { agent, driver, launch } = scene();
  launch({ executor, task_group: { tasks: [task('a', agent), task('b', agent)] } });
  const [message] = agent.all('RUN_TASK_GROUP');
  expect(message?.run_task_group).toMatchObject({
    launch_executor: true,
    executor: { type: 'DEFAULT', resources: [{ name: 'cpus', allocation_info: {} }, {}, {}] },
    task_group: {
      tasks: [
        { task_id: { value: 'a' }, executor: { executor_id: { value: 'dex' } } },
        { task_id: { value: 'b' }, executor: { executor_id: { value: 'dex' } } },
      ],
    },
  });
  expect([...driver.state.agents.values()].map((one) => one.executors.size)).toEqual([1]);
});

test('launchGroup gives a later group to the executor that runs', () => {
  const { agent, framework, launch } = scene();
  launch({ executor, task_group: { tasks: [task('a', agent)] } });
  launch({ executor, task_group: { tasks: [task('b', agent)] } });
  expect(framework.statuses()).toEqual([]);
  expect(
    agent.all('RUN_TASK_GROUP').map((message) => message.run_task_group?.launch_executor),
  ).toEqual([true, false]);
});

const { framework_id: _none, ...ownerless } = executor;
const { type: _typeless, ...typeless } = executor;

test.each<[string, ExecutorInfo, Partial<TaskInfo>, string]>([
  ['no framework', ownerless, {}, "'ExecutorInfo.framework_id' must be set"],
  ['no type', { ...typeless, command }, {}, "'ExecutorInfo.type' must be set"],
  [
    'a command on the default executor',
    { ...executor, command },
    {},
    "'ExecutorInfo.command' must not be set for 'DEFAULT' executor",
  ],
  [
    'a custom executor without a command',
    { ...executor, type: 'CUSTOM' },
    {},
    "'ExecutorInfo.command' must be set for 'CUSTOM' executor",
  ],
  [
    'an executor without disk',
    { ...executor, resources: small },
    {},
    "Executor 'dex' uses no disk",
  ],
  [
    'too small an executor',
    { ...executor, resources: [scalar('cpus', 0.001), scalar('mem', 32), scalar('disk', 1)] },
    {},
    "Executor 'dex' uses less CPUs (0.001) than the minimum required (0.01)",
  ],
  [
    'a task of another executor',
    executor,
    { executor: { ...executor, executor_id: { value: 'other' } } },
    "Task 'b' is invalid: Its 'ExecutorInfo' is different from that of the LAUNCH_GROUP operation",
  ],
  [
    'a task twice',
    executor,
    { task_id: { value: 'a' } },
    "Task 'a' is invalid: Task has duplicate ID: a",
  ],
  [
    'a Docker container',
    executor,
    { container: { type: 'DOCKER' } },
    "Task 'b' is invalid: Docker ContainerInfo is not supported on the task",
  ],
])('launchGroup refuses the whole group for %s', (_what, given, rest, message) => {
  const { agent, framework, launch } = scene();
  launch({ executor: given, task_group: { tasks: [task('a', agent), task('b', agent, rest)] } });
  expect(agent.all('RUN_TASK_GROUP')).toEqual([]);
  expect(framework.statuses()).toHaveLength(2);
  for (const status of framework.statuses()) {
    expect(status).toMatchObject({
      state: 'TASK_ERROR',
      source: 'SOURCE_MASTER',
      reason: 'REASON_TASK_GROUP_INVALID',
      message,
    });
  }
});

test('launchGroup refuses a group that needs more than is offered, and one without tasks', () => {
  const { agent, framework, launch } = scene();
  const big = { resources: [scalar('cpus', 3), scalar('mem', 32)] };
  launch({ executor, task_group: { tasks: [task('a', agent, big), task('b', agent, big)] } });
  expect(framework.lastStatus()?.message).toMatch(
    /^Total resources cpus\(allocated: \S+\):6.1; .* required by task group and its executor are more than available /,
  );
  const before = framework.statuses().length;
  launch({ executor, task_group: { tasks: [] } });
  expect(framework.statuses()).toHaveLength(before);
  expect(agent.all('RUN_TASK_GROUP')).toEqual([]);
});
