/** What the containers of this agent hold, and when that changes. */
import type { Resource } from '@stoke/protocol';
import { type Executor, isTerminal } from './state.ts';
import type { Turn } from './turn.ts';

/** What an executor holds: its own part and that of its tasks that are not over. */
export function executorResources(executor: Executor): Resource[] {
  const running = [...executor.tasks.values()].filter(({ task }) => !isTerminal(task.state));
  return [
    ...(executor.info.resources ?? []),
    ...running.flatMap(({ info }) => info.resources ?? []),
    ...[...executor.queued.values()].flatMap((info) => info.resources ?? []),
  ];
}

/** Tasks came to a program that runs already, or ended: its container's limits follow. */
export function resizeExecutor(turn: Turn, executor: Executor): void {
  if (executor.kind !== 'custom' || executor.pid === undefined) return;
  const { containerId } = executor;
  const resources = executorResources(executor);
  turn.effects.push({ type: 'resize-container', containerId, resources });
}
