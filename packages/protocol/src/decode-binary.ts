/** Messages out of proto2 bytes: unknown fields and enum numbers are dropped, required ones demanded. */
import protobuf from 'protobufjs/minimal.js';
import { isAppError } from './app-error.ts';
import type {
  AnyMessageType,
  FieldLabel,
  FieldRow,
  FieldType,
  MessageType,
  ScalarKind,
} from './descriptor.ts';
import { protocolError } from './errors.ts';
import { missingFields } from './missing-fields.ts';

type Reader = protobuf.Reader;

/** Deeper nesting is refused: only ContainerID can nest without end. */
const MAX_DEPTH = 100;

interface Run {
  incomplete: boolean;
  depth: number;
}

/** Reads one value without its tag; undefined means drop it. `before` is what the field held. */
type ValueReader = (reader: Reader, run: Run, before: unknown) => unknown;

interface FieldPlan {
  readonly name: string;
  readonly label: FieldLabel;
  readonly wireType: number;
  readonly read: ValueReader;
}

interface Plan {
  /** By field number. */
  readonly fields: (FieldPlan | undefined)[];
  readonly required: string[];
}

type Message = Record<string, unknown>;

const LENGTH = 2;

const plans = new WeakMap<AnyMessageType, Plan>();

/**
 * Reads a message from proto2 bytes.
 * @throws AppError MALFORMED_MESSAGE.
 */
export function decodeBinary<T>(type: MessageType<T>, bytes: Uint8Array): T {
  const run: Run = { incomplete: false, depth: 0 };
  let message: Message;
  try {
    message = readMessage(planOf(type), protobuf.Reader.create(bytes), bytes.length, { run });
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    throw protocolError('MALFORMED_MESSAGE', {
      message: `Cannot decode message '${type.name}': the bytes are not protobuf`,
      cause,
    });
  }
  if (run.incomplete) {
    const missing = missingFields(type, message);
    throw protocolError('MALFORMED_MESSAGE', {
      message: `Missing required fields: ${missing.join(', ')}`,
    });
  }
  return message as T;
}

function planOf(type: AnyMessageType): Plan {
  const known = plans.get(type);
  if (known !== undefined) return known;
  const plan: Plan = { fields: [], required: [] };
  plans.set(type, plan);
  for (const row of type.fields()) {
    plan.fields[row[0]] = fieldPlan(row);
    if (row[2] === 'required') plan.required.push(row[1]);
  }
  return plan;
}

function wireTypeOf(type: FieldType): number {
  if (typeof type === 'object') return type.kind === 'enum' ? 0 : LENGTH;
  if (type === 'double') return 1;
  return type === 'string' || type === 'bytes' ? LENGTH : 0;
}

function fieldPlan([, name, label, type]: FieldRow): FieldPlan {
  const wireType = label === 'map' ? LENGTH : wireTypeOf(type);
  return { name, label, wireType, read: label === 'map' ? mapReader(type) : valueReader(type) };
}

function readMessage(
  plan: Plan,
  reader: Reader,
  end: number,
  { run, into = {} }: { run: Run; into?: Message },
): Message {
  if (++run.depth > MAX_DEPTH) {
    throw protocolError('MALFORMED_MESSAGE', {
      message: `Cannot decode message: nested deeper than ${MAX_DEPTH} messages`,
    });
  }
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = plan.fields[tag >>> 3];
    if (field === undefined) skip(reader, tag);
    else if ((tag & 7) === field.wireType) readField(field, reader, { run, into });
    else if ((tag & 7) === LENGTH && field.label === 'repeated') {
      readPacked(field, reader, { run, into });
    } else skip(reader, tag);
  }
  if (reader.pos !== end) throw new RangeError('a nested message ends beyond its length');
  for (const name of plan.required) {
    if (into[name] === undefined) run.incomplete = true;
  }
  run.depth--;
  return into;
}

function skip(reader: Reader, tag: number): void {
  if (tag >>> 3 === 0) throw new RangeError('field number 0');
  reader.skipType(tag & 7, 0, tag >>> 3);
}

function readField(
  field: FieldPlan,
  reader: Reader,
  { run, into }: { run: Run; into: Message },
): void {
  if (field.label === 'repeated') {
    const value = field.read(reader, run, undefined);
    if (value !== undefined) push(into, field.name, value);
    return;
  }
  const value = field.read(reader, run, into[field.name]);
  if (value !== undefined) into[field.name] = value;
}

function readPacked(
  field: FieldPlan,
  reader: Reader,
  { run, into }: { run: Run; into: Message },
): void {
  const end = endOf(reader);
  while (reader.pos < end) {
    const value = field.read(reader, run, undefined);
    if (value !== undefined) push(into, field.name, value);
  }
}

function push(into: Message, name: string, value: unknown): void {
  const list = into[name] as unknown[] | undefined;
  if (list === undefined) into[name] = [value];
  else list.push(value);
}

/** Reads a length and says where it ends; a length beyond the bytes there are is refused. */
function endOf(reader: Reader): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('a length runs beyond the end');
  return end;
}

function mapReader(type: FieldType): ValueReader {
  const read = valueReader(type);
  const wireType = wireTypeOf(type);
  return (reader, run, before) => {
    const end = endOf(reader);
    let key = '';
    let value: unknown;
    while (reader.pos < end) {
      const tag = reader.uint32();
      if (tag === ((1 << 3) | LENGTH)) key = reader.string();
      else if (tag === ((2 << 3) | wireType)) value = read(reader, run, undefined);
      else skip(reader, tag);
    }
    if (value === undefined) return before;
    const entries = (before as Record<string, unknown> | undefined) ?? {};
    // Not an assignment: the key may be '__proto__'.
    Object.defineProperty(entries, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return entries;
  };
}

function valueReader(type: FieldType): ValueReader {
  if (typeof type === 'string') return scalarReader(type);
  if (type.kind === 'enum') return (reader) => type.nameOf.get(reader.int32());
  const plan = planOf(type);
  return (reader, run, before) =>
    readMessage(plan, reader, endOf(reader), { run, into: (before ?? {}) as Message });
}

function scalarReader(kind: ScalarKind): ValueReader {
  switch (kind) {
    case 'string':
      return (reader) => reader.string();
    case 'bytes':
      return (reader) => Uint8Array.from(reader.bytes());
    case 'bool':
      return (reader) => reader.bool();
    case 'double':
      return (reader) => reader.double();
    case 'int32':
      return (reader) => reader.int32();
    case 'uint32':
      return (reader) => reader.uint32();
    case 'int64':
      return (reader) => wide(reader, reader.int64);
    case 'uint64':
      return (reader) => wide(reader, reader.uint64);
  }
}

/** A 64-bit integer as a number; those beyond 2^53 lose their last digits, as in JSON. */
function wide(reader: Reader, read: () => number | protobuf.Long): number {
  const first = reader.buf[reader.pos] ?? 0;
  if (first < 128 && reader.pos < reader.len) {
    reader.pos++;
    return first;
  }
  const value = read.call(reader);
  return typeof value === 'number'
    ? value
    : (value as unknown as { toNumber(): number }).toNumber();
}
