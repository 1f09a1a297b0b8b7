/** The books balance after any sequence of events: nothing is offered twice, nothing gets lost. */
import { addQuantities, NO_QUANTITIES, type Quantities, quantitiesOf } from '@stoke/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type AgentClient,
  agentInfo,
  CoreDriver,
  commandTask,
  type FrameworkClient,
  frameworkInfo,
  oldFrameworkInfo,
} from '../test-kit/core-driver.ts';
import { usedByFramework } from './agent-records.ts';
import type { Agent } from './state.ts';

type World = {
  readonly driver: CoreDriver;
  readonly agents: AgentClient[];
  readonly frameworks: FrameworkClient[];
  tasks: number;
};

function pick<T>(items: readonly T[], choice: number): T | undefined {
  return items[choice % Math.max(1, items.length)];
}

function launchSomething(world: World, choice: number): void {
  const framework = pick(world.frameworks, choice);
  const offer = framework?.offers()[0];
  if (framework === undefined || offer === undefined) return;
  const executor = { executor_id: { value: `e${choice % 3}` }, command: { value: 'x' } };
  const more = choice % 2 === 0 ? {} : { command: undefined, executor };
  const ids = [`t${world.tasks++}`, `t${world.tasks++}`];
  const tasks = ids.map((id) => commandTask(id, offer.agent_id.value, more));
  framework.launch(offer, tasks, choice % 4);
}

/** The agent's newest link speaks of one of the tasks it runs. */
function updateSomething(world: World, choice: number): void {
  const { state } = world.driver;
  const agent = pick([...state.agents.values()], choice);
  const record = agent === undefined ? undefined : pick([...agent.tasks.values()], choice);
  const client = world.agents.findLast((entry) => entry.link === agent?.link);
  const framework = world.frameworks.findLast((entry) => entry.id === record?.frameworkId);
  if (record === undefined || client === undefined || framework === undefined) return;
  const next = pick(['TASK_RUNNING', 'TASK_FINISHED', 'TASK_FAILED'] as const, choice);
  client.update(framework, record.task.task_id.value, { state: next ?? 'TASK_RUNNING' });
  if (choice % 3 !== 0) framework.acknowledge(framework.lastStatus());
}

function reregister(world: World, choice: number): void {
  const known = pick([...world.driver.state.agents.values()], choice);
  if (known === undefined) return;
  const all = [...known.tasks.values()].map(({ task }) => ({ ...task }));
  const client = world.driver.reregisterAgent({
    agent_info: known.info,
    version: '1.11.0',
    tasks: choice % 3 === 0 ? all.slice(1) : all,
    executor_infos: [...known.executors.values()].map(({ info }) => info),
  });
  world.agents.push(client);
}

const ACTIONS: readonly ((world: World, choice: number) => void)[] = [
  launchSomething,
  launchSomething,
  updateSomething,
  updateSomething,
  reregister,
  ({ driver }, choice) => driver.advance(choice * 137),
  ({ driver }) => driver.advance(1000),
  ({ driver, agents }, choice) =>
    agents.push(driver.registerAgent(agentInfo({ port: 6000 + (choice % 4) }))),
  ({ driver, frameworks }, choice) =>
    frameworks.push(driver.subscribe(choice % 2 === 0 ? frameworkInfo() : oldFrameworkInfo())),
  ({ driver, frameworks }, choice) => {
    const id = pick(frameworks, choice)?.id;
    if (id !== undefined) frameworks.push(driver.subscribe(frameworkInfo({ id: { value: id } })));
  },
  ({ agents }, choice) => pick(agents, choice)?.disconnect(),
  ({ frameworks }, choice) => pick(frameworks, choice)?.disconnect(),
  ({ frameworks }, choice) => pick(frameworks, choice)?.call({ type: 'TEARDOWN' }),
  ({ frameworks }, choice) => pick(frameworks, choice)?.call({ type: 'REVIVE', revive: {} }),
  ({ agents }, choice) => pick(agents, choice)?.say({ type: 'UNREGISTER' }),
];

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
  for (const offer of state.offers.values()) {
    expect(state.frameworks.get(offer.frameworkId)?.stream).toBeDefined();
    expect(state.agents.get(offer.agentId)?.link).toBeDefined();
  }
}

test('step keeps books and allocator in balance, whatever happens', () => {
  const action = fc.tuple(fc.nat({ max: ACTIONS.length - 1 }), fc.nat({ max: 1000 }));
  fc.assert(
    fc.property(fc.array(action, { minLength: 20, maxLength: 80 }), (sequence) => {
      const driver = new CoreDriver({ agentPingTimeoutMs: 20_000, maxAgentPingTimeouts: 3 });
      const world: World = { driver, agents: [], frameworks: [], tasks: 0 };
      world.agents.push(driver.registerAgent());
      world.frameworks.push(driver.subscribe());
      for (const [kind, choice] of sequence) {
        ACTIONS[kind]?.(world, choice);
        expectBalance(world);
      }
    }),
    { numRuns: 200 },
  );
});
