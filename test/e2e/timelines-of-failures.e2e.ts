/** What frameworks live through when an agent or the master dies: who is told what, in which order, and how often. */
import type { Offer, TaskStatus } from '@stoke/protocol';
import { waitFor } from '@stoke/testing';
import { expect, test } from 'vitest';
import { RawExecutor } from './support/raw-executor.ts';
import { modernFramework, scalar, taskFor, wholeAgent } from './support/raw-framework.ts';
import { startTimeline } from './support/timeline-cluster.ts';

const boundMs = 30_000;

test('timeline 5: an agent that dies is unreachable, and its tasks run when it returns', async () => {
  const flags = ['--agent_ping_timeout=1secs', '--max_agent_ping_timeouts=2'];
  const { cluster, newFramework } = await startTimeline({ masterFlags: flags });
  const { agent } = cluster;
  const aware = await newFramework().subscribe();
  const offer = await aware.offer('for the aware framework');
  await aware.launch(offer, [taskFor(offer, 'aware')]);
  const old = await newFramework().subscribe({
    user: 'root',
    name: 'old',
    checkpoint: true,
    failover_timeout: 60,
  });
  const rest = await old.offer('for the old framework');
  await old.launch(rest, [taskFor(rest, 'old')], 3600);
  await aware.reach('aware', 'TASK_RUNNING');
  await old.reach('old', 'TASK_RUNNING');
  const bystander = await newFramework().subscribe(modernFramework({ name: 'bystander' }));

  await agent.signal('SIGSTOP');
  const unreachable = await aware.status('aware', 'TASK_UNREACHABLE');
  expect(unreachable).toMatchObject({ source: 'SOURCE_MASTER', reason: 'REASON_AGENT_REMOVED' });
  expect(unreachable.uuid).toBeUndefined();
  expect((await old.status('old', 'TASK_LOST')).uuid).toBeUndefined();
  const failure = { type: 'FAILURE', failure: { agent_id: offer.agent_id } };
  for (const framework of [aware, old, bystander]) {
    const told = () => framework.events.some(({ type }) => type === 'FAILURE');
    await waitFor(told, { what: 'FAILURE' });
    expect(framework.events).toContainEqual(failure);
  }
  const task = { task_id: { value: 'aware' }, agent_id: offer.agent_id };
  await aware.call({ type: 'RECONCILE', reconcile: { tasks: [task] } });
  const answer = await aware.status('aware', ({ reason }) => reason === 'REASON_RECONCILIATION');
  expect(answer.state).toBe('TASK_UNREACHABLE');
  expect(answer.unreachable_time?.nanoseconds).toBe(unreachable.unreachable_time?.nanoseconds);

  await agent.signal('SIGCONT');
  const isBack = ({ reason }: { reason?: string }) => reason === 'REASON_AGENT_REREGISTERED';
  expect(await aware.status('aware', isBack)).toMatchObject({ state: 'TASK_RUNNING' });
  expect(await old.status('old', isBack)).toMatchObject({ state: 'TASK_RUNNING' });
  expect((await aware.status('aware', isBack)).uuid).toBeUndefined();
  await aware.call({ type: 'KILL', kill: { task_id: { value: 'aware' } } });
  await aware.reach('aware', 'TASK_KILLED');
  await old.teardown();
});

test('timeline 6: an agent that is killed and comes back costs only offers; updates come once', async () => {
  const { cluster, newFramework } = await startTimeline({
    masterFlags: ['--agent_ping_timeout=5secs'],
    // The executor subscribes again in its own time on a busy machine.
    agentFlags: ['--executor_reregistration_timeout=30secs'],
  });
  const { agent } = cluster;
  const framework = await newFramework().subscribe();
  const offer = await framework.offer('for an executor');
  const executor = {
    type: 'CUSTOM',
    executor_id: { value: 'ex' },
    command: { value: 'exec sleep 100000' },
    resources: [scalar('cpus', 0.1), scalar('mem', 32)],
  } as const;
  await framework.launch(offer, [
    taskFor(offer, 't', { executor: { ...executor, resources: [...executor.resources] } }),
  ]);
  const names = { agent: agent.url, frameworkId: framework.id, executorId: 'ex' };
  const played = new RawExecutor(names);
  await played.subscribe();
  await played.event('LAUNCH');
  const update = (uuid: number, message: string): TaskStatus => ({
    task_id: { value: 't' },
    state: 'TASK_RUNNING',
    source: 'SOURCE_EXECUTOR',
    executor_id: { value: 'ex' },
    uuid: Buffer.alloc(16, uuid),
    message,
  });
  const [one, two, three] = [update(1, 'one'), update(2, 'two'), update(3, 'three')] as const;
  await played.update(one);
  await framework.acknowledge(await framework.status('t', ({ message }) => message === 'one'));
  await played.update(two);
  await framework.status('t', ({ message }) => message === 'two');

  const open = await framework.offer('while the agent lives', ({ id }) => id !== offer.id, 1);
  await agent.crashAndRestart();
  played.close();
  const again = new RawExecutor(names);
  await again.subscribe([one, two, three]);
  await again.event('SUBSCRIBED');
  await framework.offer('after the restart', ({ id }) => id.value !== open.id.value, 0);
  expect(framework.events.some(({ rescind }) => rescind?.offer_id.value === open.id.value)).toBe(
    true,
  );
  await framework.reach('t', 'TASK_RUNNING');
  await framework.acknowledge(await framework.status('t', ({ message }) => message === 'two'));
  await framework.acknowledge(await framework.status('t', ({ message }) => message === 'three'));
  await again.update({ ...update(4, 'four'), state: 'TASK_FINISHED' });
  await framework.reach('t', 'TASK_FINISHED');
  const messages = framework.statuses('t').map(({ message }) => message);
  // The second is sent again once, because it was not acknowledged before the agent died.
  expect(messages).toEqual(['one', 'two', 'two', 'three', 'four']);
  again.close();
});

test('timeline 7: a master killed with -9 knows tasks again when their agents are back, and says nothing before', async () => {
  const { cluster, newFramework } = await startTimeline({
    agents: 2,
    masterFlags: ['--agent_reregister_timeout=8secs'],
  });
  const before = await newFramework().subscribe();
  const ids: string[] = [];
  for (const id of ['t0', 't1']) {
    const isOther = (offer: Offer) => wholeAgent(offer) && !ids.includes(offer.agent_id.value);
    const offer = await before.offer('of another agent', isOther);
    ids.push(offer.agent_id.value);
    await before.launch(offer, [taskFor(offer, id)], 3600);
    await before.reach(id, 'TASK_RUNNING');
  }
  const states = cluster.agents.map(async ({ url }) => (await fetch(`${url}/state`)).json());
  const own = ((await Promise.all(states)) as { id: string }[]).map(({ id }) => id);
  const stopped = cluster.agents[own.indexOf(ids[1] ?? '')];

  await stopped?.signal('SIGSTOP');
  await cluster.master.crashAndRestart();
  await waitFor(() => before.ended, { what: 'the end of the stream' });
  const after = await newFramework().subscribe(modernFramework({ id: { value: before.id } }));
  expect(after.id).toBe(before.id);
  await cluster.waitForAgents(1);
  await after.call({ type: 'RECONCILE', reconcile: { tasks: [] } });
  const reconciled = ({ reason }: { reason?: string }) => reason === 'REASON_RECONCILIATION';
  expect((await after.status('t0', reconciled)).state).toBe('TASK_RUNNING');
  const away = { task_id: { value: 't1' }, agent_id: { value: ids[1] ?? '' } };
  await after.call({ type: 'RECONCILE', reconcile: { tasks: [away] } });
  const here = { task_id: { value: 't0' }, agent_id: { value: ids[0] ?? '' } };
  const count = after.statuses('t0').length;
  await after.call({ type: 'RECONCILE', reconcile: { tasks: [here] } });
  // Answers come in order: when this one is there, the other was not given.
  await waitFor(() => after.statuses('t0').length > count, { what: 'the answer about t0' });
  expect(after.statuses('t1')).toEqual([]);

  const given = async () => {
    await after.call({ type: 'RECONCILE', reconcile: { tasks: [away] } });
    return after.statuses('t1').length > 0;
  };
  await waitFor(given, { what: 'an answer about t1', timeoutMs: boundMs, intervalMs: 500 });
  expect(after.states('t1')[0]).toBe('TASK_UNREACHABLE');
  await stopped?.signal('SIGCONT');
  await after.status('t1', 'TASK_RUNNING');
});
