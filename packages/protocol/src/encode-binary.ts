/** Messages as proto2 bytes. */
import protobuf from 'protobufjs/minimal.js';
import type {
  AnyEnumType,
  AnyMessageType,
  FieldRow,
  FieldType,
  MessageType,
  ScalarKind,
} from './descriptor.ts';

type Writer = protobuf.Writer;

/** Writes one value, without its tag. */
type ValueWriter = (writer: Writer, value: unknown) => void;

type FieldWriter = (writer: Writer, value: unknown) => void;

interface Plan {
  fields: { readonly name: string; readonly write: FieldWriter }[];
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;

const plans = new WeakMap<AnyMessageType, Plan>();

/** Bytes of a message: fields by number, as C++ writes them; repeated numbers unpacked. */
export function encodeBinary<T>(type: MessageType<T>, value: T): Uint8Array {
  const writer = protobuf.Writer.create();
  writeMessage(planOf(type), writer, value);
  return writer.finish();
}

function planOf(type: AnyMessageType): Plan {
  const known = plans.get(type);
  if (known !== undefined) return known;
  const plan: Plan = { fields: [] };
  plans.set(type, plan);
  plan.fields = [...type.fields()]
    .sort(([a], [b]) => a - b)
    .map((row) => ({ name: row[1], write: fieldWriter(row) }));
  return plan;
}

function writeMessage(plan: Plan, writer: Writer, value: unknown): void {
  const message = value as Readonly<Record<string, unknown>>;
  for (const field of plan.fields) {
    const present = message[field.name];
    if (present !== undefined && present !== null) field.write(writer, present);
  }
}

function wireTypeOf(type: FieldType): number {
  if (typeof type === 'object') return type.kind === 'enum' ? VARINT : LENGTH;
  if (type === 'double') return FIXED64;
  return type === 'string' || type === 'bytes' ? LENGTH : VARINT;
}

function fieldWriter([number, , label, type]: FieldRow): FieldWriter {
  const tag = (number << 3) | wireTypeOf(type);
  const write = valueWriter(type);
  if (label === 'map') return mapWriter(number, type, write);
  if (label !== 'repeated') {
    return (writer, value) => {
      writer.uint32(tag);
      write(writer, value);
    };
  }
  return (writer, values) => {
    for (const value of values as readonly unknown[]) {
      writer.uint32(tag);
      write(writer, value);
    }
  };
}

function mapWriter(number: number, type: FieldType, write: ValueWriter): FieldWriter {
  const entryTag = (number << 3) | LENGTH;
  const valueTag = (2 << 3) | wireTypeOf(type);
  return (writer, values) => {
    for (const [key, value] of Object.entries(values as Record<string, unknown>)) {
      writer.uint32(entryTag).fork();
      writer.uint32((1 << 3) | LENGTH).string(key);
      writer.uint32(valueTag);
      write(writer, value);
      writer.ldelim();
    }
  };
}

function valueWriter(type: FieldType): ValueWriter {
  if (typeof type === 'string') return scalarWriter(type);
  if (type.kind === 'enum') return enumWriter(type);
  const plan = planOf(type);
  return (writer, value) => {
    writer.fork();
    writeMessage(plan, writer, value);
    writer.ldelim();
  };
}

function enumWriter(type: AnyEnumType): ValueWriter {
  return (writer, value) => {
    const number = type.numberOf.get(value as string);
    if (number === undefined) {
      throw new TypeError(`Cannot encode ${type.name} '${value}': no such name`);
    }
    writer.int32(number);
  };
}

function scalarWriter(kind: ScalarKind): ValueWriter {
  switch (kind) {
    case 'string':
      return (writer, value) => writer.string(value as string);
    case 'bytes':
      return (writer, value) => writer.bytes(value as Uint8Array);
    case 'bool':
      return (writer, value) => writer.bool(value as boolean);
    case 'double':
      return (writer, value) => writer.double(value as number);
    case 'int32':
      return (writer, value) => writer.int32(value as number);
    case 'uint32':
      return (writer, value) => writer.uint32(value as number);
    case 'int64':
      return (writer, value) => writer.int64(value as number);
    case 'uint64':
      return (writer, value) => writer.uint64(value as number);
  }
}
