/** `stoke logs` and `stoke attach`: what a task writes, from its beginning or from now on. */
import type { Command } from 'commander';
import { withExamples } from '../command-options.ts';
import { applyCommon, type CliIo } from '../io.ts';
import { type TaskOptions, withTaskOptions } from '../tasks/task-target.ts';

interface LogsOptions extends TaskOptions {
  readonly follow?: boolean;
}

/** Adds both commands. */
export function addLogsCommands(parent: Command, io: CliIo): void {
  const logs = parent
    .command('logs')
    .summary('show what a task wrote')
    .description('Show the output of a task, running or ended.')
    .argument('<task>', 'its id, its name, or the beginning of its id')
    .option('-f, --follow', 'go on until the task ends');
  withExamples(withTaskOptions(logs), [
    'stoke logs -n dev web-1',
    'stoke logs -n dev -f web-1',
  ]).action((task: string, options: LogsOptions) =>
    show(io, options, { asked: task, from: 'start', follows: options.follow === true }),
  );
  const attach = parent
    .command('attach')
    .summary('watch a running task')
    .description(
      'Watch the output of a running task from now on, and end with its exit code. Ctrl-C leaves; the task goes on.',
    )
    .argument('<task>', 'its id, its name, or the beginning of its id');
  withExamples(withTaskOptions(attach), ['stoke attach -n dev web-1']).action(
    (task: string, options: LogsOptions) =>
      show(io, options, { asked: task, from: 'end', follows: true }),
  );
}

async function show(
  io: CliIo,
  options: LogsOptions,
  what: { readonly asked: string; readonly from: 'start' | 'end'; readonly follows: boolean },
): Promise<void> {
  applyCommon(io, options);
  const { readTarget } = await import('../tasks/task-target.ts');
  const { findTask } = await import('../tasks/find-task.ts');
  const { followTask } = await import('../tasks/follow-task.ts');
  const { master, headers } = await readTarget(io, options);
  const task = findTask(master, what.asked, what.from === 'end' ? 'running' : 'any');
  const code = await followTask(io, { task, headers, from: what.from, follows: what.follows });
  if (what.from === 'end' && code !== undefined) io.exitCode = code;
}
