/** Mesos-style flags read through a Zod schema: `--flag=value`, `--flag value`, `--no-flag`, MESOS_FLAG, file:// values; all problems at once. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { closestWord } from './closest-word.ts';
import { errorMessage } from './errors.ts';
import { type FlagKind, flagKind } from './flag-kind.ts';

/** The values, or every reason why there are none; a problem is one line that names its flag. */
export type ParsedFlags<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

/** What can be told about reading flags. */
export interface FlagOptions {
  /** Of environment variables. Default `MESOS_`. */
  readonly envPrefix?: string;
  /** Reads `file://` values; given by tests. */
  readonly readFile?: (path: string) => string;
}

type RawValues = Map<string, { readonly value: string; readonly source: string }>;

/** Whether `--help` or `-h` is among the words, so that missing flags need no mention. */
export function wantsHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h');
}

/**
 * Reads flags for a schema whose keys are flag names; precedence: command line, environment, the schema's default.
 * Keys of boolean, number and string schemas get values of that type; others get the text.
 */
export function parseFlags<Schema extends z.ZodObject>(
  schema: Schema,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  options: FlagOptions = {},
): ParsedFlags<z.output<Schema>> {
  const names = Object.keys(schema.shape);
  const kinds = new Map(names.map((name) => [name, flagKind(schema.shape[name])]));
  const problems: string[] = [];
  const raw: RawValues = new Map();
  readEnvironment({ names, env, prefix: options.envPrefix ?? 'MESOS_', raw });
  readWords({ kinds, argv, raw, problems });
  const input: Record<string, unknown> = {};
  for (const [name, { value, source }] of raw) {
    const kind = kinds.get(name) ?? 'text';
    const typed = typedValue(value, kind, options.readFile ?? readTextFile);
    if ('problem' in typed) problems.push(`Expected \`${source}\` to be ${typed.problem}`);
    else input[name] = typed.value;
  }
  const result = schema.safeParse(input);
  if (!result.success) problems.push(...schemaProblems(result.error, { raw, problems }));
  if (problems.length > 0 || !result.success) return { ok: false, problems };
  return { ok: true, value: result.data };
}

function readEnvironment(from: {
  readonly names: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly prefix: string;
  readonly raw: RawValues;
}): void {
  for (const name of from.names) {
    const variable = from.prefix + name.toUpperCase();
    const value = from.env[variable];
    if (value !== undefined) from.raw.set(name, { value, source: variable });
  }
}

interface WordReader {
  readonly kinds: ReadonlyMap<string, FlagKind>;
  readonly argv: readonly string[];
  readonly raw: RawValues;
  readonly problems: string[];
}

function readWords(reader: WordReader): void {
  const seen = new Set<string>();
  let index = 0;
  while (index < reader.argv.length) index += readWord(reader, index, seen);
}

/** Reads the flag at the position and returns how many words it took. */
function readWord(reader: WordReader, index: number, seen: Set<string>): number {
  const { kinds, argv, raw, problems } = reader;
  const word = argv[index] ?? '';
  const next = argv[index + 1];
  if (!word.startsWith('--') || word === '--') {
    problems.push(`Expected only flags, got '${word}'`);
    return 1;
  }
  const flag = splitFlag(word.slice(2), kinds);
  if (flag === undefined) {
    problems.push(unknownFlag(word, kinds));
    // The next word is most likely the value of the flag nobody knows.
    return word.includes('=') || next === undefined || next.startsWith('--') ? 1 : 2;
  }
  if (seen.has(flag.name)) problems.push(`Expected \`--${flag.name}\` once, got it twice`);
  seen.add(flag.name);
  const value = flag.value ?? next;
  if (value === undefined) problems.push(`Expected \`--${flag.name}\` to have a value, got none`);
  else raw.set(flag.name, { value, source: `--${flag.name}` });
  return flag.value === undefined ? 2 : 1;
}

/** The flag's name, and its value when the word itself holds it. */
function splitFlag(
  text: string,
  kinds: ReadonlyMap<string, FlagKind>,
): { readonly name: string; readonly value: string | undefined } | undefined {
  const equals = text.indexOf('=');
  const written = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? undefined : text.slice(equals + 1);
  const name = [written, written.replaceAll('-', '_')].find((candidate) => kinds.has(candidate));
  if (name !== undefined) {
    return { name, value: value ?? (kinds.get(name) === 'boolean' ? 'true' : undefined) };
  }
  const negated = written.startsWith('no-') ? written.slice(3) : '';
  if (value === undefined && kinds.get(negated) === 'boolean') {
    return { name: negated, value: 'false' };
  }
  return undefined;
}

function unknownFlag(word: string, kinds: ReadonlyMap<string, FlagKind>): string {
  const name = word.slice(2).split('=')[0] ?? '';
  const near = closestWord(name, [...kinds.keys()]);
  const hint = near === undefined ? '; --help lists all' : `; did you mean --${near}?`;
  return `Unknown flag '--${name}'${hint}`;
}

type Typed = { readonly value: unknown } | { readonly problem: string };

function typedValue(raw: string, kind: FlagKind, readFile: (path: string) => string): Typed {
  if (!raw.startsWith('file://')) return typedText(raw, kind);
  if (kind === 'path') return { value: fileURLToPath(raw) };
  try {
    return typedText(readFile(fileURLToPath(raw)).trimEnd(), kind);
  } catch (error) {
    return { problem: `a readable file, got '${raw}' (${errorMessage(error)})` };
  }
}

const booleanWords: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  false: false,
  '0': false,
};

function typedText(text: string, kind: FlagKind): Typed {
  if (kind === 'boolean') {
    const value = booleanWords[text];
    return value === undefined ? { problem: `true or false, got '${text}'` } : { value };
  }
  if (kind === 'number') {
    const value = Number(text);
    const isNumber = text.trim() !== '' && !Number.isNaN(value);
    return isNumber ? { value } : { problem: `a number, got '${text}'` };
  }
  return { value: text };
}

function readTextFile(path: string): string {
  return readFileSync(path, 'utf8');
}

/** One line an issue; flags that already have a problem are not reported as missing on top. */
function schemaProblems(
  error: z.ZodError,
  known: { readonly raw: RawValues; readonly problems: readonly string[] },
): string[] {
  const lines: string[] = [];
  for (const issue of error.issues) {
    const name = String(issue.path[0] ?? '');
    const given = known.raw.get(name);
    const reported = known.problems.some((line) => line.includes(`\`${given?.source}\``));
    if (name === '') lines.push(issue.message);
    else if (given === undefined) lines.push(`Missing required flag \`--${name}\``);
    else if (!reported) {
      lines.push(
        `Expected \`${given.source}\` to be valid, got '${given.value}': ${issue.message}`,
      );
    }
  }
  return lines;
}
