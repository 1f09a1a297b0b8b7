import { expect, test } from 'vitest';
import { commandExecutorInfo } from './command-executor.ts';
import { commandTask, frameworkInfo, ScriptedAgent } from './scripted-agent.ts';

const exit = (code: number): number => code << 8;
const sigTerm = 15;
const sigKill = 9;

function running(rest = {}): { agent: ScriptedAgent; containerId: string } {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), commandTask('t', rest));
  agent.started(containerId);
  agent.acknowledgeAll('f1');
  return { agent, containerId };
}

test('a command task goes through STARTING, RUNNING and FINISHED with the words of Mesos', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), commandTask('t'));
  agent.started(containerId);
  agent.exited(containerId, exit(0));
  const updates = agent.acknowledgeAll('f1');
  expect(updates.map(({ state, message }) => [state, message])).toEqual([
    ['TASK_STARTING', undefined],
    ['TASK_RUNNING', undefined],
    ['TASK_FINISHED', 'Command exited with status 0'],
  ]);
  expect(updates[1]).toMatchObject({
    source: 'SOURCE_EXECUTOR',
    agent_id: { value: 'm-S0' },
    executor_id: { value: 't' },
    container_status: {
      container_id: { value: containerId },
      network_infos: [{ ip_addresses: [{ protocol: 'IPv4', ip_address: '127.0.0.1' }] }],
      executor_pid: 4711,
    },
  });
});

test.each([
  [exit(3), 'TASK_FAILED', 'Command exited with status 3'],
  [exit(137), 'TASK_FAILED', 'Command exited with status 137'],
  [sigKill, 'TASK_FAILED', 'Command terminated with signal Killed'],
  [11 | 0x80, 'TASK_FAILED', 'Command terminated with signal Segmentation fault (core dumped)'],
])('a command that ends with wait status %i is %s: %s', (status, state, message) => {
  const { agent, containerId } = running();
  agent.exited(containerId, status);
  expect(agent.takeUpdates()).toMatchObject([{ state, message }]);
});

test('a kill announces TASK_KILLING, sends SIGTERM, and SIGKILL after 3 s', () => {
  const { agent, containerId } = running();
  agent.kill('f1', 't');
  expect(agent.takeStates()).toEqual(['TASK_KILLING']);
  agent.advance(2_999);
  expect(agent.signals).toEqual(['SIGTERM']);
  agent.advance(1);
  expect(agent.signals).toEqual(['SIGTERM', 'SIGKILL']);
  agent.exited(containerId, sigKill);
  agent.advance(60_000);
  expect(agent.signals).toEqual(['SIGTERM', 'SIGKILL']);
});

test('a killed command is TASK_KILLED even with exit code 0', () => {
  const { agent, containerId } = running();
  agent.kill('f1', 't');
  agent.exited(containerId, exit(0));
  expect(agent.acknowledgeAll('f1')).toMatchObject([
    { state: 'TASK_KILLING' },
    { state: 'TASK_KILLED', message: 'Command exited with status 0' },
  ]);
});

test('TASK_KILLING is kept from frameworks that do not know it', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo([]), commandTask('t'));
  agent.started(containerId);
  agent.acknowledgeAll('f1');
  agent.kill('f1', 't');
  expect(agent.takeStates()).toEqual([]);
  agent.exited(containerId, sigTerm);
  expect(agent.takeStates()).toEqual(['TASK_KILLED']);
});

test('the kill policy of the task counts, that of the call only with http_command_executor', () => {
  const { agent } = running({ kill_policy: { grace_period: { nanoseconds: 1e9 } } });
  agent.kill('f1', 't', 10);
  agent.advance(999);
  expect(agent.signals).toEqual(['SIGTERM']);
  agent.advance(1);
  expect(agent.signals).toEqual(['SIGTERM', 'SIGKILL']);
});

test('a later kill may shorten the grace period and never lengthen it', () => {
  const { agent } = running();
  Object.assign(agent.state.settings, { httpCommandExecutor: true });
  agent.kill('f1', 't', 10_000);
  agent.advance(1_000);
  agent.kill('f1', 't', 20_000);
  agent.kill('f1', 't', 1_500);
  agent.advance(499);
  expect(agent.signals).toEqual(['SIGTERM']);
  agent.advance(1);
  expect(agent.signals).toEqual(['SIGTERM', 'SIGKILL']);
  expect(agent.takeStates()).toEqual(['TASK_KILLING']);
});

test('a task that runs too long fails with its reason and without TASK_KILLING', () => {
  const { agent, containerId } = running({ max_completion_time: { nanoseconds: 5e9 } });
  agent.advance(5_000);
  expect(agent.signals).toEqual(['SIGTERM']);
  agent.exited(containerId, sigTerm);
  expect(agent.takeUpdates()).toMatchObject([
    { state: 'TASK_FAILED', reason: 'REASON_MAX_COMPLETION_TIME_REACHED' },
  ]);
});

test('a task killed before its process runs was never delivered', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), commandTask('t'));
  agent.kill('f1', 't');
  agent.started(containerId);
  agent.exited(containerId, sigKill);
  expect(agent.acknowledgeAll('f1')).toMatchObject([
    {
      state: 'TASK_KILLED',
      source: 'SOURCE_AGENT',
      reason: 'REASON_TASK_KILLED_DURING_LAUNCH',
      message: 'Killed before delivery to the executor',
    },
  ]);
  expect(agent.signals).toContain('SIGKILL');
});

test('a shell command without a text starts and fails as an ended executor', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(
    frameworkInfo(),
    commandTask('t', { command: { shell: true } }),
  );
  agent.started(containerId);
  agent.exited(containerId, exit(1));
  expect(agent.acknowledgeAll('f1')).toMatchObject([
    { state: 'TASK_STARTING', source: 'SOURCE_EXECUTOR' },
    { state: 'TASK_FAILED', source: 'SOURCE_AGENT', reason: 'REASON_EXECUTOR_TERMINATED' },
  ]);
});

test('commandExecutorInfo shortens long commands and adds the overhead', () => {
  const named = (command: object) => commandExecutorInfo(commandTask('t', { command }), 'f1').name;
  expect(named({ value: 'exit 1' })).toBe("Command Executor (Task: t) (Command: sh -c 'exit 1')");
  expect(named({ value: 'echo out; echo err' })).toBe(
    "Command Executor (Task: t) (Command: sh -c 'echo out; ec...')",
  );
  expect(named({ shell: false, value: '/bin/sh', arguments: ['argv0', '-c', 'true'] })).toBe(
    'Command Executor (Task: t) (Command: [/bin/sh, arg...])',
  );
  expect(commandExecutorInfo(commandTask('t'), 'f1').resources).toMatchObject([
    { name: 'cpus', scalar: { value: 0.1 }, allocation_info: { role: 'web' } },
    { name: 'mem', scalar: { value: 32 } },
  ]);
});

test('a task that went over its memory fails with the limit, whatever its exit status', () => {
  const { agent, containerId } = running();
  const limits = { resources: [{ name: 'mem', type: 'SCALAR' as const, scalar: { value: 96 } }] };
  const reason = 'REASON_CONTAINER_LIMITATION_MEMORY';
  const limitation = { reason, message: 'Memory limit exceeded', limits } as const;
  agent.event({ type: 'container-exited', containerId, status: exit(0), limitation });
  expect(agent.takeUpdates()).toMatchObject([
    { state: 'TASK_FAILED', source: 'SOURCE_AGENT', reason, limitation: limits },
  ]);
});
