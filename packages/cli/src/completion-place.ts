/** Where in a command line the cursor is: at a word that only the user's files can complete, or at one of ours. */
import type { Command, Option } from 'commander';
import type { OptionValues } from './completion-table.ts';

/** Arguments, by their names in the help, that may be files. */
const fileArguments: ReadonlySet<string> = new Set(['job', 'words', 'arguments']);

/** Whether the last of the words, which is being typed, is best completed with files. */
export function wantsFile(
  program: Command,
  words: readonly string[],
  values: OptionValues,
): boolean {
  const { command, pending, given } = walk(program, words.slice(0, -1));
  if (pending !== undefined) return offered(pending, values).length === 0;
  if (words.at(-1)?.startsWith('-')) return false;
  const argument = command.registeredArguments[given] ?? command.registeredArguments.at(-1);
  return argument !== undefined && fileArguments.has(argument.name());
}

/** Values that an option of this name is known to take. */
export function offered(option: Option, values: OptionValues): readonly string[] {
  return values[option.long?.slice(2) ?? ''] ?? option.argChoices ?? [];
}

interface Place {
  readonly command: Command;
  /** The option that waits for its value. */
  readonly pending: Option | undefined;
  /** How many arguments there are already. */
  readonly given: number;
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program;
  let pending: Option | undefined;
  let given = 0;
  for (const word of words) {
    if (pending !== undefined) {
      pending = undefined;
      continue;
    }
    const option = command.options.find(({ long, short }) => word === long || word === short);
    const below = command.commands.find((each) => each.name() === word);
    if (option !== undefined) pending = option.required ? option : undefined;
    else if (below === undefined) given += 1;
    else command = below;
  }
  return { command, pending, given };
}
