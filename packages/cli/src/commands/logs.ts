/** `stoke logs`: what a task wrote, and what it goes on to write. */
import type { Command } from 'commander';
import { withExamples } from '../command-options.ts';
import { applyCommon, type CliIo } from '../io.ts';
import { type TaskOptions, withTaskOptions } from '../tasks/task-target.ts';

interface LogsOptions extends TaskOptions {
  readonly follow?: boolean;
}

/** Adds the command. */
export function addLogsCommand(parent: Command, io: CliIo): void {
  const logs = parent
    .command('logs')
    .summary('show what a task wrote')
    .description('Show the output of a task, running or ended.')
    .argument('<task>', 'its id, its name, or the beginning of its id')
    .option('-f, --follow', 'go on until the task ends');
  withExamples(withTaskOptions(logs), [
    'stoke logs -n dev web-1',
    'stoke logs -n dev -f web-1',
  ]).action((task: string, options: LogsOptions) => show(io, task, options));
}

async function show(io: CliIo, asked: string, options: LogsOptions): Promise<void> {
  applyCommon(io, options);
  const { readTarget } = await import('../tasks/task-target.ts');
  const { findTask } = await import('../tasks/find-task.ts');
  const { followTask } = await import('../tasks/follow-task.ts');
  const { master, headers } = await readTarget(io, options);
  const task = findTask(master, asked, 'any');
  await followTask(io, { task, headers, from: 'start', follows: options.follow === true });
}
