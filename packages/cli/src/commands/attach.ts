/** `stoke attach`: a running task from now on; one that has a terminal is typed into. */
import type { Command } from 'commander';
import { withExamples } from '../command-options.ts';
import { applyCommon, type CliIo, hint } from '../io.ts';
import { usualDetachKeys } from '../tasks/detach-keys.ts';
import type { FoundTask } from '../tasks/find-task.ts';
import { type TaskOptions, withTaskOptions } from '../tasks/task-target.ts';

interface AttachOptions extends TaskOptions {
  /** False for `--no-stdin`. */
  readonly stdin: boolean;
  readonly detachKeys: string;
}

/** Adds the command. */
export function addAttachCommand(parent: Command, io: CliIo): void {
  const command = parent
    .command('attach')
    .summary('watch a running task, and type into it')
    .description(
      'Watch the output of a running task from now on, and end with its exit code. What is typed goes to a task that has a terminal (tty_info); the task goes on when you leave.',
    )
    .argument('<task>', 'its id, its name, or the beginning of its id')
    .option('--no-stdin', 'only watch; Ctrl-C leaves')
    .option('--detach-keys <keys>', 'keys that leave the terminal', usualDetachKeys)
    .showHelpAfterError();
  withExamples(withTaskOptions(command), [
    'stoke attach -n dev web-1',
    'stoke attach -n dev --no-stdin web-1',
  ]).action((task: string, options: AttachOptions) => runAttach(io, task, options));
}

async function runAttach(io: CliIo, asked: string, options: AttachOptions): Promise<void> {
  applyCommon(io, options);
  const { readTarget } = await import('../tasks/task-target.ts');
  const { findTask } = await import('../tasks/find-task.ts');
  const { parseDetachKeys } = await import('../tasks/detach-keys.ts');
  const detachKeys = parseDetachKeys(options.detachKeys);
  const { master, headers } = await readTarget(io, options);
  const task = findTask(master, asked, 'running');
  const attaching = { task, headers, detachKeys, readsInput: options.stdin };
  const code = task.hasTerminal ? await takeTerminal(io, attaching) : await watch(io, attaching);
  if (code !== undefined) io.exitCode = code;
}

interface Attaching {
  readonly task: FoundTask;
  readonly headers: Readonly<Record<string, string>>;
  readonly detachKeys: Uint8Array;
  readonly readsInput: boolean;
}

async function watch(
  io: CliIo,
  { task, headers, readsInput }: Attaching,
): Promise<number | undefined> {
  const { followTask } = await import('../tasks/follow-task.ts');
  if (readsInput && process.stdin.isTTY) {
    hint(io, [`Task '${task.id}' has no terminal to type into: watching it; Ctrl-C leaves`]);
  }
  return followTask(io, { task, headers, from: 'end', follows: true });
}

async function takeTerminal(io: CliIo, attaching: Attaching): Promise<number | undefined> {
  const { AgentSession } = await import('../tasks/agent-session.ts');
  const { runSession } = await import('../tasks/run-session.ts');
  const { waitForEnd } = await import('../tasks/follow-task.ts');
  const { task, headers, detachKeys, readsInput } = attaching;
  const agent = { url: task.agentUrl, headers };
  if (task.container === undefined) return undefined;
  const over = new AbortController();
  // Asked for before it comes: afterwards the agent may know nothing of it any more.
  const end = waitForEnd(agent, task, AbortSignal.any([over.signal, io.signal]));
  end.catch(() => undefined);
  try {
    const session = await AgentSession.attach(agent, task.container);
    const isTerminal = readsInput && process.stdin.isTTY;
    const run = { session, isTerminal, readsInput, endsInput: false, repaints: isTerminal };
    if (await runSession(io, { ...run, detachKeys })) return await end;
    if (!io.signal.aborted) hint(io, ['', `Left task '${task.id}', which goes on`]);
    return undefined;
  } finally {
    over.abort();
  }
}
