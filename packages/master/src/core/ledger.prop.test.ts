/** The books balance after any sequence of events: nothing is offered twice, nothing gets lost. */
import { addQuantities, NO_QUANTITIES, type Quantities, quantitiesOf } from '@stoke/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginWorld, HAPPENINGS, type World } from '../test-kit/happenings.ts';
import { usedByFramework } from './agent-records.ts';
import { offeredResources, usedResources } from './owned-resources.ts';
import type { Agent } from './state.ts';

/** What a framework holds on an agent, by the books: offers, live tasks, executors. */
function heldOn(world: World, agent: Agent, frameworkId: string): Quantities {
  const used = usedByFramework(agent).get(frameworkId);
  let held = used === undefined ? NO_QUANTITIES : quantitiesOf(used);
  for (const id of agent.offers) {
    const offer = world.driver.state.offers.get(id);
    if (offer?.frameworkId === frameworkId)
      held = addQuantities(held, quantitiesOf(offer.resources));
  }
  return held;
}

function expectBalance(world: World): void {
  const { state } = world.driver;
  const byFramework = new Map<string, Quantities>();
  for (const agent of state.agents.values()) {
    let onAgent = NO_QUANTITIES;
    for (const id of state.frameworks.keys()) {
      const held = heldOn(world, agent, id);
      onAgent = addQuantities(onAgent, held);
      byFramework.set(id, addQuantities(byFramework.get(id) ?? NO_QUANTITIES, held));
    }
    for (const [name, milli] of onAgent) {
      expect(milli).toBeLessThanOrEqual(quantitiesOf(agent.total).get(name) ?? 0);
    }
  }
  for (const id of state.frameworks.keys()) {
    const books = Object.fromEntries(byFramework.get(id) ?? NO_QUANTITIES);
    expect(Object.fromEntries(state.allocator.heldBy(id))).toEqual(books);
  }
  for (const owner of [...state.agents.values(), ...state.frameworks.values()]) {
    // Another count of changes has no remembered sums.
    const fresh = { ...owner, holdings: -1 };
    expect(usedResources(owner)).toEqual(usedResources(fresh));
    expect(offeredResources(state, owner)).toEqual(offeredResources(state, fresh));
  }
  for (const offer of state.offers.values()) {
    expect(state.frameworks.get(offer.frameworkId)?.stream).toBeDefined();
    expect(state.agents.get(offer.agentId)?.link).toBeDefined();
  }
}

test('step keeps books and allocator in balance, whatever happens', () => {
  const happening = fc.tuple(fc.nat({ max: HAPPENINGS.length - 1 }), fc.nat({ max: 1000 }));
  fc.assert(
    fc.property(fc.array(happening, { minLength: 20, maxLength: 80 }), (sequence) => {
      const world = beginWorld();
      for (const [kind, choice] of sequence) {
        HAPPENINGS[kind]?.(world, choice);
        expectBalance(world);
      }
    }),
    { numRuns: 200 },
  );
});
