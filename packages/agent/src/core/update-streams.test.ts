import { expect, test } from 'vitest';
import { commandTask, frameworkInfo, ScriptedAgent } from './scripted-agent.ts';

function finished(): ScriptedAgent {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), commandTask('t'));
  agent.started(containerId);
  agent.exited(containerId, 0);
  return agent;
}

test('queueUpdate keeps one update in flight and tells the newest state beside it', () => {
  const agent = finished();
  const last = agent.sent.at(-1)?.status_update;
  expect(agent.takeStates()).toEqual(['TASK_STARTING']);
  expect(last?.latest_state).toBe('TASK_STARTING');
  agent.advance(10_000);
  expect(agent.sent.at(-1)?.status_update?.latest_state).toBe('TASK_FINISHED');
});

test('an unacknowledged update is sent again after 10, 20, 40 s and at most every 10 minutes', () => {
  const agent = finished();
  agent.takeUpdates();
  for (const waitS of [10, 20, 40, 80, 160, 320, 600, 600]) {
    agent.advance(waitS * 1000 - 1);
    expect(agent.takeStates()).toEqual([]);
    agent.advance(1);
    expect(agent.takeStates()).toEqual(['TASK_STARTING']);
  }
});

test('an acknowledgement with another uuid changes nothing', () => {
  const agent = finished();
  const [status] = agent.takeUpdates();
  agent.acknowledge('f1', { ...status!, uuid: new Uint8Array(16).fill(7) });
  expect(agent.takeStates()).toEqual([]);
  agent.acknowledge('f1', status!);
  expect(agent.takeStates()).toEqual(['TASK_RUNNING']);
});

test('every update is on disk before it is sent', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), commandTask('t'));
  const effects = agent.event({ type: 'container-started', containerId, pid: 1 });
  const stored = effects.findIndex((one) => one.type === 'store' && one.key.startsWith('update/'));
  const sent = effects.findIndex((one) => one.type === 'send-master');
  expect(stored).toBeGreaterThanOrEqual(0);
  expect(sent).toBeGreaterThan(stored);
});

test('updates wait while the link is down and go out when the master knows the agent again', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), commandTask('t'));
  agent.event({ type: 'link-down' });
  agent.started(containerId);
  expect(agent.takeStates()).toEqual([]);
  agent.reregister();
  expect(agent.takeStates()).toEqual(['TASK_STARTING']);
});

test('a framework that subscribed again gets its unacknowledged update at once', () => {
  const agent = finished();
  agent.takeUpdates();
  agent.master({ type: 'UPDATE_FRAMEWORK', update_framework: { framework_info: frameworkInfo() } });
  expect(agent.takeStates()).toEqual(['TASK_STARTING']);
});

test('after the last acknowledgement nothing of the task is left on disk', () => {
  const agent = finished();
  agent.acknowledgeAll('f1');
  expect([...agent.disk.keys()]).toEqual(['agent']);
  expect(agent.state.frameworks.size).toBe(0);
  expect(agent.state.completedFrameworks[0]?.completedExecutors[0]?.completedTasks).toMatchObject([
    { task_id: { value: 't' }, state: 'TASK_FINISHED' },
  ]);
});

test('a teardown drops the updates that nobody will acknowledge', () => {
  const agent = finished();
  agent.takeUpdates();
  agent.master({
    type: 'SHUTDOWN_FRAMEWORK',
    shutdown_framework: { framework_id: { value: 'f1' } },
  });
  agent.advance(60_000);
  expect(agent.takeStates()).toEqual([]);
  expect([...agent.disk.keys()]).toEqual(['agent']);
});
