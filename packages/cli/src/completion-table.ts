/** The tree of commands as the completion library wants it, with names that only a look at the machine gives. */
import tab, { type Command as CompletionCommand } from '@bomb.sh/tab';
import type { Command, Option } from 'commander';
import { offered } from './completion-place.ts';

/** Values to offer, by the long name of an option or the name of an argument. */
export type OptionValues = Readonly<Record<string, readonly string[]>>;

/** What the library offers to shells: scripts, and answers to one press of the key. */
export type CompletionTable = typeof tab;

/** Copies every visible command, option and argument of the program. */
export function completionTable(program: Command, values: OptionValues): CompletionTable {
  addOptions(tab, program, values);
  addCommands(program, '', values);
  return tab;
}

function addCommands(parent: Command, path: string, values: OptionValues): void {
  for (const command of parent.createHelp().visibleCommands(parent)) {
    const name = path === '' ? command.name() : `${path} ${command.name()}`;
    const entry = tab.command(name, command.summary() || command.description());
    addOptions(entry, command, values);
    addArguments(entry, command, values);
    addCommands(command, name, values);
  }
}

/** Arguments whose values are known by their name; what comes after such a one is anybody's guess. */
function addArguments(entry: CompletionCommand, command: Command, values: OptionValues): void {
  for (const argument of command.registeredArguments) {
    const offered = values[argument.name()];
    if (offered === undefined) return;
    entry.argument(argument.name(), (add) => {
      for (const value of offered) add(value, '');
    });
  }
}

function addOptions(entry: CompletionCommand, command: Command, values: OptionValues): void {
  for (const option of command.createHelp().visibleOptions(command)) {
    addOption(entry, option, values);
  }
}

function addOption(entry: CompletionCommand, option: Option, values: OptionValues): void {
  const name = option.long?.slice(2);
  if (name === undefined) return;
  const alias = option.short?.slice(1);
  const takesValue = option.required || option.optional;
  if (!takesValue) {
    entry.option(name, option.description, alias);
    return;
  }
  entry.option(
    name,
    option.description,
    (add) => {
      for (const value of offered(option, values)) add(value, '');
    },
    alias,
  );
}
