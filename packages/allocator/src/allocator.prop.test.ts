/** Laws of the allocator under random histories: nothing lost, nothing offered twice, quota kept. */

import {
  addResources,
  allocate,
  containsResources,
  equalResources,
  NO_RESOURCES,
  parseResources,
  type Quantities,
  quantitiesFrom,
  quantitiesOf,
  type Resources,
  subtractResources,
  unallocate,
} from '@stoke/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Allocator, createAllocator } from './index.ts';

const ROLES = ['a', 'a/x', 'b', '*'] as const;
const FRAMEWORKS = ['f1', 'f2', 'f3', 'f4'] as const;
const AGENTS = ['s1', 's2', 's3'] as const;
const TOTALS = [
  'cpus:4;mem:400;ports:[1-20]',
  'cpus:8;mem:100',
  'cpus:2;mem:200;cpus(a):2;mem(a):100;tags(b):{x,y}',
] as const;
const LIMITS: Quantities = quantitiesFrom({ cpus: 5 });
const GUARANTEES: Quantities = quantitiesFrom({ cpus: 3, mem: 50 });

type Step =
  | { type: 'allocate'; maxAgents: number; scope: 'batch' | 'events' }
  | { type: 'recover'; pick: number; part: boolean; refuseSeconds: number }
  | { type: 'agent'; agent: number; total: number }
  | { type: 'remove-agent'; agent: number }
  | { type: 'framework'; framework: number; roles: string[] }
  | { type: 'remove-framework'; framework: number }
  | { type: 'toggle'; framework: number; active: boolean }
  | { type: 'suppress' | 'revive'; framework: number };

const index = fc.nat({ max: 20 });
const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('allocate' as const),
      maxAgents: fc.integer({ min: 1, max: 4 }),
      scope: fc.constantFrom('batch' as const, 'batch' as const, 'events' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('recover' as const),
      pick: index,
      part: fc.boolean(),
      refuseSeconds: fc.constantFrom(0, 1, 5, Number.POSITIVE_INFINITY),
    }),
  },
  fc.record({ type: fc.constant('agent' as const), agent: index, total: index }),
  fc.record({ type: fc.constant('remove-agent' as const), agent: index }),
  fc.record({
    type: fc.constant('framework' as const),
    framework: index,
    roles: fc.subarray([...ROLES], { minLength: 1 }),
  }),
  fc.record({ type: fc.constant('remove-framework' as const), framework: index }),
  fc.record({ type: fc.constant('toggle' as const), framework: index, active: fc.boolean() }),
  fc.record({ type: fc.constantFrom('suppress' as const, 'revive' as const), framework: index }),
);

/** What the world outside the allocator knows: who holds what of which agent. */
interface World {
  readonly allocator: Allocator;
  readonly agents: Map<string, Resources>;
  readonly frameworks: Set<string>;
  holdings: { frameworkId: string; agentId: string; role: string; resources: Resources }[];
  nowMs: number;
}

function newWorld(random: () => number): World {
  const allocator = createAllocator({ allocationIntervalMs: 1000, random });
  allocator.setQuota('a', { guarantees: GUARANTEES, limits: LIMITS });
  return { allocator, agents: new Map(), frameworks: new Set(), holdings: [], nowMs: 0 };
}

function pick<Item>(items: readonly Item[], number: number): Item {
  return items[number % items.length]!;
}

function parse(text: string): Resources {
  const parsed = parseResources(text);
  return parsed.ok ? parsed.resources : NO_RESOURCES;
}

function run(world: World, step: Step): void {
  const { allocator } = world;
  switch (step.type) {
    case 'allocate': {
      world.nowMs += 500;
      const { maxAgents, scope } = step;
      world.holdings.push(
        ...allocator.allocate({ nowMs: world.nowMs, maxAgents, scope }).allocations,
      );
      return;
    }
    case 'recover':
      if (world.holdings.length > 0) recover(world, step);
      return;
    case 'agent': {
      const agentId = pick(AGENTS, step.agent);
      const total = parse(pick(TOTALS, step.total));
      world.holdings = world.holdings.filter((held) => held.agentId !== agentId);
      world.agents.set(agentId, total);
      allocator.addAgent({ agentId, hostname: agentId, total });
      return;
    }
    case 'remove-agent': {
      const agentId = pick(AGENTS, step.agent);
      allocator.removeAgent(agentId);
      world.agents.delete(agentId);
      world.holdings = world.holdings.filter((held) => held.agentId !== agentId);
      return;
    }
    case 'framework': {
      const frameworkId = pick(FRAMEWORKS, step.framework);
      const spec = { frameworkId, roles: step.roles, capabilities: [] };
      if (world.frameworks.has(frameworkId)) allocator.updateFramework(spec);
      else allocator.addFramework(spec);
      world.frameworks.add(frameworkId);
      return;
    }
    default:
      runOnFramework(world, pick(FRAMEWORKS, step.framework), step);
  }
}

function runOnFramework(
  world: World,
  frameworkId: string,
  step: Extract<Step, { framework: number }>,
): void {
  const { allocator } = world;
  if (step.type === 'remove-framework') {
    allocator.removeFramework(frameworkId);
    world.frameworks.delete(frameworkId);
    world.holdings = world.holdings.filter((held) => held.frameworkId !== frameworkId);
  } else if (step.type === 'toggle') allocator.setFrameworkActive(frameworkId, step.active);
  else if (step.type === 'suppress') allocator.suppress(frameworkId);
  else allocator.revive(frameworkId);
}

function recover(world: World, step: Extract<Step, { type: 'recover' }>): void {
  const held = pick(world.holdings, step.pick);
  const part = allocate(parse('cpus:0.5;mem:1;ports:[3-4]'), held.role);
  const isPartial = step.part && containsResources(held.resources, part);
  const resources = isPartial ? part : held.resources;
  const { frameworkId, agentId } = held;
  const { refuseSeconds } = step;
  world.allocator.recoverResources({
    frameworkId,
    agentId,
    resources,
    refuseSeconds,
    nowMs: world.nowMs,
  });
  world.holdings = world.holdings.filter((other) => other !== held);
  const rest = subtractResources(held.resources, resources);
  if (rest.items.length > 0) world.holdings.push({ ...held, resources: rest });
}

function sum(list: readonly Resources[]): Resources {
  return list.reduce(addResources, NO_RESOURCES);
}

function expectNothingOfferedTwice(world: World): void {
  for (const [agentId, total] of world.agents) {
    const held = world.holdings.filter((each) => each.agentId === agentId);
    const parts = held.map((each) => unallocate(each.resources));
    for (const kind of ['SCALAR', 'RANGES', 'SET'] as const) {
      // Elements held twice would vanish in a sum of ranges or sets: compare the counts as well.
      expect(elementsOf(sum(parts), kind)).toBe(
        parts.reduce((count, each) => count + elementsOf(each, kind), 0),
      );
    }
    expect(containsResources(total, sum(parts))).toBe(true);
  }
}

function elementsOf(resources: Resources, kind: 'SCALAR' | 'RANGES' | 'SET'): number {
  return resources.items
    .filter((item) => item.kind === kind)
    .reduce((count, item) => {
      const numbers = item.ranges.reduce((all, range) => all + range.end - range.begin + 1, 0);
      return count + item.milli + numbers + item.members.length;
    }, 0);
}

function expectSameBooks(world: World): void {
  for (const frameworkId of FRAMEWORKS) {
    const mine = world.holdings.filter((each) => each.frameworkId === frameworkId);
    const expected = quantitiesOf(sum(mine.map((each) => unallocate(each.resources))));
    const booked = world.allocator.heldBy(frameworkId);
    expect([...booked].sort()).toEqual([...expected].sort());
  }
}

function expectQuotaKept(world: World): void {
  const inRoleA = world.holdings.filter(({ role }) => role === 'a' || role === 'a/x');
  const held = inRoleA.flatMap(({ resources }) => unallocate(resources).items);
  const cpus = held
    .filter((item) => item.name === 'cpus' && item.reservations.length === 0)
    .reduce((total, item) => total + item.milli, 0);
  expect(cpus).toBeLessThanOrEqual(LIMITS.get('cpus') ?? 0);
}

/** Finishes a run under way, so that grants made but not told yet are on the table. */
function finishRun(world: World): void {
  for (let done = false; !done; ) {
    world.nowMs += 500;
    const result = world.allocator.allocate({ nowMs: world.nowMs });
    world.holdings.push(...result.allocations);
    done = result.done;
  }
}

const arbitraryHistory = fc.record({
  steps: fc.array(arbitraryStep, { minLength: 20, maxLength: 60 }),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
});

/** Lehmer's generator: enough for shuffling. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test('allocate never offers twice, never passes a limit, and keeps its books', () => {
  fc.assert(
    fc.property(arbitraryHistory, ({ steps, seed }) => {
      const world = newWorld(seeded(seed));
      for (const step of steps) {
        run(world, step);
        expectNothingOfferedTwice(world);
        expectQuotaKept(world);
      }
      finishRun(world);
      expectNothingOfferedTwice(world);
      expectSameBooks(world);
    }),
    { numRuns: 300 },
  );
});

test('recoverResources gives everything back: a new framework is offered all that is unreserved', () => {
  fc.assert(
    fc.property(arbitraryHistory, ({ steps, seed }) => {
      const world = newWorld(seeded(seed));
      for (const step of steps) run(world, step);
      finishRun(world);
      for (const frameworkId of FRAMEWORKS) world.allocator.removeFramework(frameworkId);
      world.allocator.setQuota('a', undefined);
      world.allocator.addFramework({ frameworkId: 'new', roles: ['a/x'], capabilities: [] });
      const { allocations } = world.allocator.allocate({ nowMs: world.nowMs });
      for (const [agentId, total] of world.agents) {
        const offered = sum(
          allocations.filter((each) => each.agentId === agentId).map((each) => each.resources),
        );
        const forB = parse('tags(b):{x,y}');
        expect(equalResources(unallocate(offered), subtractResources(total, forB))).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

test('allocate in pieces tells the same as in one go', () => {
  fc.assert(
    fc.property(arbitraryHistory, ({ steps, seed }) => {
      const [whole, pieces] = [newWorld(seeded(seed)), newWorld(seeded(seed))];
      const setUp = steps.filter((step) => step.type === 'agent' || step.type === 'framework');
      for (const step of setUp) for (const world of [whole, pieces]) run(world, step);
      finishRun(whole);
      for (let done = false; !done; ) {
        const result = pieces.allocator.allocate({ nowMs: whole.nowMs, maxAgents: 1 });
        pieces.holdings.push(...result.allocations);
        done = result.done;
      }
      expect(pieces.holdings).toEqual(whole.holdings);
    }),
    { numRuns: 100 },
  );
});
