/** Operations neither make nor lose resources, whatever the sequence: books, allocator and agent agree. */
import type { Offer, Offer_Operation, Resource } from '@stoke/protocol';
import {
  addQuantities,
  checkpointedOf,
  NO_QUANTITIES,
  quantitiesOf,
  resourcesFromTrustedWire,
  toPostRefinement,
} from '@stoke/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentClient } from '../test-kit/agent-client.ts';
import { CoreDriver } from '../test-kit/core-driver.ts';
import type { FrameworkClient } from '../test-kit/framework-client.ts';
import { agentInfo, commandTask, ports, scalar } from '../test-kit/samples.ts';
import { usedByFramework } from './agent-records.ts';
import type { Agent } from './state.ts';

const INFO = agentInfo({
  resources: [scalar('cpus', 8), scalar('mem', 4096), scalar('disk', 1000), ports(31_000, 31_099)],
});
const top = { type: 'DYNAMIC', role: 'web' } as const;

type World = {
  readonly driver: CoreDriver;
  agent: AgentClient;
  readonly framework: FrameworkClient;
  steps: number;
};

/** What may be done to a resource; nth makes volume ids distinct, amounts are parts. */
function kindsFor(resource: Resource, nth: number): Offer_Operation[] {
  const { allocation_info: _role, ...plain } = resource;
  const size = resource.scalar?.value ?? 0;
  const part = size === 0 ? plain : { ...plain, scalar: { value: Math.min(size, 1 + (nth % 40)) } };
  if (plain.disk?.persistence !== undefined) {
    const { disk: _volume, ...addition } = { ...plain, scalar: { value: 1 } };
    return [
      { type: 'DESTROY', destroy: { volumes: [plain] } },
      { type: 'SHRINK_VOLUME', shrink_volume: { volume: plain, subtract: { value: 1 } } },
      { type: 'GROW_VOLUME', grow_volume: { volume: plain, addition } },
      { type: 'UNRESERVE', unreserve: { resources: [plain] } },
    ];
  }
  const disk = {
    persistence: { id: `v${nth % 50}` },
    volume: { container_path: 'data', mode: 'RW' },
  } as const;
  if (plain.reservations === undefined) {
    const reserved = { ...part, reservations: [top] };
    return [{ type: 'RESERVE', reserve: { resources: [reserved] } }];
  }
  return [
    { type: 'UNRESERVE', unreserve: { resources: [part] } },
    { type: 'CREATE', create: { volumes: [{ ...part, disk }] } },
  ];
}

function pick<T>(items: readonly T[], choice: number): T | undefined {
  return items[choice % Math.max(1, items.length)];
}

function nextOffer({ driver, framework }: World): Offer | undefined {
  driver.advance(1000);
  return framework.offers().at(-1);
}

function operate(world: World, choice: number): void {
  const offer = nextOffer(world);
  if (offer === undefined) return;
  const operations = [0, 1, 2].flatMap((nth) => {
    const resource = pick(offer.resources ?? [], choice + 7 * nth);
    const kinds = resource === undefined ? [] : kindsFor(resource, choice + nth);
    const operation = pick(kinds, choice >> 3);
    if (operation === undefined) return [];
    return [choice % 2 === 0 ? operation : { ...operation, id: { value: `o${choice}-${nth}` } }];
  });
  world.framework.accept(offer, operations);
}

/** A task on whatever the offer holds of two resources, reserved or not. */
function launch(world: World, choice: number): void {
  const offer = nextOffer(world);
  const resources = [
    pick(offer?.resources ?? [], choice),
    pick(offer?.resources ?? [], choice + 1),
  ];
  const known = resources.filter((resource) => resource !== undefined);
  if (offer === undefined || known.length === 0) return;
  const task = commandTask(`t${world.steps}`, offer.agent_id.value, { resources: known });
  world.framework.launch(offer, [task]);
}

function endTask({ driver, agent, framework }: World, choice: number): void {
  const tasks = [...(driver.state.frameworks.get(framework.id)?.tasks.values() ?? [])];
  const record = pick(tasks, choice);
  if (record === undefined) return;
  agent.update(framework, record.task.task_id.value, { state: 'TASK_FINISHED' });
  framework.acknowledge(framework.lastStatus());
}

/** Link or master process broken: the agent comes back with what it has. */
function reregister(world: World): void {
  const known = agentOf(world);
  world.agent = world.driver.reregisterAgent({
    agent_info: known.info,
    version: '1.11.0',
    checkpointed_resources: toPostRefinement(checkpointedOf(known.total)),
    tasks: [...known.tasks.values()].map(({ task }) => ({ ...task })),
  });
}

const ACTIONS = [operate, operate, operate, operate, launch, endTask, endTask, reregister] as const;

function agentOf({ driver }: World): Agent {
  const [agent] = driver.state.agents.values();
  if (agent === undefined) throw new Error('the agent stays');
  return agent;
}

function expectConserved(world: World): void {
  const agent = agentOf(world);
  const configured = quantitiesOf(resourcesFromTrustedWire(INFO.resources ?? []));
  expect(quantitiesOf(agent.total)).toEqual(configured);
  const { state } = world.driver;
  let held = NO_QUANTITIES;
  for (const part of usedByFramework(agent).values())
    held = addQuantities(held, quantitiesOf(part));
  for (const offer of state.offers.values()) {
    held = addQuantities(held, quantitiesOf(offer.resources));
  }
  expect(Object.fromEntries(state.allocator.heldBy(world.framework.id))).toEqual(
    Object.fromEntries(held),
  );
}

test('operations conserve resources and keep books and allocator in balance', () => {
  const done = new Map<string, number>();
  const action = fc.tuple(fc.nat(ACTIONS.length - 1), fc.nat(10_000));
  fc.assert(
    fc.property(fc.array(action, { minLength: 10, maxLength: 60 }), (sequence) => {
      const driver = new CoreDriver();
      const agent = driver.registerAgent(INFO);
      const world: World = { driver, agent, framework: driver.subscribe(), steps: 0 };
      for (const [kind, choice] of sequence) {
        world.steps += 1;
        ACTIONS[kind]?.(world, choice);
        expectConserved(world);
      }
      for (const { type, apply_operation } of [...driver.messages.values()].flat()) {
        const name = apply_operation?.operation.type ?? type;
        done.set(name, (done.get(name) ?? 0) + 1);
      }
    }),
    { numRuns: 150, seed: 11 },
  );
  const kinds = ['RESERVE', 'UNRESERVE', 'CREATE', 'DESTROY', 'GROW_VOLUME', 'SHRINK_VOLUME'];
  for (const kind of [...kinds, 'RUN_TASK']) expect(done.get(kind), kind).toBeGreaterThan(20);
});
