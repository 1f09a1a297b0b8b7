/** `stoke completion`: the shell's own completion, with the names of clusters and providers. */
import type { Command } from 'commander';
import type { CliIo } from '../io.ts';
import { everyCluster, providerNames } from '../providers.ts';

const shells = ['bash', 'zsh', 'fish'];

/** Adds the command, and the hidden one that shells call at each press of the key. */
export function addCompletionCommand(parent: Command, io: CliIo): void {
  parent
    .command('completion')
    .summary('print the completion script of a shell')
    .description('Print the completion script of a shell (bash, zsh or fish).')
    .argument('<shell>', shells.join(', '))
    .addHelpText(
      'after',
      '\nExamples:\n  source <(stoke completion bash)\n  stoke completion fish | source',
    )
    .action((shell: string) => printScript(parent, shell));
  parent
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .passThroughOptions()
    .action((words: string[]) => completeWords(parent, io, words));
}

/** The library brings a `complete` command of its own; only its table of the program is used. */
async function completionOf(program: Command) {
  const { default: tab } = await import('@bomb.sh/tab/commander');
  return tab(program, { completionCommandName: 'stoke-completion-script' });
}

async function printScript(program: Command, shell: string): Promise<void> {
  if (!shells.includes(shell)) {
    program.error(`error: unknown shell '${shell}'; the shells are ${shells.join(', ')}`);
  }
  const completion = await completionOf(program);
  completion.setup('stoke', 'stoke', shell);
}

async function completeWords(program: Command, io: CliIo, words: readonly string[]): Promise<void> {
  const asked = words.filter((word, index) => index > 0 || word !== '--');
  const completion = await completionOf(program);
  const names = (await everyCluster(io)).map((info) => info.name);
  for (const command of completion.commands.values()) {
    for (const [name, option] of command.options) {
      if (name === 'name' || name === 'cluster') {
        option.handler = (add) => {
          for (const each of names) add(each, '');
        };
      }
      if (name === 'provider') {
        option.handler = (add) => {
          for (const each of providerNames) add(each, '');
        };
      }
    }
  }
  completion.parse([...asked]);
}
