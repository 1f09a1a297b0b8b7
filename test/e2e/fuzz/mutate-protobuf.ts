/** Changes protobuf as someone would who knows its fields but not their meaning. */
import type { Chance } from '../support/chance.ts';

const varint = 0;
const lengthDelimited = 2;
const largestVarint = 10;

interface Field {
  readonly start: number;
  /** Where the content begins, after key and length. */
  readonly content: number;
  readonly end: number;
  readonly wireType: number;
}

interface Read {
  readonly value: number;
  readonly next: number;
}

function readVarint(bytes: Buffer, from: number): Read | undefined {
  let value = 0;
  for (let index = 0; index < largestVarint; index += 1) {
    const byte = bytes[from + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, next: from + index + 1 };
  }
  return undefined;
}

function readField(bytes: Buffer, start: number): Field | undefined {
  const key = readVarint(bytes, start);
  if (key === undefined || key.value < 8) return undefined;
  const wireType = key.value % 8;
  if (wireType === varint) {
    const end = readVarint(bytes, key.next)?.next;
    return end === undefined ? undefined : { start, content: key.next, end, wireType };
  }
  const fixed = { 1: 8, 5: 4 }[wireType];
  const length =
    fixed === undefined ? readVarint(bytes, key.next) : { value: fixed, next: key.next };
  if (length === undefined || (fixed === undefined && wireType !== lengthDelimited))
    return undefined;
  const end = length.next + length.value;
  return end > bytes.length ? undefined : { start, content: length.next, end, wireType };
}

/** The fields of a message; undefined when the bytes are not one. */
function fieldsOf(bytes: Buffer): Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const field = readField(bytes, at);
    if (field === undefined) return undefined;
    fields.push(field);
    at = field.end;
  }
  return fields;
}

function writeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

function key(bytes: Buffer, field: Field): number {
  return readVarint(bytes, field.start)?.value ?? 0;
}

/** The message with other content in one field, its length put right. */
function withContent(bytes: Buffer, field: Field, content: Buffer): Buffer {
  return Buffer.concat([
    bytes.subarray(0, field.start),
    writeVarint(key(bytes, field)),
    writeVarint(content.length),
    content,
    bytes.subarray(field.end),
  ]);
}

function changeField(bytes: Buffer, field: Field, chance: Chance): Buffer {
  const [before, self, after] = [
    bytes.subarray(0, field.start),
    bytes.subarray(field.start, field.end),
    bytes.subarray(field.end),
  ];
  switch (chance.below(6)) {
    case 0:
      return Buffer.concat([before, after]);
    case 1:
      return Buffer.concat([before, self, self, after]);
    case 2:
      return Buffer.concat([self, before, after]);
    case 3:
      return Buffer.concat([
        before,
        Buffer.from([bytes[field.start]! ^ chance.below(8)]),
        bytes.subarray(field.start + 1),
      ]);
    case 4:
      return Buffer.concat([
        before,
        writeVarint(Math.floor(key(bytes, field) / 8) * 8 + chance.below(8)),
        chance.bytes(12),
        after,
      ]);
    default:
      return Buffer.concat([
        before,
        writeVarint(key(bytes, field)),
        Buffer.from('ffffffffffffffffff01', 'hex'),
        after,
      ]);
  }
}

/** Changes one field, deep down as often as not; undefined when the body is no message. */
export function mutateProtobuf(bytes: Buffer, chance: Chance): Buffer | undefined {
  const fields = fieldsOf(bytes);
  if (fields === undefined || fields.length === 0) return undefined;
  const field = chance.pick(fields);
  if (field.wireType === lengthDelimited && !chance.oneIn(3)) {
    const inner = mutateProtobuf(bytes.subarray(field.content, field.end), chance);
    if (inner !== undefined) return withContent(bytes, field, inner);
  }
  return changeField(bytes, field, chance);
}
