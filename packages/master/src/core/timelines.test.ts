/** Whole stories through the core: what a framework sees, from subscription to the end. */
import { expect, test } from 'vitest';
import { CoreDriver } from '../test-kit/core-driver.ts';
import {
  agentInfo,
  commandTask,
  frameworkInfo,
  oldFrameworkInfo,
  scalar,
} from '../test-kit/samples.ts';

test('step takes a task from offer to acknowledged end, and offers its resources again', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  expect(framework.types()).toEqual(['SUBSCRIBED', 'HEARTBEAT']);
  const offer = framework.nextOffer();
  expect(offer.agent_id.value).toBe(agent.id);
  framework.launch(offer, [commandTask('t', agent.id)], 3600);
  const [run] = agent.all('RUN_TASK');
  expect(run?.run_task?.launch_executor).toBe(true);
  agent.update(framework, 't', { state: 'TASK_STARTING', uuid: 1 });
  framework.acknowledge(framework.lastStatus());
  agent.update(framework, 't', { state: 'TASK_RUNNING', uuid: 2 });
  framework.acknowledge(framework.lastStatus());
  agent.update(framework, 't', { state: 'TASK_FINISHED', uuid: 3 });
  expect(driver.state.frameworks.get(framework.id)?.tasks.size).toBe(1);
  framework.acknowledge(framework.lastStatus());
  expect(agent.all('ACKNOWLEDGE')).toHaveLength(3);
  expect(driver.state.frameworks.get(framework.id)?.tasks.size).toBe(0);
  expect(driver.state.frameworks.get(framework.id)?.completedTasks).toHaveLength(1);
  const again = framework.nextOffer();
  expect(again.resources).toContainEqual(expect.objectContaining({ scalar: { value: 4 } }));
});

test('step frees the resources of a task that ended at the agent while its first update is unacknowledged', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  framework.launch(framework.nextOffer(), [commandTask('t', agent.id)]);
  agent.update(framework, 't', { state: 'TASK_STARTING', latest: 'TASK_FINISHED' });
  const cpus = framework.nextOffer().resources?.find((resource) => resource.name === 'cpus');
  expect(cpus?.scalar?.value).toBe(4);
  expect(framework.statuses().map((status) => status.state)).toEqual(['TASK_STARTING']);
});

test('step keeps the tasks of a crashed scheduler and welcomes it back within its failover timeout', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const first = driver.subscribe();
  first.launch(first.nextOffer(), [commandTask('t', agent.id)]);
  agent.update(first, 't', { state: 'TASK_RUNNING' });
  driver.advance(1000);
  first.disconnect();
  expect(driver.state.offers.size).toBe(0);
  driver.advance(59_000);
  const second = driver.subscribe(frameworkInfo({ id: { value: first.id } }));
  expect(second.id).toBe(first.id);
  expect(agent.all('UPDATE_FRAMEWORK')).toHaveLength(1);
  expect(driver.state.frameworks.get(first.id)?.tasks.size).toBe(1);
  expect(second.nextOffer().agent_id.value).toBe(agent.id);
});

test('step removes a framework whose failover timeout is over, and refuses its id for ever', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  framework.launch(framework.nextOffer(), [commandTask('t', agent.id)]);
  const { id } = framework;
  framework.disconnect();
  driver.advance(60_001);
  expect(agent.all('SHUTDOWN_FRAMEWORK')).toHaveLength(1);
  expect(driver.state.completedFrameworks.get(id)?.completedTasks[0]?.state).toBe('TASK_KILLED');
  const again = driver.subscribe(frameworkInfo({ id: { value: id } }));
  expect(again.all('ERROR')[0]?.error?.message).toBe('Framework has been removed');
  expect(driver.closedStreams).toContain(again.stream);
});

test('step kills everything of a framework with failover_timeout 0 as soon as its stream breaks', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe(oldFrameworkInfo());
  framework.launch(framework.nextOffer(), [commandTask('t', agent.id)]);
  framework.disconnect();
  driver.advance(1);
  expect(agent.all('SHUTDOWN_FRAMEWORK')).toHaveLength(1);
  expect(driver.state.frameworks.size).toBe(0);
});

test('step lets the second of two schedulers with one id win', () => {
  const driver = new CoreDriver();
  const first = driver.subscribe(frameworkInfo({ id: { value: 'mine' } }));
  const second = driver.subscribe(frameworkInfo({ id: { value: 'mine' }, name: 'renamed' }));
  expect(first.all('ERROR')[0]?.error?.message).toBe('Framework failed over');
  expect(driver.closedStreams).toEqual([first.stream]);
  expect(driver.state.frameworks.get('mine')?.stream).toBe(second.stream);
  expect(driver.state.frameworks.get('mine')?.info.name).toBe('renamed');
  driver.dispatch({ type: 'STREAM_CLOSED', stream: first.stream });
  expect(driver.state.frameworks.get('mine')?.stream).toBe(second.stream);
});

test('step calls a silent agent unreachable after the last missed ping, and revives its tasks later', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const aware = driver.subscribe();
  aware.launch(aware.nextOffer(), [commandTask('t', agent.id)]);
  agent.update(aware, 't', { state: 'TASK_RUNNING' });
  const old = driver.subscribe(oldFrameworkInfo({ checkpoint: true }));
  for (const offer of aware.offers()) aware.decline(offer, 3600);
  old.launch(old.nextOffer(), [commandTask('u', agent.id)]);
  agent.update(old, 'u', { state: 'TASK_RUNNING', uuid: 2 });
  agent.pong();
  const tasks = [...driver.state.agents.get(agent.id)!.tasks.values()].map((r) => ({ ...r.task }));
  driver.advance(90_000);
  expect(aware.lastStatus()).toMatchObject({
    state: 'TASK_UNREACHABLE',
    source: 'SOURCE_MASTER',
    reason: 'REASON_AGENT_REMOVED',
    message: 'health check timed out',
    unreachable_time: { nanoseconds: expect.any(Number) },
  });
  expect(aware.lastStatus()?.uuid).toBeUndefined();
  expect(old.lastStatus()).toMatchObject({ state: 'TASK_LOST', reason: 'REASON_AGENT_REMOVED' });
  expect(aware.all('FAILURE')[0]?.failure).toEqual({ agent_id: { value: agent.id } });
  expect(old.all('FAILURE')).toHaveLength(1);
  expect(driver.registry.has(`agent/${agent.id}`)).toBe(false);
  expect(driver.registry.has(`unreachable/${agent.id}`)).toBe(true);
  expect(driver.closedLinks).toContain(agent.link);

  const back = driver.reregisterAgent({
    agent_info: agentInfo({ id: { value: agent.id } }),
    version: '1.11.0',
    tasks,
    frameworks: [frameworkInfo({ id: { value: aware.id } })],
  });
  expect(back.all('REREGISTERED')).toHaveLength(1);
  for (const framework of [aware, old]) {
    expect(framework.lastStatus()).toMatchObject({
      state: 'TASK_RUNNING',
      reason: 'REASON_AGENT_REREGISTERED',
      message: 'Unreachable agent re-reregistered',
    });
  }
  expect(driver.state.frameworks.get(aware.id)?.unreachableTasks.size).toBe(0);
  expect(driver.registry.has(`unreachable/${agent.id}`)).toBe(false);
});

test('step rebuilds tasks from agents after a restart of the master', () => {
  const before = new CoreDriver();
  const agent = before.registerAgent();
  const framework = before.subscribe();
  framework.launch(framework.nextOffer(), [commandTask('t', agent.id)]);
  agent.update(framework, 't', { state: 'TASK_RUNNING' });
  const tasks = [...before.state.agents.get(agent.id)!.tasks.values()].map((r) => ({ ...r.task }));
  const info = agentInfo({ id: { value: agent.id } });
  const registry = { agents: [{ id: agent.id, info }], unreachable: [], gone: [] };

  const driver = new CoreDriver({}, registry);
  const returned = driver.subscribe(frameworkInfo({ id: { value: framework.id } }));
  returned.call({
    type: 'RECONCILE',
    reconcile: { tasks: [{ task_id: { value: 't' }, agent_id: { value: agent.id } }] },
  });
  expect(returned.statuses()).toEqual([]);
  driver.reregisterAgent({ agent_info: info, version: '1.11.0', tasks });
  expect(driver.state.recoveredAgents.size).toBe(0);
  returned.call({ type: 'RECONCILE', reconcile: {} });
  expect(returned.lastStatus()).toMatchObject({
    state: 'TASK_RUNNING',
    message: 'Reconciliation: Latest task state',
  });
  const cpus = returned.nextOffer().resources?.find((resource) => resource.name === 'cpus');
  expect(cpus?.scalar?.value).toBe(3);
});

test('step sends UPDATE_FRAMEWORK to a returning agent only when the framework is not what it reports', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe(oldFrameworkInfo({ capabilities: [] }));
  const {
    user,
    name,
    capabilities: _none,
    ...rest
  } = driver.state.frameworks.get(framework.id)!.info;
  const agent_info = agentInfo({ id: { value: agent.id } });
  const report = { agent_info, version: '1.11.0' };
  const same = driver.reregisterAgent({ ...report, frameworks: [{ ...rest, name, user }] });
  expect(same.all('UPDATE_FRAMEWORK')).toEqual([]);
  const other = driver.reregisterAgent({
    ...report,
    frameworks: [{ ...rest, name: 'former', user }],
  });
  expect(other.all('UPDATE_FRAMEWORK')[0]?.update_framework?.framework_info.name).toBe(name);
});

test('step calls recovered agents unreachable when they do not come back in time', () => {
  const info = agentInfo({ id: { value: 'A' } });
  const driver = new CoreDriver({}, { agents: [{ id: 'A', info }], unreachable: [], gone: [] });
  const framework = driver.subscribe();
  const ask = (): void =>
    framework.call({
      type: 'RECONCILE',
      reconcile: { tasks: [{ task_id: { value: 't' }, agent_id: { value: 'A' } }] },
    });
  ask();
  expect(framework.statuses()).toEqual([]);
  driver.advance(600_001);
  ask();
  expect(framework.lastStatus()).toMatchObject({ state: 'TASK_UNREACHABLE' });
  expect(driver.registry.has('unreachable/A')).toBe(true);
});

test('step hides what was declined, until more than that is free', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  const offer = framework.nextOffer();
  framework.launch(offer, [commandTask('t', agent.id)], 3600);
  agent.update(framework, 't', { state: 'TASK_RUNNING', uuid: 1 });
  driver.advance(10_000);
  expect(framework.offers()).toEqual([]);
  agent.update(framework, 't', { state: 'TASK_FINISHED', uuid: 2 });
  const cpus = framework.nextOffer().resources?.find((resource) => resource.name === 'cpus');
  expect(cpus?.scalar?.value).toBe(4);
  framework.decline(framework.offers()[0]!, 3600);
  driver.advance(10_000);
  expect(framework.offers()).toEqual([]);
  framework.call({ type: 'REVIVE', revive: {} });
  driver.advance(0);
  expect(framework.offers()).toHaveLength(1);
});

test('step tells an agent its id only after the registry has it', () => {
  const driver = new CoreDriver();
  driver.holdStore = true;
  const agent = driver.registerAgent();
  expect(agent.all('REGISTERED')).toEqual([]);
  agent.say({
    type: 'REGISTER',
    register: { agent_info: agentInfo(), version: '1.11.0' },
  });
  driver.commit();
  expect(agent.all('REGISTERED')).toHaveLength(1);
  expect(driver.registry.size).toBe(1);
});

test('step loses the tasks of frameworks without checkpoint when the link of an agent breaks', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent(
    agentInfo({ resources: [scalar('cpus', 2), scalar('mem', 512)] }),
  );
  const old = driver.subscribe(oldFrameworkInfo({ failover_timeout: 10 }));
  old.launch(old.nextOffer(), [commandTask('t', agent.id)]);
  agent.update(old, 't', { state: 'TASK_RUNNING' });
  driver.advance(1000);
  expect(old.offers()).toHaveLength(1);
  agent.disconnect();
  expect(old.types().slice(-2)).toEqual(['RESCIND', 'UPDATE']);
  expect(old.lastStatus()).toMatchObject({
    state: 'TASK_LOST',
    reason: 'REASON_AGENT_DISCONNECTED',
    message: 'Agent host disconnected',
  });
});

test('step keeps news of a task that was given up from its framework, and from coming again', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const old = driver.subscribe(oldFrameworkInfo({ failover_timeout: 10 }));
  old.launch(old.nextOffer(), [commandTask('t', agent.id)]);
  agent.update(old, 't', { state: 'TASK_RUNNING' });
  agent.disconnect();
  const known = driver.state.frameworks.get(old.id)?.completedTasks[0];
  const back = driver.reregisterAgent({
    agent_info: agentInfo({ id: { value: agent.id } }),
    version: '1.11.0',
    tasks: known === undefined ? [] : [{ ...known, state: 'TASK_RUNNING' }],
    frameworks: [oldFrameworkInfo({ id: { value: old.id } })],
  });
  expect(back.all('KILL_TASK')).toHaveLength(1);
  const told = old.statuses().length;
  back.update(old, 't', { state: 'TASK_KILLED', uuid: 7 });
  expect(old.statuses()).toHaveLength(told);
  expect(back.all('ACKNOWLEDGE')).toHaveLength(1);
});
