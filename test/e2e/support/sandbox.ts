/** What tasks left in their sandboxes, read on the agent's disk. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskStatus } from '@stoke/protocol';
import type { Daemon } from '@stoke/testing';

/**
 * The directory of one task.
 * @param of a status that names the container, or the id of a task that has an executor of its own: its newest run.
 */
export function sandboxOf(agent: Daemon, of: TaskStatus | string): string {
  const run =
    typeof of === 'string'
      ? `${of}/runs/latest`
      : `*/runs/${of.container_status?.container_id?.value ?? ''}`;
  const [found] = globSync(join(agent.workDir, 'slaves/*/frameworks/*/executors', run));
  if (found === undefined) throw new Error(`There is no sandbox ${run}`);
  return found;
}

/** The text of a file in that directory. */
export function sandboxText(agent: Daemon, of: TaskStatus | string, file: string): string {
  return readFileSync(join(sandboxOf(agent, of), file), 'utf8');
}
