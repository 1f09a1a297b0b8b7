/** What kind of text a flag takes, read off its Zod schema; and schemas for Mesos durations, sizes and paths. */
import { z } from 'zod';

/** How the text of a flag becomes a value. `path` is never read as a `file://` value. */
export type FlagKind = 'boolean' | 'number' | 'text' | 'duration' | 'bytes' | 'path';

const kindOf = z.registry<{ readonly kind: FlagKind }>();

const durationUnitsMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  secs: 1000,
  mins: 60_000,
  hrs: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
};

const byteUnits: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};

function readQuantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(text.trim());
  const unit = units[match?.[2] ?? ''];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

/** Milliseconds of a Mesos duration such as `15secs`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  return readQuantity(text, durationUnitsMs);
}

/** Bytes of a Mesos size such as `64MB`; undefined when it is none. */
export function parseBytes(text: string): number | undefined {
  return readQuantity(text, byteUnits);
}

/** The shortest Mesos duration for a number of milliseconds, e.g. 90000 → `90secs`. */
export function formatDuration(ms: number): string {
  return formatQuantity(ms, durationUnitsMs, 'ms');
}

/** The shortest Mesos size for a number of bytes, e.g. 1048576 → `1MB`. */
export function formatBytes(bytes: number): string {
  return formatQuantity(bytes, byteUnits, 'B');
}

function formatQuantity(
  amount: number,
  units: Readonly<Record<string, number>>,
  smallest: string,
): string {
  const fitting = Object.entries(units)
    .filter(([, size]) => size >= 1 && amount >= size && amount % size === 0)
    .at(-1);
  return fitting === undefined ? `${amount}${smallest}` : `${amount / fitting[1]}${fitting[0]}`;
}

function quantityFlag(
  kind: FlagKind,
  read: (text: string) => number | undefined,
  expected: string,
): z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> {
  const text = z.string().register(kindOf, { kind });
  return text.transform((value, context) => {
    const amount = read(value);
    if (amount !== undefined) return amount;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
}

/** A flag such as `15secs` or `2weeks`; its value is milliseconds. */
export function durationFlag(): z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> {
  return quantityFlag(
    'duration',
    parseDuration,
    'a number and one of ns us ms secs mins hrs days weeks',
  );
}

/** A flag such as `64MB`; its value is bytes. */
export function bytesFlag(): z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> {
  return quantityFlag('bytes', parseBytes, 'a number and one of B KB MB GB TB');
}

/** A flag that names a file or directory; `file://` before it is dropped, and the file is not read. */
export function pathFlag(): z.ZodString {
  return z.string().min(1).register(kindOf, { kind: 'path' });
}

/** The schema one layer below a default, an optional or a transformation; undefined at the bottom. */
export function schemaBelow(schema: z.core.$ZodType): z.ZodType | undefined {
  const def = schema._zod.def;
  if ('innerType' in def && def.innerType instanceof z.ZodType) return def.innerType;
  return 'in' in def && def.in instanceof z.ZodType ? def.in : undefined;
}

/** The kind of a flag's schema. */
export function flagKind(schema: z.core.$ZodType | undefined): FlagKind {
  let inner = schema;
  while (inner !== undefined) {
    const below = schemaBelow(inner);
    if (below === undefined) break;
    inner = below;
  }
  const registered = inner === undefined ? undefined : kindOf.get(inner);
  if (registered !== undefined) return registered.kind;
  const type = inner?._zod.def.type;
  if (type === 'boolean') return 'boolean';
  return type === 'number' || type === 'int' ? 'number' : 'text';
}
