/** Changes bytes without knowing what they mean. */
import type { Chance } from '../support/chance.ts';

type Change = (body: Buffer, chance: Chance, other: Buffer) => Buffer;

function at(body: Buffer, chance: Chance): number {
  return chance.below(body.length + 1);
}

const flip: Change = (body, chance) => {
  const copy = Buffer.from(body);
  for (let count = 1 + chance.below(8); count > 0 && copy.length > 0; count -= 1) {
    const index = chance.below(copy.length);
    copy[index] = (copy[index] ?? 0) ^ (1 << chance.below(8));
  }
  return copy;
};

const overwrite: Change = (body, chance) => {
  const copy = Buffer.from(body);
  const start = at(body, chance);
  chance.bytes(Math.min(copy.length - start, 1 + chance.below(16))).copy(copy, start);
  return copy;
};

const cut: Change = (body, chance) => body.subarray(0, at(body, chance));

const remove: Change = (body, chance) => {
  const start = at(body, chance);
  return Buffer.concat([body.subarray(0, start), body.subarray(start + 1 + chance.below(32))]);
};

const insert: Change = (body, chance) => {
  const start = at(body, chance);
  const junk = chance.bytes(1 + chance.below(32));
  return Buffer.concat([body.subarray(0, start), junk, body.subarray(start)]);
};

const repeat: Change = (body, chance) => {
  const start = at(body, chance);
  const end = start + 1 + chance.below(64);
  const part = body.subarray(start, end);
  const times = chance.oneIn(20) ? 1000 : 1 + chance.below(4);
  return Buffer.concat([
    body.subarray(0, end),
    ...Array.from({ length: times }, () => part),
    body.subarray(end),
  ]);
};

const splice: Change = (body, chance, other) =>
  Buffer.concat([body.subarray(0, at(body, chance)), other.subarray(at(other, chance))]);

const badText: Change = (body, chance) => {
  const start = at(body, chance);
  const bad = chance.pick([[0xff, 0xfe], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf8], [0xe2, 0x82]]);
  return Buffer.concat([body.subarray(0, start), Buffer.from(bad), body.subarray(start)]);
};

const changes: readonly Change[] = [
  flip,
  flip,
  overwrite,
  cut,
  remove,
  insert,
  repeat,
  splice,
  badText,
];

/** One random change; `other` is the body of another request, to splice with. */
export function mutateBytes(body: Buffer, chance: Chance, other: Buffer): Buffer {
  return chance.pick(changes)(body, chance, other);
}
