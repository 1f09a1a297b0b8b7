/** The reference of a program's flags, for `--help` and the generated pages. */
import type { z } from 'zod';
import { type FlagKind, flagKind, formatBytes, formatDuration, schemaBelow } from './flag-kind.ts';

/** One flag, as a person reads about it. */
export interface FlagDescription {
  readonly name: string;
  /** What its value looks like: `VALUE`, `true|false`, `15secs`, … */
  readonly value: string;
  readonly description: string;
  readonly required: boolean;
  /** As it would be written; undefined when there is none. */
  readonly default: string | undefined;
}

const valueWords: Readonly<Record<FlagKind, string>> = {
  boolean: 'true|false',
  number: 'NUMBER',
  text: 'VALUE',
  duration: 'DURATION',
  bytes: 'SIZE',
  path: 'PATH',
};

/** All flags of a schema, in its order; descriptions come from `.describe()`. */
export function describeFlags(schema: z.ZodObject): FlagDescription[] {
  return Object.entries(schema.shape).map(([name, flag]) => {
    const kind = flagKind(flag);
    const preset = flag.safeParse(undefined);
    return {
      name,
      value: valueWords[kind],
      description: descriptionOf(flag),
      required: !preset.success,
      default: preset.success ? writtenDefault(preset.data, kind) : undefined,
    };
  });
}

/** `describe` may stand before or after `.default()`. */
function descriptionOf(schema: z.core.$ZodType): string {
  let current: z.core.$ZodType | undefined = schema;
  while (current !== undefined) {
    if ('description' in current && typeof current.description === 'string') {
      return current.description;
    }
    current = schemaBelow(current);
  }
  return '';
}

function writtenDefault(value: unknown, kind: FlagKind): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'number' && kind === 'duration') return formatDuration(value);
  if (typeof value === 'number' && kind === 'bytes') return formatBytes(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The text of `--help`: a usage line, then a flag a paragraph. */
export function flagHelp(usage: string, schema: z.ZodObject): string {
  const lines = describeFlags(schema).flatMap((flag) => [
    `  --${flag.name}=${flag.value}${notes(flag)}`,
    ...(flag.description === '' ? [] : [`      ${flag.description}`]),
  ]);
  return `${[`Usage: ${usage}`, '', ...lines].join('\n')}\n`;
}

function notes(flag: FlagDescription): string {
  if (flag.required) return '   (required)';
  return flag.default === undefined ? '' : `   (default: ${flag.default})`;
}
