/** Draining and maintenance keep their promises after any sequence of events. */
import type { MachineID } from '@stoke/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginWorld, HAPPENINGS, type World } from '../test-kit/happenings.ts';
import { machineOf, sameUnavailability } from './machines.ts';
import { isActive } from './state.ts';

/** Where all agents of the test kit are. */
const machines: MachineID[] = [{ hostname: 'host', ip: '127.0.0.1' }];

function someAgentId({ driver }: World, choice: number): string {
  const { agents, unreachableAgents, recoveredAgents } = driver.state;
  const ids = [...agents.keys(), ...unreachableAgents.keys(), ...recoveredAgents.keys(), 'nobody'];
  return ids[choice % ids.length] ?? '';
}

function answerInverse({ driver, frameworks }: World, choice: number): void {
  const [offer] = [...driver.state.inverseOffers.values()].slice(choice % 3);
  const framework = frameworks.findLast(({ id }) => id === offer?.frameworkId);
  const call = {
    inverse_offer_ids: [{ value: offer?.id ?? 'none' }],
    filters: { refuse_seconds: choice % 5 },
  };
  framework?.call(
    choice % 2 === 0
      ? { type: 'ACCEPT_INVERSE_OFFERS', accept_inverse_offers: call }
      : { type: 'DECLINE_INVERSE_OFFERS', decline_inverse_offers: call },
  );
}

const ORDERS: typeof HAPPENINGS = [
  (world, choice) =>
    world.driver.dispatch({
      type: 'DRAIN_AGENT',
      request: 'd',
      agentId: someAgentId(world, choice),
      config: { mark_gone: choice % 3 === 0 },
    }),
  (world, choice) =>
    world.driver.dispatch({
      type: 'AGENT_SERVICE',
      request: 's',
      agentId: someAgentId(world, choice),
      deactivated: choice % 3 === 0,
    }),
  ({ driver }, choice) => {
    const unavailability = { start: { nanoseconds: choice % 3 } };
    const windows = choice % 4 === 0 ? [] : [{ machine_ids: machines, unavailability }];
    driver.dispatch({ type: 'UPDATE_SCHEDULE', request: 'p', schedule: { windows } });
  },
  ({ driver }, choice) => {
    const type = choice % 3 === 0 ? 'START_MAINTENANCE' : 'STOP_MAINTENANCE';
    driver.dispatch({ type, request: 'm', machines });
  },
  answerInverse,
  // The registry takes its time: whatever happens meanwhile is judged when it has committed.
  ({ driver }) => {
    driver.holdStore = true;
  },
  ({ driver }) => driver.commit(),
];

function expectDrainsKept({ driver }: World): void {
  const { state, registry } = driver;
  for (const [id, drain] of state.draining) {
    expect(state.deactivatedAgents.has(id)).toBe(true);
    expect(registry.get(`drain/${id}`)).toEqual(drain);
    const agent = state.agents.get(id);
    const isEmpty = agent !== undefined && agent.tasks.size + agent.operations.size === 0;
    if (isEmpty && !agent.removing) expect(drain.state).toBe('DRAINED');
  }
  const rows = [...registry.keys()].filter((key) => key.startsWith('drain/'));
  expect(rows).toHaveLength(state.draining.size);
  for (const { agentId } of state.offers.values()) {
    const agent = state.agents.get(agentId);
    expect(agent !== undefined && isActive(agent)).toBe(true);
  }
}

function expectPlansTold({ state }: World['driver']): void {
  for (const agent of state.agents.values()) {
    const machine = machineOf(state, agent);
    expect(machine?.down ?? false).toBe(false);
    expect(sameUnavailability(agent.unavailability, machine?.unavailability)).toBe(true);
  }
  for (const { agentId, wire } of state.offers.values()) {
    expect(wire.unavailability).toEqual(state.agents.get(agentId)?.unavailability);
  }
}

function expectInverseOffersInOrder({ state }: World['driver']): void {
  const pairs = [...state.inverseOffers.values()].map(({ frameworkId, agentId, id, wire }) => {
    const agent = state.agents.get(agentId);
    const framework = state.frameworks.get(frameworkId);
    expect(agent?.inverseOffers.has(id) && framework?.inverseOffers.has(id)).toBe(true);
    expect(framework?.stream).toBeDefined();
    expect(wire.unavailability).toEqual(agent?.unavailability);
    return `${frameworkId} ${agentId}`;
  });
  expect(new Set(pairs).size).toBe(pairs.length);
  for (const owner of [...state.agents.values(), ...state.frameworks.values()]) {
    for (const id of owner.inverseOffers) expect(state.inverseOffers.has(id)).toBe(true);
  }
}

test('step keeps what operators were promised of agents and machines, whatever happens', () => {
  const all = [...HAPPENINGS, ...ORDERS, ...ORDERS];
  const happening = fc.tuple(fc.nat({ max: all.length - 1 }), fc.nat({ max: 1000 }));
  fc.assert(
    fc.property(fc.array(happening, { minLength: 20, maxLength: 80 }), (sequence) => {
      const world = beginWorld();
      for (const [kind, choice] of sequence) {
        all[kind]?.(world, choice);
        if (world.driver.holdStore) continue;
        expectDrainsKept(world);
        expectPlansTold(world.driver);
        expectInverseOffersInOrder(world.driver);
      }
    }),
    { numRuns: 300 },
  );
});
