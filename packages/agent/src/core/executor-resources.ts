/** What the containers of this agent hold. */
import type { Resource } from '@stoke/protocol';
import { type Executor, isTerminal } from './state.ts';

/** What an executor holds: its own part and that of its tasks that are not over. */
export function executorResources(executor: Executor): Resource[] {
  const running = [...executor.tasks.values()].filter(({ task }) => !isTerminal(task.state));
  return [
    ...(executor.info.resources ?? []),
    ...running.flatMap(({ info }) => info.resources ?? []),
    ...[...executor.queued.values()].flatMap((info) => info.resources ?? []),
  ];
}
