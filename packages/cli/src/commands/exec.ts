/** `stoke exec`: a command inside a running task, at the terminal or in a pipe. */
import type { Command } from 'commander';
import { withExamples } from '../command-options.ts';
import { applyCommon, type CliIo, hint } from '../io.ts';
import { type TaskOptions, withTaskOptions } from '../tasks/task-target.ts';

interface ExecOptions extends TaskOptions {
  readonly interactive?: boolean;
  readonly tty?: boolean;
  readonly env?: readonly string[];
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
    .option('-t, --tty', 'give the command a terminal (leave it with Ctrl-P Ctrl-Q)')
    .option('-e, --env <name=value>', 'one more variable', collectVariable)
    .passThroughOptions();
  withExamples(withTaskOptions(command), [
    'stoke exec -n dev web-1 ls -l',
    'stoke exec -n dev -it web-1 sh',
    'tar cz data | stoke exec -n dev -i web-1 tar xz',
  ]).action((task: string, program: string, words: string[], options: ExecOptions) =>
    runExec(io, { task, words: [program, ...words], options }),
  );
}

function collectVariable(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

async function runExec(
  io: CliIo,
  exec: {
    readonly task: string;
    readonly words: readonly string[];
    readonly options: ExecOptions;
  },
): Promise<void> {
  const { task: asked, words, options } = exec;
  applyCommon(io, options);
  const { readTarget } = await import('../tasks/task-target.ts');
  const { findTask } = await import('../tasks/find-task.ts');
  const { AgentSession, shellCode } = await import('../tasks/agent-session.ts');
  const { TerminalInput, terminalSize, writeOut } = await import('../tasks/terminal.ts');
  const isTerminal = options.tty === true;
  if (isTerminal && options.interactive === true && !process.stdin.isTTY) {
    throw new Error('Cannot pass on a terminal: stdin is none; leave out -t');
  }
  const { state, headers } = await readTarget(io, options);
  const task = findTask(state, asked, 'running');
  if (task.container === undefined) throw new Error(`Cannot enter task '${task.id}': it starts`);
  const session = await AgentSession.open(
    { url: task.agentUrl, headers },
    {
      parent: task.container,
      words,
      environment: environmentOf(options, isTerminal ? io.env.TERM : undefined),
      window: isTerminal ? terminalSize() : undefined,
    },
  );
  const over = new AbortController();
  let detached = false;
  const input = new TerminalInput(isTerminal, () => {
    detached = true;
    session.close();
  });
  const interrupted = (): void => session.close();
  io.signal.addEventListener('abort', interrupted);
  io.terminalLent = isTerminal && options.interactive === true;
  try {
    input.start(options.interactive === true);
    const sent =
      options.interactive === true || isTerminal
        ? session.send(input, over.signal).catch((error: unknown) => {
            // The end of the command ends its input too: only its own end counts.
            if (io.debug && !over.signal.aborted) hint(io, [String(error)]);
          })
        : undefined;
    for await (const { stream, data } of session.output()) await writeOut(stream, data);
    input.stop();
    over.abort();
    await sent;
  } finally {
    input.stop();
    over.abort();
    io.terminalLent = false;
    io.signal.removeEventListener('abort', interrupted);
  }
  if (detached) {
    hint(io, ['', `Left task '${task.id}'; the command was ended`]);
    return;
  }
  if (io.signal.aborted) return;
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
