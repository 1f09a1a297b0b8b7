import { createFakeClock } from '@stoke/kit';
import type { LinkAgentMessage, TaskInfo } from '@stoke/protocol';
import { expect, test } from 'vitest';
import { SimulatedAgent } from './simulated-agent.ts';
import type { TaskFate } from './task-fate.ts';

const framework = { user: 'root', name: 'f', id: { value: 'F' } };
const welcome = {
  agent_id: { value: 'S0' },
  master_info: { id: 'M', ip: 0, port: 5050 },
  total_ping_timeout_seconds: 75,
};
const shortFate: TaskFate = { startDelayMs: 100, durationMs: 1000, fails: false };

function taskInfo(id: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return { name: id, task_id: { value: id }, agent_id: { value: 'S0' }, ...more };
}

/** An agent with a clock of its own; everything it says is kept. */
function start(fate: TaskFate = shortFate) {
  const clock = createFakeClock();
  const said: LinkAgentMessage[] = [];
  let uuids = 0;
  let drops = 0;
  const refusals: string[] = [];
  const agent = new SimulatedAgent(
    { hostname: 'sim-1', port: 5051 },
    {
      send: (message) => said.push(message),
      drop: () => drops++,
      nowMs: () => clock.now(),
      later: (delayMs, run) => clock.setTimer(delayMs, run),
      fate: () => fate,
      newUuid: () => Uint8Array.of(uuids++),
      heard: {
        registered: () => undefined,
        launched: () => undefined,
        state: () => undefined,
        acknowledged: () => undefined,
        refused: (reason) => refusals.push(reason),
      },
    },
  );
  const register = (): void => {
    agent.connected();
    agent.receive({ type: 'REGISTERED', registered: welcome });
  };
  const acknowledge = (taskId: string, uuid: number): void =>
    agent.receive({
      type: 'ACKNOWLEDGE',
      acknowledge: {
        framework_id: { value: 'F' },
        task_id: { value: taskId },
        uuid: Uint8Array.of(uuid),
      },
    });
  const states = (): (string | undefined)[] =>
    said.flatMap(({ status_update }) => (status_update ? [status_update.status.state] : []));
  const run = (task: TaskInfo): void =>
    agent.receive({ type: 'RUN_TASK', run_task: { framework_info: framework, task } });
  return { agent, clock, said, register, acknowledge, states, run, refusals, drops: () => drops };
}

test('SimulatedAgent runs a task: TASK_RUNNING after its delay, the end only after the acknowledgement', async () => {
  const { clock, register, run, states, acknowledge, agent } = start();
  register();
  run(taskInfo('t'));
  expect(states()).toEqual([]);
  await clock.advance(100);
  expect(states()).toEqual(['TASK_RUNNING']);
  await clock.advance(1000);
  expect(states()).toEqual(['TASK_RUNNING']);
  acknowledge('t', 0);
  expect(states()).toEqual(['TASK_RUNNING', 'TASK_FINISHED']);
  acknowledge('t', 0);
  expect(agent.runningTasks).toBe(1);
  acknowledge('t', 1);
  expect(agent.runningTasks).toBe(0);
});

test('SimulatedAgent ends a task as its fate says', async () => {
  const { clock, register, run, states, acknowledge } = start({ ...shortFate, fails: true });
  register();
  run(taskInfo('t'));
  await clock.advance(2000);
  acknowledge('t', 0);
  expect(states()).toEqual(['TASK_RUNNING', 'TASK_FAILED']);
});

test('SimulatedAgent sends an update again when its acknowledgement stays away', async () => {
  const { clock, register, run, states, agent } = start();
  register();
  run(taskInfo('t'));
  await clock.advance(9_000);
  agent.sweep();
  expect(states()).toEqual(['TASK_RUNNING']);
  await clock.advance(2_000);
  agent.sweep();
  agent.sweep();
  expect(states()).toEqual(['TASK_RUNNING', 'TASK_RUNNING']);
});

test('SimulatedAgent comes back with its tasks and sends what was not acknowledged', async () => {
  const { clock, register, run, said, agent, states } = start();
  register();
  run(taskInfo('t'));
  await clock.advance(100);
  agent.disconnected();
  agent.connected();
  expect(said.at(-1)).toMatchObject({
    type: 'REREGISTER',
    reregister: {
      agent_info: { id: { value: 'S0' } },
      tasks: [
        { task_id: { value: 't' }, state: 'TASK_RUNNING', status_update_state: 'TASK_RUNNING' },
      ],
      frameworks: [{ id: { value: 'F' } }],
    },
  });
  const reconciliations = [{ framework_info: framework, task_ids: [{ value: 'lost' }] }];
  agent.receive({ type: 'REREGISTERED', reregistered: { ...welcome, reconciliations } });
  expect(states()).toEqual(['TASK_RUNNING', 'TASK_RUNNING', 'TASK_LOST']);
});

test('SimulatedAgent tells the end of an executor with that of its last task', async () => {
  const { register, run, said, acknowledge, agent } = start({ ...shortFate, startDelayMs: 0 });
  register();
  const executor = { executor_id: { value: 'e' }, framework_id: { value: 'F' } };
  run(taskInfo('a', { executor }));
  agent.receive({
    type: 'KILL_TASK',
    kill_task: { framework_id: { value: 'F' }, task_id: { value: 'a' } },
  });
  acknowledge('a', 0);
  acknowledge('a', 1);
  expect(said.at(-1)).toMatchObject({
    type: 'EXITED_EXECUTOR',
    exited_executor: { executor_id: { value: 'e' } },
  });
});

test('SimulatedAgent forgets the tasks of a framework that is gone', () => {
  const { register, run, agent, states } = start();
  register();
  run(taskInfo('t'));
  agent.receive({
    type: 'SHUTDOWN_FRAMEWORK',
    shutdown_framework: { framework_id: { value: 'F' } },
  });
  expect([agent.runningTasks, states()]).toEqual([0, []]);
});

test('SimulatedAgent gives up a master that sends no pings', async () => {
  const { register, clock, agent, drops } = start();
  register();
  await clock.advance(74_000);
  agent.receive({ type: 'PING', ping: { connected: true } });
  await clock.advance(74_000);
  agent.sweep();
  expect(drops()).toBe(0);
  await clock.advance(2_000);
  agent.sweep();
  expect(drops()).toBe(1);
});

test('SimulatedAgent is over when the master refuses it', () => {
  const { register, agent, refusals, drops } = start();
  register();
  agent.receive({ type: 'SHUTDOWN', shutdown: { message: 'gone' } });
  expect([agent.isOver, refusals, drops()]).toEqual([true, ['gone'], 1]);
});
