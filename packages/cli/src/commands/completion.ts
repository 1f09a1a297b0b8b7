/** `stoke completion`: the shell's own completion, with the names of clusters and providers. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliIo } from '../io.ts';
import { loadProviders, providerNames } from '../providers.ts';

const shells = ['bash', 'zsh', 'fish'];

/** Adds the command, and the hidden one that shells call at each press of the key. */
export function addCompletionCommand(program: Command, io: CliIo): void {
  program
    .command('completion')
    .summary('print the completion script of a shell')
    .description('Print the completion script of a shell (bash, zsh or fish).')
    .argument('<shell>', shells.join(', '))
    .addHelpText(
      'after',
      `\nExamples:\n  source <(${io.program} completion bash)\n  ${io.program} completion fish | source`,
    )
    .action((shell: string) => printScript(program, io, shell));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .passThroughOptions()
    .action((words: string[]) => completeWords(program, io, words));
}

async function printScript(program: Command, io: CliIo, shell: string): Promise<void> {
  if (!shells.includes(shell)) {
    program.error(`error: unknown shell '${shell}'; the shells are ${shells.join(', ')}`);
  }
  // Shells call it from any directory.
  const command = io.program === 'stoke' ? 'stoke' : quoted(resolve(io.cwd, io.program));
  if (shell === 'bash') {
    const { bashCompletion } = await import('../bash-completion.ts');
    io.stdout.write(bashCompletion(command));
    return;
  }
  const { completionTable } = await import('../completion-table.ts');
  completionTable(program, {}).setup('stoke', command, shell);
}

function quoted(path: string): string {
  return /^[\w/.@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The words so far; the last one, perhaps empty, is being typed. Prints `:0` where the shell's files are wanted. */
async function completeWords(program: Command, io: CliIo, given: readonly string[]): Promise<void> {
  const [{ completionTable }, { wantsFile }] = await Promise.all([
    import('../completion-table.ts'),
    import('../completion-place.ts'),
  ]);
  const words = given[0] === '--' ? given.slice(1) : [...given];
  const clusters = await clusterNames(io);
  const task = await taskIds(io, words);
  const values = { name: clusters, cluster: clusters, provider: providerNames, task };
  if (wantsFile(program, words, values)) io.stdout.write(':0\n');
  else completionTable(program, values).parse(words);
}

const taskCommands: readonly string[] = ['exec', 'attach', 'logs'];
/** A person waits at the key. */
const lookMs = 1_500;

/** Of the tasks that run on the cluster that the words name; none when it does not say so in time. */
async function taskIds(io: CliIo, words: readonly string[]): Promise<readonly string[]> {
  if (!taskCommands.includes(words[0] ?? '')) return [];
  const { readTarget } = await import('../tasks/task-target.ts');
  const { runningTasks } = await import('../tasks/find-task.ts');
  const after = (...names: readonly string[]): string | undefined =>
    words.find((_, index) => index > 0 && names.includes(words[index - 1] ?? ''));
  const options = {
    name: after('-n', '--name'),
    master: after('--master'),
    credential: after('--credential'),
    token: after('--token'),
  };
  const ca = after('--ca');
  try {
    if (ca !== undefined) (await import('@stoke/kit')).trustCertificates(ca);
    const signal = AbortSignal.any([io.signal, AbortSignal.timeout(lookMs)]);
    return runningTasks((await readTarget({ ...io, signal }, options)).master);
  } catch {
    // There is nothing to offer, and nobody to be told why.
    return [];
  }
}

async function clusterNames(io: CliIo): Promise<string[]> {
  const providers = await loadProviders(io);
  return (await Promise.all(providers.map((provider) => provider.list()))).flat().sort();
}
