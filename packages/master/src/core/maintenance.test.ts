import type { MachineID, MaintenanceSchedule, Unavailability } from '@stoke/protocol';
import { expect, test } from 'vitest';
import type { AgentClient } from '../test-kit/agent-client.ts';
import { CoreDriver } from '../test-kit/core-driver.ts';
import type { FrameworkClient } from '../test-kit/framework-client.ts';
import { agentInfo, commandTask } from '../test-kit/samples.ts';
import { maintenanceStatusView, scheduleView } from './views/maintenance-view.ts';

/** Where agents of the test kit are. */
const machine: MachineID = { hostname: 'host', ip: '127.0.0.1' };
const other: MachineID = { hostname: 'other', ip: '10.9.9.9' };

function inAnHour(startMs = 3_600_000, durationMs?: number): Unavailability {
  const duration = durationMs === undefined ? {} : { duration: { nanoseconds: durationMs * 1e6 } };
  return { start: { nanoseconds: startMs * 1e6 }, ...duration };
}

function plan(
  driver: CoreDriver,
  machines: readonly MachineID[],
  unavailability: Unavailability = inAnHour(),
): unknown {
  const windows = machines.length === 0 ? [] : [{ machine_ids: [...machines], unavailability }];
  driver.dispatch({ type: 'UPDATE_SCHEDULE', request: 'p', schedule: { windows } });
  return driver.replies.get('p');
}

function bring(driver: CoreDriver, where: 'down' | 'up', machines: readonly MachineID[]): unknown {
  const type = where === 'down' ? 'START_MAINTENANCE' : 'STOP_MAINTENANCE';
  driver.dispatch({ type, request: where, machines });
  return driver.replies.get(where);
}

function refused(reason: string): unknown {
  return { status: 400, reason };
}

/** A framework with a task on an agent of `machine`. */
function busy(): [CoreDriver, AgentClient, FrameworkClient] {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  framework.launch(framework.nextOffer(), [commandTask('t', agent.id)]);
  agent.update(framework, 't', { state: 'TASK_RUNNING' });
  framework.acknowledge(framework.lastStatus());
  driver.advance(1000);
  return [driver, agent, framework];
}

function inverseIds(framework: FrameworkClient): string[] {
  return framework
    .all('INVERSE_OFFERS')
    .flatMap((event) => event.inverse_offers?.inverse_offers ?? [])
    .map(({ id }) => id.value);
}

test('handleUpdateSchedule() replaces offers by ones that tell when, and asks who is there to leave', () => {
  const [driver, agent, framework] = busy();
  const [before] = framework.offers();
  expect(plan(driver, [machine], inAnHour(5, 7))).toEqual({ status: 200 });
  expect(framework.all('RESCIND').at(-1)?.rescind?.offer_id).toEqual(before?.id);
  driver.advance(0);
  expect(framework.offers()).toMatchObject([{ unavailability: inAnHour(5, 7) }]);
  const [event] = framework.all('INVERSE_OFFERS');
  expect(event?.inverse_offers?.inverse_offers).toMatchObject([
    {
      framework_id: { value: framework.id },
      agent_id: { value: agent.id },
      url: { address: { hostname: 'host', ip: '127.0.0.1', port: 5051 } },
      unavailability: inAnHour(5, 7),
    },
  ]);
  expect(maintenanceStatusView(driver.state)).toEqual({ draining_machines: [{ id: machine }] });
});

test('handleUpdateSchedule() leaves offers alone where nothing changes', () => {
  const [driver, , framework] = busy();
  plan(driver, [machine]);
  driver.advance(1000);
  const offers = framework.offers();
  plan(driver, [machine, other]);
  expect(framework.offers()).toEqual(offers);
  expect(framework.all('RESCIND_INVERSE_OFFER')).toEqual([]);
});

test('handleUpdateSchedule() rescinds everything when the plan is off', () => {
  const [driver, , framework] = busy();
  plan(driver, [machine]);
  driver.advance(1000);
  const [id] = inverseIds(framework);
  expect(plan(driver, [])).toEqual({ status: 200 });
  const rescinded = framework.all('RESCIND_INVERSE_OFFER').at(-1)?.rescind_inverse_offer;
  expect(rescinded?.inverse_offer_id.value).toBe(id);
  driver.advance(10_000);
  expect(framework.offers()[0]).not.toHaveProperty('unavailability');
  expect(inverseIds(framework)).toHaveLength(1);
  expect(scheduleView(driver.state)).toEqual({});
});

test('handleInverseAnswer() notes the answer, and keeps to the time the framework asked for', () => {
  const [driver, , framework] = busy();
  plan(driver, [machine]);
  driver.advance(0);
  const ids = () => [{ value: inverseIds(framework).at(-1) ?? '' }];
  framework.call({
    type: 'ACCEPT_INVERSE_OFFERS',
    accept_inverse_offers: { inverse_offer_ids: ids(), filters: { refuse_seconds: 2 } },
  });
  const status = (answer: string) => ({
    draining_machines: [
      { id: machine, statuses: [{ status: answer, framework_id: { value: framework.id } }] },
    ],
  });
  expect(maintenanceStatusView(driver.state)).toMatchObject(status('ACCEPT'));
  driver.advance(1500);
  expect(inverseIds(framework)).toHaveLength(1);
  driver.advance(1500);
  expect(inverseIds(framework)).toHaveLength(2);
  framework.call({
    type: 'DECLINE_INVERSE_OFFERS',
    decline_inverse_offers: { inverse_offer_ids: ids(), filters: { refuse_seconds: 1000 } },
  });
  expect(maintenanceStatusView(driver.state)).toMatchObject(status('DECLINE'));
  driver.advance(10_000);
  expect(inverseIds(framework)).toHaveLength(2);
  framework.call({ type: 'REVIVE' });
  driver.advance(0);
  expect(inverseIds(framework)).toHaveLength(3);
});

test('handleInverseAnswer() ignores answers of frameworks that were not asked', () => {
  const [driver, , framework] = busy();
  plan(driver, [machine]);
  driver.advance(0);
  const stranger = driver.subscribe();
  const inverse_offer_ids = inverseIds(framework).map((value) => ({ value }));
  const call = { inverse_offer_ids: [...inverse_offer_ids, { value: 'nothing' }] };
  stranger.call({ type: 'ACCEPT_INVERSE_OFFERS', accept_inverse_offers: call });
  expect(maintenanceStatusView(driver.state)).toEqual({ draining_machines: [{ id: machine }] });
  expect(driver.state.inverseOffers.size).toBe(1);
});

test('makeInverseOffers() asks again after the framework or the agent was away', () => {
  const [driver, agent, framework] = busy();
  plan(driver, [machine]);
  driver.advance(0);
  framework.disconnect();
  expect(driver.state.inverseOffers.size).toBe(0);
  const info = driver.state.frameworks.get(framework.id)!.info;
  const again = driver.subscribe(info);
  driver.advance(1000);
  expect(inverseIds(again)).toHaveLength(1);
  agent.disconnect();
  expect(again.all('RESCIND_INVERSE_OFFER')).toHaveLength(1);
  const task = driver.state.agents.get(agent.id)!.tasks.values().next().value!.task;
  driver.reregisterAgent({
    agent_info: agentInfo({ id: { value: agent.id } }),
    version: '1.11.0',
    tasks: [task],
  });
  driver.advance(1000);
  expect(inverseIds(again)).toHaveLength(2);
});

test('handleStartMaintenance() stops agents, tells frameworks, and refuses agents until the machine is up', () => {
  const [driver, agent, framework] = busy();
  plan(driver, [machine, other]);
  driver.holdStore = true;
  bring(driver, 'down', [machine]);
  expect(driver.replies.has('down')).toBe(false);
  driver.commit();
  expect(driver.replies.get('down')).toEqual({ status: 200 });
  expect(agent.all('SHUTDOWN')).toEqual([
    { type: 'SHUTDOWN', shutdown: { message: "Operator initiated 'Machine DOWN'" } },
  ]);
  expect(framework.lastStatus()).toMatchObject({
    state: 'TASK_LOST',
    reason: 'REASON_AGENT_REMOVED',
    message: "Operator initiated 'Machine DOWN'",
  });
  expect(framework.all('FAILURE').at(-1)?.failure?.agent_id?.value).toBe(agent.id);
  expect(maintenanceStatusView(driver.state)).toEqual({
    draining_machines: [{ id: other }],
    down_machines: [machine],
  });
  const shutdown = { type: 'SHUTDOWN', shutdown: { message: 'Machine is `DOWN`' } };
  expect(driver.registerAgent().all('SHUTDOWN')).toEqual([shutdown]);
  const agent_info = agentInfo({ id: { value: agent.id } });
  const back = driver.reregisterAgent({ agent_info, version: '1.11.0' });
  expect(back.all('SHUTDOWN')).toEqual([shutdown]);
  expect(bring(driver, 'up', [machine])).toEqual({ status: 200 });
  expect(scheduleView(driver.state).windows?.[0]?.machine_ids).toEqual([other]);
  expect(driver.registerAgent().all('REGISTERED')).toHaveLength(1);
});

test('isRefusedAsDown() also stops an agent whose registration was being written', () => {
  const driver = new CoreDriver();
  plan(driver, [machine]);
  driver.holdStore = true;
  const agent = driver.registerAgent();
  bring(driver, 'down', [machine]);
  driver.commit();
  expect(agent.all('SHUTDOWN')).toHaveLength(1);
  expect(driver.state.agents.size).toBe(0);
  expect([...driver.registry.keys()].filter((key) => key.startsWith('agent/'))).toEqual([]);
});

test('handleUpdateSchedule() and its like outlive a restart of the master', () => {
  const [first, agent] = busy();
  plan(first, [machine, other], inAnHour(5));
  bring(first, 'down', [other]);
  expect([...first.registry.keys()].filter((key) => key.startsWith('ma')).sort()).toEqual([
    'machine-down/other/10.9.9.9',
    'maintenance/schedule',
  ]);
  const schedule = first.registry.get('maintenance/schedule') as MaintenanceSchedule;
  const info = agentInfo({ id: { value: agent.id } });
  const second = new CoreDriver(
    {},
    { agents: [{ id: agent.id, info }], schedule, downMachines: [other] },
  );
  expect(maintenanceStatusView(second.state)).toEqual(maintenanceStatusView(first.state));
  second.reregisterAgent({ agent_info: info, version: '1.11.0' });
  const framework = second.subscribe();
  expect(framework.nextOffer().unavailability).toEqual(inAnHour(5));
  expect(bring(second, 'up', [other])).toEqual({ status: 200 });
});

test('scheduleProblem() judges two requests at a time one after the other', () => {
  const driver = new CoreDriver();
  plan(driver, [machine]);
  driver.holdStore = true;
  bring(driver, 'down', [machine]);
  plan(driver, []);
  driver.commit();
  expect(driver.replies.get('down')).toEqual({ status: 200 });
  expect(driver.replies.get('p')).toEqual(
    refused(
      `Machine '{"hostname":"host","ip":"127.0.0.1"}' is deactivated and cannot be removed from the schedule`,
    ),
  );
});

test.each<[MachineID, string]>([
  [{}, "Both 'hostname' and 'ip' for a machine are empty"],
  [{ ip: 'x' }, 'Failed to parse IPv4: x'],
  [{ ip: '1.2.3.256' }, 'Failed to parse IPv4: 1.2.3.256'],
  [{ ip: '1.2.3' }, 'Failed to parse IPv4: 1.2.3'],
])('scheduleProblem() refuses %j', (id, reason) => {
  expect(plan(new CoreDriver(), [id])).toEqual(refused(reason));
});

test('scheduleProblem() knows a machine again whatever the case of its name', () => {
  const driver = new CoreDriver();
  const reason = `Machine '{"hostname":"HOST","ip":"127.0.0.1"}' appears more than once in the schedule`;
  expect(plan(driver, [machine, { ...machine, hostname: 'HOST' }])).toEqual(refused(reason));
  expect(plan(driver, [{ hostname: 'only-a-name' }, { ip: '10.0.0.1' }])).toEqual({ status: 200 });
});

test('transitionProblem() knows machines of agents without a plan', () => {
  const driver = new CoreDriver();
  driver.registerAgent();
  const text = `Machine '{"hostname":"host","ip":"127.0.0.1"}'`;
  const down = refused(`${text} is not in DRAINING mode and cannot be brought down`);
  expect(bring(driver, 'down', [machine])).toEqual(down);
  const up = refused(`${text} is not in DOWN mode and cannot be brought up`);
  expect(bring(driver, 'up', [machine])).toEqual(up);
});
