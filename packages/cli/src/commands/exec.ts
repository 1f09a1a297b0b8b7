/** `stoke exec`: a command inside a running task, at the terminal or in a pipe. */
import type { Command } from 'commander';
import { withExamples } from '../command-options.ts';
import { applyCommon, type CliIo, hint } from '../io.ts';
import { usualDetachKeys } from '../tasks/detach-keys.ts';
import { type TaskOptions, withTaskOptions } from '../tasks/task-target.ts';

interface ExecOptions extends TaskOptions {
  readonly interactive?: boolean;
  readonly tty?: boolean;
  readonly env?: readonly string[];
  readonly detachKeys: string;
}

/** Adds the command. */
export function addExecCommand(parent: Command, io: CliIo): void {
  const command = parent
    .command('exec')
    .summary('run a command inside a task')
    .description(
      'Run a command where a task runs: in its sandbox, with its user and environment, and in its container.',
    )
    .argument('<task>', 'its id, its name, or the beginning of its id')
    .argument('<command>', 'the program')
    .argument('[arguments...]', 'what the program is given')
    .option('-i, --interactive', 'pass on what is typed or piped in')
    .option('-t, --tty', 'give the command a terminal')
    .option('--detach-keys <keys>', 'keys that leave the terminal', usualDetachKeys)
    .option('-e, --env <name=value>', 'one more variable', collectVariable)
    .passThroughOptions()
    .showHelpAfterError();
  withExamples(withTaskOptions(command), [
    'stoke exec -n dev web-1 ls -l',
    'stoke exec -n dev -it web-1 sh',
    'tar cz data | stoke exec -n dev -i web-1 tar xz',
  ]).action((task: string, program: string, words: string[], options: ExecOptions) =>
    // The two dashes that kubectl wants before a command are no program.
    runExec(io, { task, words: program === '--' ? words : [program, ...words], options }),
  );
}

function collectVariable(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

interface Exec {
  readonly task: string;
  readonly words: readonly string[];
  readonly options: ExecOptions;
}

async function runExec(io: CliIo, { task: asked, words, options }: Exec): Promise<void> {
  applyCommon(io, options);
  const { readTarget } = await import('../tasks/task-target.ts');
  const { findTask } = await import('../tasks/find-task.ts');
  const { AgentSession, shellCode } = await import('../tasks/agent-session.ts');
  const { terminalSize } = await import('../tasks/terminal.ts');
  const { runSession } = await import('../tasks/run-session.ts');
  const { parseDetachKeys } = await import('../tasks/detach-keys.ts');
  const { taskError } = await import('../tasks/task-error.ts');
  const { tty: isTerminal = false, interactive: readsInput = false } = options;
  const detachKeys = parseDetachKeys(options.detachKeys);
  if (isTerminal && readsInput && !process.stdin.isTTY) {
    const message = 'Cannot give a terminal to the command: the input is none; leave out -t';
    throw taskError('TERMINAL_UNUSABLE', message);
  }
  const { master, headers } = await readTarget(io, options);
  const task = findTask(master, asked, 'running');
  if (task.container === undefined) {
    throw taskError(
      'TASK_NOT_RUNNING',
      `Cannot enter task '${task.id}': it is just starting; try again in a moment`,
    );
  }
  const session = await AgentSession.open(
    { url: task.agentUrl, headers },
    {
      parent: task.container,
      words,
      environment: environmentOf(options, isTerminal ? io.env.TERM : undefined),
      window: isTerminal ? terminalSize() : undefined,
    },
  );
  const run = { session, isTerminal, readsInput, endsInput: true, detachKeys, repaints: false };
  const isOver = await runSession(io, run);
  if (io.signal.aborted) return;
  if (!isOver) {
    hint(io, ['', `Left task '${task.id}'; the command was ended`]);
    return;
  }
  const status = await session.result();
  if (status === undefined) hint(io, ['The command ended; how it ended nobody knows']);
  io.exitCode = shellCode(status);
}

function environmentOf(
  { env = [] }: ExecOptions,
  term: string | undefined,
): Record<string, string> {
  const pairs = env.map((text) => {
    const at = text.indexOf('=');
    return at < 0 ? ([text, ''] as const) : ([text.slice(0, at), text.slice(at + 1)] as const);
  });
  return { ...(term === undefined ? {} : { TERM: term }), ...Object.fromEntries(pairs) };
}
