/** Single behaviours of the allocator that scenario files cannot express well. */

import {
  addResources,
  allocate,
  equalResources,
  NO_QUANTITIES,
  NO_RESOURCES,
  parseResources,
  pushReservation,
  quantitiesFrom,
  type Resources,
  resourcesFromWire,
  subtractResources,
  unallocate,
} from '@stoke/resources';
import { expect, test } from 'vitest';
import {
  type Allocation,
  type Allocator,
  type AllocatorOptions,
  createAllocator,
  type FrameworkSpec,
} from './index.ts';

function newAllocator(options: Partial<AllocatorOptions> = {}): Allocator {
  return createAllocator({ allocationIntervalMs: 1000, random: () => 0.999_999, ...options });
}

function parse(text: string): Resources {
  const parsed = parseResources(text);
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  return parsed.resources;
}

function addAgent(allocator: Allocator, agentId: string, total: string | Resources): void {
  const resources = typeof total === 'string' ? parse(total) : total;
  allocator.addAgent({ agentId, hostname: agentId, total: resources });
}

function addFramework(allocator: Allocator, id: string, spec: Partial<FrameworkSpec> = {}): void {
  allocator.addFramework({ frameworkId: id, roles: ['*'], capabilities: [], ...spec });
}

function tick(allocator: Allocator, nowMs: number): readonly Allocation[] {
  return allocator.allocate({ nowMs }).allocations;
}

function summary(allocations: readonly Allocation[]): string[] {
  return allocations.map(({ frameworkId, agentId }) => `${frameworkId}←${agentId}`);
}

test('addAgent keeps back what a framework uses that has not subscribed yet', () => {
  const allocator = newAllocator();
  const used = new Map([['late', allocate(parse('cpus:3;mem:60'), 'eng')]]);
  allocator.addAgent({ agentId: 's', hostname: 's', total: parse('cpus:4;mem:100'), used });
  addFramework(allocator, 'early');
  const [offer] = tick(allocator, 1000);
  expect(equalResources(unallocate(offer!.resources), parse('cpus:1;mem:40'))).toBe(true);
  expect(allocator.why('late', 1000).known).toBe(false);

  addFramework(allocator, 'late', { roles: ['eng'], used });
  expect(allocator.heldBy('late')).toEqual(quantitiesFrom({ cpus: 3, mem: 60 }));
  allocator.removeFramework('late');
  expect(summary(tick(allocator, 2000))).toEqual(['early←s']);
});

test('removeAgent forgets a framework that was only heard of', () => {
  const allocator = newAllocator();
  const used = new Map([['ghost', allocate(parse('cpus:1'), '*')]]);
  allocator.addAgent({ agentId: 's', hostname: 's', total: parse('cpus:4'), used });
  allocator.removeAgent('s');
  expect(allocator.heldBy('ghost')).toEqual(NO_QUANTITIES);
});

test('updateAgent to less than is held offers nothing until enough came back', () => {
  const allocator = newAllocator();
  addAgent(allocator, 's', 'cpus:8;mem:800');
  addFramework(allocator, 'f');
  const [offer] = tick(allocator, 1000);
  allocator.updateAgent({ agentId: 's', total: parse('cpus:2;mem:800') });
  const giveBack = (text: string): void =>
    allocator.recoverResources({
      frameworkId: 'f',
      agentId: 's',
      resources: allocate(parse(text), '*'),
      nowMs: 1000,
    });
  giveBack('cpus:5');
  expect(tick(allocator, 2000)).toEqual([]);
  giveBack('cpus:2');
  const [next] = tick(allocator, 3000);
  expect(equalResources(unallocate(next!.resources), parse('cpus:1'))).toBe(true);
  expect(offer?.agentId).toBe('s');
});

test('recoverResources ignores what the framework does not hold', () => {
  const allocator = newAllocator();
  addAgent(allocator, 's', 'cpus:4;mem:100');
  addFramework(allocator, 'f');
  tick(allocator, 1000);
  const tooMuch = allocate(parse('cpus:9;mem:900'), '*');
  for (const nowMs of [1000, 1001]) {
    allocator.recoverResources({ frameworkId: 'f', agentId: 's', resources: tooMuch, nowMs });
  }
  const [offer] = tick(allocator, 2000);
  expect(equalResources(unallocate(offer!.resources), parse('cpus:4;mem:100'))).toBe(true);
});

test('updateAllocation leaves a reservation on the agent when the offer comes back', () => {
  const allocator = newAllocator();
  addAgent(allocator, 's', 'cpus:4;mem:100');
  addFramework(allocator, 'f', { roles: ['eng'] });
  addFramework(allocator, 'g', { roles: ['ops'] });
  const [offer] = tick(allocator, 1000);
  expect(offer?.frameworkId).toBe('f');
  const part = allocate(parse('cpus:3'), 'eng');
  const reserved = pushReservation(part, { type: 'DYNAMIC', role: 'eng' });
  const ids = { frameworkId: 'f', agentId: 's' };
  allocator.updateAllocation({ ...ids, offered: part, converted: reserved });
  const rest = addResources(subtractResources(offer!.resources, part), reserved);
  allocator.recoverResources({ ...ids, resources: rest, refuseSeconds: 60, nowMs: 1000 });
  const offers = tick(allocator, 2000);
  expect(summary(offers)).toEqual(['g←s']);
  expect(equalResources(unallocate(offers[0]!.resources), parse('cpus:1;mem:100'))).toBe(true);
});

test('allocate asks the offer constraints of the framework', () => {
  const allocator = newAllocator();
  for (const rack of ['r1', 'r2']) {
    allocator.addAgent({
      agentId: rack,
      hostname: rack,
      total: parse('cpus:1;mem:100'),
      attributes: [{ name: 'rack', type: 'TEXT', text: { value: rack } }],
    });
  }
  addFramework(allocator, 'f', {
    accepts: (agent) => agent.attributes.some((attribute) => attribute.text?.value === 'r2'),
  });
  expect(summary(tick(allocator, 1000))).toEqual(['f←r2']);
  expect(allocator.why('f', 1000).roles[0]?.agents.map((each) => each.reason)).toContain(
    'constraint',
  );
});

test('allocate hides other regions from frameworks that are not region aware', () => {
  const allocator = newAllocator({ masterRegion: 'here' });
  const domain = { fault_domain: { region: { name: 'there' }, zone: { name: 'z' } } };
  allocator.addAgent({ agentId: 's', hostname: 's', total: parse('cpus:1'), domain });
  addFramework(allocator, 'f');
  expect(tick(allocator, 1000)).toEqual([]);
  addFramework(allocator, 'g', { capabilities: ['REGION_AWARE'] });
  expect(summary(tick(allocator, 2000))).toEqual(['g←s']);
});

test('allocate offers revocable resources only to frameworks that take them', () => {
  const allocator = newAllocator();
  const revocable = resourcesFromWire([
    { name: 'cpus', type: 'SCALAR', scalar: { value: 2 }, revocable: {} },
  ]);
  addAgent(allocator, 's', revocable.ok ? revocable.resources : NO_RESOURCES);
  addFramework(allocator, 'f');
  expect(tick(allocator, 1000)).toEqual([]);
  addFramework(allocator, 'g', { capabilities: ['REVOCABLE_RESOURCES'] });
  expect(summary(tick(allocator, 2000))).toEqual(['g←s']);
});

test('allocate offers a shared volume again while it is in use, once in each run', () => {
  const allocator = newAllocator();
  const volume = resourcesFromWire([
    {
      name: 'disk',
      type: 'SCALAR',
      scalar: { value: 10 },
      reservations: [{ type: 'DYNAMIC', role: 'eng' }],
      disk: { persistence: { id: 'v' }, volume: { mode: 'RW', container_path: 'v' } },
      shared: {},
    },
  ]);
  const total = addResources(parse('cpus:4;mem:400'), volume.ok ? volume.resources : NO_RESOURCES);
  addAgent(allocator, 's', total);
  const capabilities = ['SHARED_RESOURCES'];
  addFramework(allocator, 'f', { roles: ['eng'], capabilities });
  const [first] = tick(allocator, 1000);
  expect(first!.resources.traits.shared).toBe(true);
  const part = allocate(parse('cpus:2;mem:200'), 'eng');
  allocator.recoverResources({ frameworkId: 'f', agentId: 's', resources: part, nowMs: 1000 });
  const [second] = tick(allocator, 2000);
  expect(second!.resources.traits.shared).toBe(true);
});

test('allocate honours the minimum that a framework sets for a role', () => {
  const allocator = newAllocator();
  addAgent(allocator, 's', 'cpus:4;mem:100');
  const minAllocatable = new Map([['*', [quantitiesFrom({ cpus: 8 })]]]);
  addFramework(allocator, 'f', { minAllocatable });
  expect(tick(allocator, 1000)).toEqual([]);
  const entry = allocator.why('f', 1000).roles[0]?.agents[0];
  expect(entry).toMatchObject({ reason: 'min-allocatable', short: quantitiesFrom({ cpus: 4 }) });
  allocator.updateFramework({ frameworkId: 'f', roles: ['*'], capabilities: [] });
  expect(summary(tick(allocator, 2000))).toEqual(['f←s']);
});

test('allocate leaves excluded resources out of shares', () => {
  const allocator = newAllocator({ fairSharingExcluded: ['gpus'], filterGpu: false });
  addAgent(allocator, 's1', 'cpus:1;mem:100;gpus:4');
  for (const id of ['s2', 's3']) addAgent(allocator, id, 'cpus:2;mem:200');
  addFramework(allocator, 'f');
  addFramework(allocator, 'g');
  // f holds all gpus, yet the smaller share of everything that counts: the third agent is its.
  expect(summary(tick(allocator, 1000))).toEqual(['f←s1', 'g←s2', 'f←s3']);
});

test('allocate in pieces takes back what was granted to a framework that left meanwhile', () => {
  const allocator = newAllocator();
  for (const id of ['s1', 's2']) addAgent(allocator, id, 'cpus:2;mem:200');
  addFramework(allocator, 'f', { roles: ['a'] });
  addFramework(allocator, 'g', { roles: ['b'] });
  const guarantees = quantitiesFrom({ cpus: 4, mem: 400 });
  allocator.setQuota('a', { guarantees, limits: NO_QUANTITIES });
  for (let visits = 0; visits < 2; visits++) {
    const { allocations, done } = allocator.allocate({ nowMs: 1000, maxAgents: 1 });
    expect([allocations.length, done]).toEqual([0, false]);
  }
  allocator.setFrameworkActive('f', false);
  allocator.setQuota('a', undefined);
  expect(summary(tick(allocator, 1000))).toEqual(['g←s1', 'g←s2']);
  expect(allocator.heldBy('f')).toEqual(NO_QUANTITIES);
});

test('allocate visits nothing when nothing changed', () => {
  const allocator = newAllocator();
  addAgent(allocator, 's', 'cpus:2;mem:200');
  let asked = 0;
  addFramework(allocator, 'f', {
    accepts: () => {
      asked++;
      return false;
    },
  });
  for (const nowMs of [1000, 2000, 3000]) tick(allocator, nowMs);
  expect(asked).toBe(1);
});

test('wantsRun tells events that ask for haste from resources that came back', () => {
  const allocator = newAllocator();
  addAgent(allocator, 's', 'cpus:2;mem:200');
  expect(allocator.wantsRun()).toBe(true);
  addFramework(allocator, 'f');
  const [offer] = tick(allocator, 1000);
  expect(allocator.wantsRun()).toBe(false);
  allocator.recoverResources({ ...offer!, nowMs: 1000 });
  expect(allocator.wantsRun()).toBe(false);
  allocator.revive('f');
  expect(allocator.wantsRun()).toBe(true);
});

test('nextExpiryMs is the end of the first refusal, never earlier than one interval', () => {
  const allocator = newAllocator();
  for (const id of ['s1', 's2']) addAgent(allocator, id, 'cpus:2;mem:200');
  addFramework(allocator, 'f');
  const [first, second] = tick(allocator, 1000);
  allocator.recoverResources({ ...first!, refuseSeconds: 0.001, nowMs: 1000 });
  allocator.recoverResources({ ...second!, refuseSeconds: Infinity, nowMs: 1000 });
  expect(allocator.nextExpiryMs()).toBe(2000);
  expect(tick(allocator, 1999)).toEqual([]);
  expect(summary(tick(allocator, 2000))).toEqual([`f←${first!.agentId}`]);
  expect(allocator.nextExpiryMs()).toBeUndefined();
});

test('updateAgent with new attributes ends the refusals for that agent', () => {
  const allocator = newAllocator();
  addAgent(allocator, 's', 'cpus:2;mem:200');
  addFramework(allocator, 'f');
  const [offer] = tick(allocator, 1000);
  allocator.recoverResources({ ...offer!, refuseSeconds: Infinity, nowMs: 1000 });
  allocator.updateAgent({ agentId: 's', attributes: [] });
  expect(summary(tick(allocator, 2000))).toEqual(['f←s']);
});

test('why of an unknown framework says so', () => {
  expect(newAllocator().why('nobody', 0)).toEqual({
    frameworkId: 'nobody',
    known: false,
    active: false,
    totalAgents: 0,
    roles: [],
  });
});
