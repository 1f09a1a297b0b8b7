import type { CheckInfo, HealthCheck, TaskInfo } from '@stoke/protocol';
import { expect, test } from 'vitest';
import type { ProbeResult } from './checks.ts';
import { commandTask, frameworkInfo, ScriptedAgent } from './scripted-agent.ts';

const fine: ProbeResult = { type: 'exit', code: 0 };
const broken: ProbeResult = { type: 'exit', code: 1 };

const healthCheck: HealthCheck = {
  type: 'COMMAND',
  command: { value: 'test -f ok', environment: { variables: [{ name: 'A', value: 'check' }] } },
  delay_seconds: 2,
  interval_seconds: 1,
  timeout_seconds: 3,
  grace_period_seconds: 0,
  consecutive_failures: 2,
};
const check: CheckInfo = { type: 'TCP', tcp: { port: 80 }, delay_seconds: 0, interval_seconds: 5 };

class CheckedTask {
  readonly agent = ScriptedAgent.registered();
  readonly containerId: string;

  constructor(rest: Partial<TaskInfo>) {
    this.containerId = this.agent.runTask(frameworkInfo(), commandTask('t', rest));
    this.agent.started(this.containerId);
  }

  answer(result: ProbeResult, kind: 'health-check' | 'general-check' = 'health-check'): void {
    this.agent.event({ type: 'probe-ended', containerId: this.containerId, kind, result });
  }
}

test('a check runs after its delay, in the environment of its task, and again after its interval', () => {
  const command = { value: 'x', environment: { variables: [{ name: 'A', value: 'task' }] } };
  const { agent, containerId, answer } = bound(
    new CheckedTask({ health_check: healthCheck, command }),
  );
  agent.advance(1_999);
  expect(agent.probes).toEqual([]);
  agent.advance(1);
  expect(agent.probes).toMatchObject([
    {
      kind: 'health-check',
      containerId,
      timeoutMs: 3_000,
      probe: {
        type: 'command',
        command: { value: 'test -f ok' },
        environment: { A: 'check', MESOS_EXECUTOR_ID: 't' },
      },
    },
  ]);
  agent.advance(60_000);
  expect(agent.probes).toHaveLength(1);
  answer(fine);
  agent.advance(1_000);
  expect(agent.probes).toHaveLength(2);
});

test('updates of health checks repeat the state, and at the limit the task is killed as unhealthy', () => {
  const { agent, containerId, answer } = bound(new CheckedTask({ health_check: healthCheck }));
  answer(fine);
  answer(fine);
  answer(broken);
  answer(broken);
  answer(broken);
  expect(agent.signals).toEqual(['SIGTERM']);
  agent.exited(containerId, 15);
  const reason = 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED';
  const updates = agent.acknowledgeAll('f1');
  expect(updates.map((one) => [one.state, one.reason, one.healthy])).toEqual([
    ['TASK_STARTING', undefined, undefined],
    ['TASK_RUNNING', undefined, undefined],
    ['TASK_RUNNING', reason, true],
    ['TASK_RUNNING', reason, false],
    ['TASK_RUNNING', reason, false],
    ['TASK_KILLING', undefined, undefined],
    ['TASK_KILLED', undefined, false],
  ]);
  expect(updates[3]).toMatchObject({
    source: 'SOURCE_EXECUTOR',
    executor_id: { value: 't' },
    container_status: { container_id: { value: containerId }, executor_pid: 4711 },
  });
});

test('a task with a check carries a check_status from its start, and health and check keep one another', () => {
  const { agent, answer } = bound(
    new CheckedTask({ check, health_check: { ...healthCheck, type: 'TCP', tcp: { port: 80 } } }),
  );
  answer(fine);
  answer({ type: 'tcp', connected: false }, 'general-check');
  answer({ type: 'tcp', connected: false }, 'general-check');
  const updates = agent.acknowledgeAll('f1');
  expect(updates.map((one) => [one.reason, one.healthy, one.check_status?.tcp])).toEqual([
    [undefined, undefined, {}],
    [undefined, undefined, {}],
    ['REASON_TASK_HEALTH_CHECK_STATUS_UPDATED', true, {}],
    ['REASON_TASK_CHECK_STATUS_UPDATED', true, { succeeded: false }],
  ]);
});

test('nothing is checked from the kill of a task on', () => {
  const { agent, containerId, answer } = bound(new CheckedTask({ health_check: healthCheck }));
  agent.acknowledgeAll('f1');
  agent.kill('f1', 't');
  agent.advance(2_500);
  expect(agent.probes).toEqual([]);
  expect(agent.stoppedProbes).toEqual([containerId]);
  answer(broken);
  agent.exited(containerId, 15);
  expect(agent.acknowledgeAll('f1').map((one) => [one.state, one.healthy])).toEqual([
    ['TASK_KILLING', undefined],
    ['TASK_KILLED', undefined],
  ]);
});

test('a restarted agent goes on with the checks and what it knew', () => {
  const { agent, containerId, answer } = bound(
    new CheckedTask({ health_check: { ...healthCheck, grace_period_seconds: 1_000 } }),
  );
  answer(fine);
  agent.acknowledgeAll('f1');
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  agent.reregister();
  agent.advance(1_000);
  expect(agent.probes).toHaveLength(1);
  answer(fine);
  expect(agent.takeUpdates()).toEqual([]);
  answer(broken);
  expect(agent.takeUpdates()).toMatchObject([{ state: 'TASK_RUNNING', healthy: false }]);
});

test('HTTP and TCP checks go to the loopback address', () => {
  const http = { port: 8080, path: '/up', scheme: 'https' };
  const tcp = { port: 9, protocol: 'IPv6' } as const;
  const probeOf = (of: HealthCheck) => {
    const { agent } = new CheckedTask({ health_check: { delay_seconds: 0, ...of } });
    agent.advance(0);
    return agent.probes[0]?.probe;
  };
  expect(probeOf({ type: 'HTTP', http })).toEqual({
    type: 'http',
    url: 'https://127.0.0.1:8080/up',
  });
  expect(probeOf({ type: 'HTTP', http: { port: 1, protocol: 'IPv6' } })).toMatchObject({
    url: 'http://[::1]:1',
  });
  expect(probeOf({ type: 'TCP', tcp })).toEqual({ type: 'tcp', host: '::1', port: 9 });
});

function bound(task: CheckedTask) {
  const { agent, containerId } = task;
  return { agent, containerId, answer: task.answer.bind(task) };
}
