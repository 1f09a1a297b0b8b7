import { expect, test } from 'vitest';
import { commandTask, executorTask, frameworkInfo, ScriptedAgent } from './scripted-agent.ts';

test('containerEnvironment holds what executors of Mesos find, and the command overrides it', () => {
  const agent = ScriptedAgent.registered();
  const data = new TextEncoder().encode('v');
  const containerId = agent.runTask(
    frameworkInfo(),
    commandTask('t', {
      command: {
        value: 'true',
        environment: {
          variables: [
            { name: 'PATH', value: '/mine' },
            { name: 'SEC', type: 'SECRET', secret: { type: 'VALUE', value: { data } } },
          ],
        },
      },
    }),
  );
  const directory = `/w/slaves/m-S0/frameworks/f1/executors/t/runs/${containerId}`;
  expect(agent.launches[0]?.environment).toEqual({
    LIBPROCESS_IP: '127.0.0.1',
    LIBPROCESS_PORT: '0',
    MESOS_AGENT_ENDPOINT: '127.0.0.1:5051',
    MESOS_ALLOCATION_ROLE: 'web',
    MESOS_CHECKPOINT: '1',
    MESOS_DIRECTORY: directory,
    MESOS_EXECUTOR_ID: 't',
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '5secs',
    MESOS_FRAMEWORK_ID: 'f1',
    MESOS_HTTP_COMMAND_EXECUTOR: '0',
    MESOS_RECOVERY_TIMEOUT: '15mins',
    MESOS_SANDBOX: directory,
    MESOS_SLAVE_ID: 'm-S0',
    MESOS_SLAVE_PID: 'slave(1)@127.0.0.1:5051',
    MESOS_SUBSCRIPTION_BACKOFF_MAX: '2secs',
    PATH: '/mine',
    SEC: 'v',
  });
});

test('containerEnvironment of a custom executor names no role, and no recovery without checkpoints', () => {
  const agent = ScriptedAgent.registered();
  agent.runTask({ ...frameworkInfo(), checkpoint: false }, executorTask('a'));
  const environment = agent.launches[0]?.environment;
  expect(environment).toMatchObject({ MESOS_CHECKPOINT: '0', MESOS_EXECUTOR_ID: 'ex' });
  expect(environment).not.toHaveProperty('MESOS_ALLOCATION_ROLE');
  expect(environment).not.toHaveProperty('MESOS_RECOVERY_TIMEOUT');
});

test('a secret that needs a store nobody configured fails the launch', () => {
  const agent = ScriptedAgent.registered();
  const secret = { type: 'REFERENCE', reference: { name: 'db' } } as const;
  agent.runTask(
    frameworkInfo(),
    commandTask('t', {
      command: {
        value: 'true',
        environment: { variables: [{ name: 'PW', type: 'SECRET', secret }] },
      },
    }),
  );
  expect(agent.launches).toEqual([]);
  expect(agent.takeUpdates()).toMatchObject([
    { state: 'TASK_FAILED', reason: 'REASON_CONTAINER_LAUNCH_FAILED' },
  ]);
});
