/** Reading proto2 bytes: what is dropped, merged and refused. */
import { expect, test } from 'vitest';
import {
  ContainerID,
  decodeBinary,
  encodeBinary,
  FrameworkInfo,
  HealthCheck_HTTPCheckInfo,
  isAppError,
  SchedulerCall,
  SchedulerEvent_Failure,
  TimeInfo,
} from './index.ts';

function bytes(...parts: (number | Uint8Array | string)[]): Uint8Array {
  const text = new TextEncoder();
  return Uint8Array.from(
    parts.flatMap((it) => {
      if (typeof it === 'number') return [it];
      return [...(typeof it === 'string' ? text.encode(it) : it)];
    }),
  );
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (isAppError(thrown, 'MALFORMED_MESSAGE')) return thrown.message;
    throw thrown;
  }
  return 'no problem';
}

test('decodeBinary drops unknown fields and unknown enum numbers', () => {
  const call = bytes(0x10, 99, 0xf8, 0x3f, 1);
  expect(decodeBinary(SchedulerCall, call)).toEqual({});
});

test('decodeBinary merges a message that comes in two parts', () => {
  const first = encodeBinary(ContainerID, { value: 'a', parent: { value: 'b' } });
  const second = bytes(0x12, 5, 0x12, 3, 0x0a, 1, 'c');
  expect(decodeBinary(ContainerID, bytes(first, second))).toEqual({
    value: 'a',
    parent: { value: 'b', parent: { value: 'c' } },
  });
});

test('decodeBinary reads packed lists of numbers', () => {
  expect(decodeBinary(HealthCheck_HTTPCheckInfo, bytes(0x08, 80, 0x22, 3, 0xc8, 0x01, 7))).toEqual({
    port: 80,
    statuses: [200, 7],
  });
});

test('decodeBinary reads negative and large integers', () => {
  for (const nanoseconds of [0, 127, 128, -1, 1795204327220966000, -(2 ** 53), 2 ** 53]) {
    expect(decodeBinary(TimeInfo, encodeBinary(TimeInfo, { nanoseconds }))).toEqual({
      nanoseconds,
    });
  }
  expect(
    decodeBinary(SchedulerEvent_Failure, encodeBinary(SchedulerEvent_Failure, { status: -7 })),
  ).toEqual({ status: -7 });
});

test('decodeBinary names the missing fields', () => {
  expect(messageOf(() => decodeBinary(FrameworkInfo, bytes(0x0a, 1, 'u')))).toBe(
    'Missing required fields: name',
  );
  expect(messageOf(() => decodeBinary(SchedulerCall, bytes(0x1a, 0)))).toBe(
    'Missing required fields: subscribe.framework_info',
  );
});

test.each([
  ['a length beyond the end', bytes(0x0a, 9, 'u')],
  ['an endless varint', new Uint8Array(11).fill(255)],
  ['a field number of 0', bytes(0x00, 0x00)],
  ['text', bytes('{"type":"SUBSCRIBE"}')],
])('decodeBinary refuses %s', (_what, input) => {
  expect(messageOf(() => decodeBinary(FrameworkInfo, input))).toMatch(
    /^(Cannot decode message 'mesos.v1.FrameworkInfo'|Missing required)/,
  );
});

test('decodeBinary refuses nesting without end', () => {
  let inner = encodeBinary(ContainerID, { value: 'x' });
  for (let depth = 0; depth < 200; depth++) {
    inner = bytes(0x0a, 1, 'x', 0x12, ...varint(inner.length), inner);
  }
  expect(messageOf(() => decodeBinary(ContainerID, inner))).toMatch(/deeper than 100/);
});

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
