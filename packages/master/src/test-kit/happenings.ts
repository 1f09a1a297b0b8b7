/** Things that happen to a master, for tests that let them happen in any order. */
import type { AgentClient } from './agent-client.ts';
import { CoreDriver } from './core-driver.ts';
import type { FrameworkClient } from './framework-client.ts';
import { agentInfo, commandTask, frameworkInfo, oldFrameworkInfo } from './samples.ts';

/** A master with those who talk to it. */
export type World = {
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

/** What may happen to it; each with a choice of whom it happens to. */
export const HAPPENINGS: readonly ((world: World, choice: number) => void)[] = [
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

/** One agent and one framework, to begin with. */
export function beginWorld(): World {
  const driver = new CoreDriver({ agentPingTimeoutMs: 20_000, maxAgentPingTimeouts: 3 });
  return {
    driver,
    agents: [driver.registerAgent()],
    frameworks: [driver.subscribe()],
    tasks: 0,
  };
}
