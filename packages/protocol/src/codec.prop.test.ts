/** Every message survives JSON and bytes, whatever is in it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as wire from './index.ts';
import {
  type AnyMessageType,
  decodeBinary,
  decodeJson,
  encodeBinary,
  encodeJson,
  type FieldRow,
  type FieldType,
  isAppError,
  type ScalarKind,
  SchedulerCall,
} from './index.ts';

function isMessageType(it: unknown): it is AnyMessageType {
  return typeof it === 'object' && it !== null && 'kind' in it && it.kind === 'message';
}

const messages = Object.values<unknown>(wire).filter(isMessageType);

const SCALARS: Record<ScalarKind, fc.Arbitrary<unknown>> = {
  string: fc.string({ unit: 'grapheme', maxLength: 8 }),
  bytes: fc.uint8Array({ maxLength: 20 }),
  bool: fc.boolean(),
  double: fc.double({ noNaN: true }).map((it) => it + 0),
  int32: fc.integer(),
  uint32: fc.nat().map((it) => it * 2),
  int64: fc.maxSafeInteger(),
  uint64: fc.maxSafeNat(),
};

/** Optional messages deeper than this stay unset, so that values end. */
const MAX_DEPTH = 3;

function arbitraryOf(type: FieldType, depth: number): fc.Arbitrary<unknown> {
  if (typeof type === 'string') return SCALARS[type];
  return type.kind === 'enum' ? fc.constantFrom(...type.names) : messageOf(type, depth + 1);
}

function fieldOf([, , label, type]: FieldRow, depth: number): fc.Arbitrary<unknown> {
  const nested = typeof type === 'object' && type.kind === 'message';
  if (label !== 'required' && nested && depth >= MAX_DEPTH) return fc.constant(undefined);
  const value = arbitraryOf(type, depth);
  if (label === 'required') return value;
  if (label === 'repeated') return optional(fc.array(value, { minLength: 1, maxLength: 2 }));
  if (label === 'map') return optional(fc.dictionary(mapKey, value, { minKeys: 1, maxKeys: 2 }));
  return optional(value);
}

const mapKey = fc.oneof(fc.string({ maxLength: 4 }), fc.constant('__proto__'));

function optional(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.option(value, { nil: undefined, freq: 3 });
}

function messageOf(type: AnyMessageType, depth = 0): fc.Arbitrary<unknown> {
  const rows = type.fields();
  return fc
    .tuple(...rows.map((row) => fc.constant(null).chain(() => fieldOf(row, depth))))
    .map((values) =>
      Object.fromEntries(
        rows.map((row, at) => [row[1], values[at]] as const).filter(([, it]) => it !== undefined),
      ),
    );
}

describe('encode and decode', () => {
  test('know every message of the .proto files', () => {
    expect(messages.length).toBeGreaterThan(300);
  });

  test.each(messages.map((type) => [type.name, type] as const))('%s', (_name, type) => {
    fc.assert(
      fc.property(messageOf(type), (value) => {
        const bytes = encodeBinary(type, value);
        expect(decodeBinary(type, new Uint8Array(bytes))).toEqual(value);
        expect(decodeJson(type, encodeJson(type, value))).toMatchObject(value as object);
      }),
      { numRuns: 6 },
    );
  });
});

describe('decodeBinary', () => {
  test('answers arbitrary bytes with a message or an AppError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expectMessageOrAppError(() => decodeBinary(SchedulerCall, bytes));
      }),
      { numRuns: 2000 },
    );
  });

  test('answers a call cut anywhere, or with one byte changed, with a message or an AppError', () => {
    fc.assert(
      fc.property(messageOf(SchedulerCall), fc.nat(), fc.nat(255), (value, at, byte) => {
        const bytes = new Uint8Array(encodeBinary(SchedulerCall, value));
        expectMessageOrAppError(() =>
          decodeBinary(SchedulerCall, bytes.slice(0, at % bytes.length)),
        );
        bytes[at % bytes.length] = byte;
        expectMessageOrAppError(() => decodeBinary(SchedulerCall, bytes));
      }),
      { numRuns: 500 },
    );
  });
});

describe('decodeJson', () => {
  test('answers arbitrary JSON with a message or an AppError', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expectMessageOrAppError(() => decodeJson(SchedulerCall, text));
      }),
    );
  });
});

function expectMessageOrAppError(run: () => unknown): void {
  try {
    expect(run()).toBeTypeOf('object');
  } catch (thrown) {
    expect(isAppError(thrown), String(thrown)).toBe(true);
  }
}
