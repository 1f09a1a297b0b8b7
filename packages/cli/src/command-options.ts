/** Options that many commands share, said the same way everywhere. */
import { type Command, InvalidArgumentError } from 'commander';

/** `--quiet`, `--ca` and `--debug`. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('-q, --quiet', 'no progress and no hints')
    .option('--ca <file>', 'trust the certificates in this PEM file, too')
    .option('--debug', 'show where an error comes from');
}

/** The common options, and `--json` for commands that tell something. */
export function withJsonOption(command: Command): Command {
  return withCommonOptions(command.option('--json', 'write one JSON document to stdout'));
}

/** Examples below the help of a command. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText(
    'after',
    `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`,
  );
}

/** Reads a number; the value is checked with the rest of the description. */
export function readNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError(`Expected a number, got '${text}'.`);
}

const secondsOf: Readonly<Record<string, number>> = {
  '': 1,
  s: 1,
  secs: 1,
  m: 60,
  mins: 60,
  h: 3600,
  hrs: 3600,
};

/** Reads `90s`, `5m`, `1h` (or Mesos's `90secs`) as milliseconds; a bare number counts seconds. */
export function readDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([a-z]*)$/.exec(text.trim());
  const unit = secondsOf[match?.[2] ?? '?'];
  if (match !== null && unit !== undefined) return Number(match[1]) * unit * 1000;
  throw new InvalidArgumentError(`Expected a duration such as 90s, 5m or 1h, got '${text}'.`);
}

/** Collects an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
