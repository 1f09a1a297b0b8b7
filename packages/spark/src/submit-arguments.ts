/** Reads spark-submit's own command line: where the options end and the application begins. */

import { sparkError } from './errors.ts';

/** spark-submit 3.5's options that take a value, with their short forms. */
const VALUE_OPTIONS: Readonly<Record<string, string>> = {
  '--archives': '--archives',
  '--class': '--class',
  '--conf': '--conf',
  '-c': '--conf',
  '--deploy-mode': '--deploy-mode',
  '--driver-class-path': '--driver-class-path',
  '--driver-cores': '--driver-cores',
  '--driver-java-options': '--driver-java-options',
  '--driver-library-path': '--driver-library-path',
  '--driver-memory': '--driver-memory',
  '--exclude-packages': '--exclude-packages',
  '--executor-cores': '--executor-cores',
  '--executor-memory': '--executor-memory',
  '--files': '--files',
  '--jars': '--jars',
  '--keytab': '--keytab',
  '--kill': '--kill',
  '--master': '--master',
  '--name': '--name',
  '--num-executors': '--num-executors',
  '--packages': '--packages',
  '--principal': '--principal',
  '--properties-file': '--properties-file',
  '--proxy-user': '--proxy-user',
  '--py-files': '--py-files',
  '--queue': '--queue',
  '--repositories': '--repositories',
  '--status': '--status',
  '--total-executor-cores': '--total-executor-cores',
};

const SWITCHES = new Set([
  '--supervise',
  '--verbose',
  '-v',
  '--usage-error',
  '--version',
  '--help',
  '-h',
]);

/** A spark-submit command line, taken apart. */
export interface SubmitArguments {
  /** Options in their given order; `value` is absent for switches. */
  readonly options: readonly { readonly name: string; readonly value?: string }[];
  /** The values of all `--conf`, the last of a key winning, as in Spark. */
  readonly conf: Readonly<Record<string, string>>;
  /** The .py file or jar; absent for shells. */
  readonly resource: string | undefined;
  readonly applicationArguments: readonly string[];
}

/**
 * Takes a spark-submit command line apart.
 * @throws AppError SUBMIT_ARGUMENT_INVALID when an option is unknown or lacks its value.
 */
export function parseSubmitArguments(args: readonly string[]): SubmitArguments {
  const options: { name: string; value?: string }[] = [];
  let index = 0;
  while (index < args.length) {
    const parsed = parseOption(args, index);
    if (parsed === undefined) break;
    options.push(parsed.option);
    index = parsed.next;
  }
  return {
    options,
    conf: collectConf(options),
    resource: args[index],
    applicationArguments: args.slice(index + 1),
  };
}

/** The last value given for an option, as spark-submit would take it. */
export function lastOption(parsed: SubmitArguments, name: string): string | undefined {
  return parsed.options.findLast((option) => option.name === name)?.value;
}

/** Turns a taken-apart command line back into one, leaving out the options named. */
export function formatSubmitArguments(
  parsed: SubmitArguments,
  without: ReadonlySet<string> = new Set(),
): string[] {
  const kept = parsed.options.filter((option) => !without.has(option.name));
  return [
    ...kept.flatMap(({ name, value }) => (value === undefined ? [name] : [name, value])),
    ...(parsed.resource === undefined ? [] : [parsed.resource]),
    ...parsed.applicationArguments,
  ];
}

interface ParsedOption {
  readonly option: { name: string; value?: string };
  readonly next: number;
}

function parseOption(args: readonly string[], index: number): ParsedOption | undefined {
  const word = args[index] ?? '';
  if (!word.startsWith('-') || word === '-') return undefined;
  if (SWITCHES.has(word)) return { option: { name: word }, next: index + 1 };
  const equals = word.indexOf('=');
  const name = VALUE_OPTIONS[equals > 0 ? word.slice(0, equals) : word];
  if (name === undefined) {
    throw sparkError(
      'SUBMIT_ARGUMENT_INVALID',
      `Cannot read spark-submit option '${word}': Spark 3.5 has no such option; put the application's own arguments after its file`,
    );
  }
  if (equals > 0) return { option: { name, value: word.slice(equals + 1) }, next: index + 1 };
  const value = args[index + 1];
  if (value === undefined) {
    throw sparkError(
      'SUBMIT_ARGUMENT_INVALID',
      `Cannot read spark-submit option '${word}': its value is missing`,
    );
  }
  return { option: { name, value }, next: index + 2 };
}

function collectConf(options: readonly { name: string; value?: string }[]): Record<string, string> {
  const conf: Record<string, string> = {};
  for (const { name, value } of options) {
    if (name !== '--conf' || value === undefined) continue;
    const equals = value.indexOf('=');
    if (equals <= 0) {
      throw sparkError(
        'SUBMIT_ARGUMENT_INVALID',
        `Cannot read --conf '${value}': Expected key=value`,
      );
    }
    conf[value.slice(0, equals)] = value.slice(equals + 1);
  }
  return conf;
}
