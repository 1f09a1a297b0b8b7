/**
 * Messages out of JSON, as lenient as Mesos: null is unset, unknown fields and enum names are
 * dropped, numbers and booleans may come as strings, one value may stand for a list of one.
 */
import { decodeBase64 } from './base64.ts';
import type {
  AnyMessageType,
  FieldLabel,
  FieldRow,
  FieldType,
  MessageType,
  ScalarKind,
} from './descriptor.ts';
import { protocolError } from './errors.ts';
import { jsonSyntaxProblem } from './json-syntax.ts';
import { missingFields } from './missing-fields.ts';

/** Deeper nesting is refused: only ContainerID can nest without end. */
const MAX_DEPTH = 100;

/** What one decode run carries along: whether anything required was missing. */
interface Run {
  incomplete: boolean;
  depth: number;
}

/** Reads one value of a field; undefined means leave it unset. */
type ValueReader = (value: unknown, run: Run) => unknown;

interface FieldPlan {
  readonly name: string;
  readonly label: FieldLabel;
  readonly read: ValueReader;
}

interface Plan {
  readonly fields: Map<string, FieldPlan>;
  readonly required: string[];
}

type JsonObject = Readonly<Record<string, unknown>>;

const plans = new WeakMap<AnyMessageType, Plan>();

/**
 * Reads a message from JSON text.
 * @throws AppError MALFORMED_JSON, or MALFORMED_MESSAGE in the words of Mesos.
 */
export function decodeJson<T>(type: MessageType<T>, text: string): T {
  return fromJsonValue(type, parseJson(text));
}

/**
 * Reads any JSON text, for bodies that are no single message.
 * @throws AppError MALFORMED_JSON, in the words of Mesos.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw protocolError('MALFORMED_JSON', { message: jsonSyntaxProblem(text), cause });
  }
}

/**
 * Reads a message from a JSON value.
 * @throws AppError MALFORMED_MESSAGE in the words of Mesos.
 */
export function fromJsonValue<T>(type: MessageType<T>, value: unknown): T {
  if (!isJsonObject(value)) throw malformed('Expecting a JSON object');
  const run: Run = { incomplete: false, depth: 0 };
  const message = readMessage(planOf(type), value, run);
  if (run.incomplete) {
    throw malformed(`Missing required fields: ${missingFields(type, message).join(', ')}`);
  }
  return message as T;
}

function malformed(message: string): Error {
  return protocolError('MALFORMED_MESSAGE', { message });
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function planOf(type: AnyMessageType): Plan {
  const known = plans.get(type);
  if (known !== undefined) return known;
  const plan: Plan = { fields: new Map(), required: [] };
  plans.set(type, plan);
  for (const row of type.fields()) {
    plan.fields.set(row[1], fieldPlan(row));
    if (row[2] === 'required') plan.required.push(row[1]);
  }
  return plan;
}

function fieldPlan([, name, label, type]: FieldRow): FieldPlan {
  return { name, label, read: valueReader(name, type, label === 'required') };
}

function readMessage(plan: Plan, json: JsonObject, run: Run): Record<string, unknown> {
  if (++run.depth > MAX_DEPTH) throw malformed(`Nested deeper than ${MAX_DEPTH} messages`);
  const message: Record<string, unknown> = {};
  for (const name in json) {
    const value = json[name];
    if (value === null) continue;
    const field = plan.fields.get(name);
    if (field === undefined) continue;
    const read = readField(field, value, run);
    if (read !== undefined) message[name] = read;
  }
  for (const name of plan.required) {
    if (message[name] === undefined) run.incomplete = true;
  }
  run.depth--;
  return message;
}

function readField(field: FieldPlan, value: unknown, run: Run): unknown {
  if (field.label === 'repeated') return readArray(field, value, run);
  if (field.label === 'map') return readMap(field, value, run);
  if (Array.isArray(value)) throw unexpected('array', field.name);
  return field.read(value, run);
}

function readArray(field: FieldPlan, value: unknown, run: Run): unknown[] | undefined {
  const read: unknown[] = [];
  for (const item of Array.isArray(value) ? value : [value]) {
    if (item === null) continue;
    if (Array.isArray(item)) throw unexpected('array', field.name);
    const one = field.read(item, run);
    if (one !== undefined) read.push(one);
  }
  return read.length === 0 ? undefined : read;
}

function readMap(field: FieldPlan, value: unknown, run: Run): unknown {
  if (!isJsonObject(value)) throw unexpected(kindOf(value), field.name);
  const read: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === null) continue;
    const one = field.read(item, run);
    if (one !== undefined) read.push([wellFormed(key, field.name), one]);
  }
  return read.length === 0 ? undefined : Object.fromEntries(read);
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}

function unexpected(kind: string, name: string): Error {
  return malformed(`Not expecting a JSON ${kind} for field '${name}'`);
}

function valueReader(name: string, type: FieldType, required: boolean): ValueReader {
  if (typeof type === 'string') return scalarReader(name, type);
  if (type.kind === 'message') {
    const plan = planOf(type);
    return (value, run) => {
      if (!isJsonObject(value)) throw unexpected(kindOf(value), name);
      return readMessage(plan, value, run);
    };
  }
  const known = new Map(type.names.map((it) => [it, it]));
  return (value) => {
    if (typeof value !== 'string') throw unexpected(kindOf(value), name);
    const read = known.get(value);
    if (read === undefined && required) throw malformed(`Failed to find enum for '${value}'`);
    return read;
  };
}

function scalarReader(name: string, kind: ScalarKind): ValueReader {
  switch (kind) {
    case 'string':
      return (value) => {
        if (typeof value !== 'string') throw unexpected(kindOf(value), name);
        return wellFormed(value, name);
      };
    case 'bytes':
      return (value) => readBytes(value, name);
    case 'bool':
      return (value) => readBool(value, name);
    default:
      return (value) => narrow(readNumber(value, name), kind);
  }
}

/** Half a surrogate pair is no character: protobuf cannot carry it, and neither can a URL. */
function wellFormed(text: string, name: string): string {
  if (text.isWellFormed()) return text;
  throw malformed(`Not expecting half a surrogate pair in field '${name}'`);
}

function readBytes(value: unknown, name: string): Uint8Array {
  if (typeof value !== 'string') throw unexpected(kindOf(value), name);
  const decoded = decodeBase64(value);
  if (decoded.ok) return decoded.bytes;
  throw malformed(
    `Failed to base64 decode bytes field '${name}': Invalid character '${decoded.invalid}'`,
  );
}

function readBool(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  if (value === 'false') return false;
  if (typeof value !== 'string') throw unexpected(kindOf(value), name);
  throw malformed(`Failed to parse '${value}' as a JSON boolean for field '${name}'`);
}

function readNumber(value: unknown, name: string): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') throw unexpected(kindOf(value), name);
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  if (/^\s*-?\d+(\.\d*)?([eE][-+]?\d+)?\s*$/.test(value)) return Number(value);
  throw malformed(
    `Failed to parse '${value}' as a JSON number for field '${name}': ${jsonSyntaxProblem(value)}`,
  );
}

/** Fits a number into its kind: integers are cut, and 32 bits wrap, as a C++ cast does. */
function narrow(value: number, kind: ScalarKind): number {
  switch (kind) {
    case 'double':
      return value;
    case 'int32':
      return value | 0;
    case 'uint32':
      return value >>> 0;
    default:
      return Number.isFinite(value) ? Math.trunc(value) : 0;
  }
}
