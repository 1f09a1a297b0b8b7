/** What the containers of this agent hold, and when that changes. */
import type { Resource, TaskInfo } from '@stoke/protocol';
import type { ContainerLimits } from './effects.ts';
import { type Executor, isTerminal } from './state.ts';
import type { Turn } from './turn.ts';

/** What an executor holds: its own part and that of its tasks that are not over. */
export function executorResources(executor: Executor): Resource[] {
  return [
    ...(executor.info.resources ?? []),
    ...liveTasks(executor).flatMap((info) => info.resources ?? []),
  ];
}

function liveTasks({ tasks, queued }: Executor): TaskInfo[] {
  const running = [...tasks.values()].filter(({ task }) => !isTerminal(task.state));
  return [...running.map(({ info }) => info), ...queued.values()];
}

/** Limits of its tasks where they have some, else what they hold; with the executor's own part. */
export function executorLimits(executor: Executor): ContainerLimits | undefined {
  const tasks = liveTasks(executor);
  if (tasks.every(({ limits }) => limits === undefined)) return undefined;
  const most = (name: 'cpus' | 'mem'): number =>
    tasks.reduce(
      (sum, { limits, resources }) => sum + (limits?.[name]?.value ?? amount(resources, name)),
      amount(executor.info.resources, name),
    );
  return { cpus: most('cpus'), memoryMb: most('mem') };
}

function amount(resources: readonly Resource[] | undefined, name: string): number {
  const found = (resources ?? []).filter((resource) => resource.name === name);
  return found.reduce((sum, { scalar }) => sum + (scalar?.value ?? 0), 0);
}

/** Tasks came to a program that runs already, or ended: its container's limits follow. */
export function resizeExecutor(turn: Turn, executor: Executor): void {
  if (executor.kind !== 'custom' || executor.pid === undefined) return;
  const { containerId } = executor;
  const size = { resources: executorResources(executor), limits: executorLimits(executor) };
  turn.effects.push({ type: 'resize-container', containerId, size });
}
