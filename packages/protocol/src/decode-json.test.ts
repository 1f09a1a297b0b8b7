/** The input side of the Mesos JSON dialect: what it forgives and what it refuses. */
import { expect, test } from 'vitest';
import {
  ContainerID,
  decodeJson,
  FrameworkInfo,
  fromJsonValue,
  isAppError,
  QuotaConfig,
  SchedulerCall,
  TaskStatus,
} from './index.ts';

function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (isAppError(thrown)) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  return 'no problem';
}

test('decodeJson takes null, unknown fields, and numbers and booleans given as strings', () => {
  const text =
    '{"user":"r","name":"x","failover_timeout":"1.5","checkpoint":"true","hostname":null,"odd":1}';
  expect(decodeJson(FrameworkInfo, text)).toEqual({
    user: 'r',
    name: 'x',
    failover_timeout: 1.5,
    checkpoint: true,
  });
});

test('decodeJson leaves an optional enum with an unknown name unset', () => {
  expect(decodeJson(SchedulerCall, '{"type":"NO_SUCH"}')).toEqual({});
});

test('decodeJson takes one value where a list is expected, and drops nulls from lists', () => {
  const roles = (text: string) =>
    decodeJson(FrameworkInfo, `{"user":"r","name":"x","roles":${text}}`).roles;
  expect(roles('"a"')).toEqual(['a']);
  expect(roles('["a",null,"b"]')).toEqual(['a', 'b']);
  expect(roles('[]')).toBeUndefined();
});

test('decodeJson reads Infinity in a map of scalars', () => {
  const text = '{"role":"r","limits":{"cpus":{"value":"Infinity"}}}';
  expect(decodeJson(QuotaConfig, text).limits?.cpus?.value).toBe(Number.POSITIVE_INFINITY);
});

test('decodeJson keeps a map key such as __proto__ as data', () => {
  const text = '{"role":"r","limits":{"__proto__":{"value":1}}}';
  expect(Object.keys(decodeJson(QuotaConfig, text).limits ?? {})).toEqual(['__proto__']);
});

test.each([
  ['{"type":7}', "MALFORMED_MESSAGE: Not expecting a JSON number for field 'type'"],
  ['[]', 'MALFORMED_MESSAGE: Expecting a JSON object'],
  ['{"subscribe":[]}', "MALFORMED_MESSAGE: Not expecting a JSON array for field 'subscribe'"],
  ['{"subscribe":"x"}', "MALFORMED_MESSAGE: Not expecting a JSON string for field 'subscribe'"],
  ['{"subscribe":{}}', 'MALFORMED_MESSAGE: Missing required fields: subscribe.framework_info'],
  [
    '{"accept":{"offer_ids":[{"value":"a"},{}]},"kill":{}}',
    'MALFORMED_MESSAGE: Missing required fields: accept.offer_ids[1].value, kill.task_id',
  ],
  [
    '{"subscribe":{"framework_info":{"failover_timeout":"NaN"}}}',
    "MALFORMED_MESSAGE: Failed to parse 'NaN' as a JSON number for field 'failover_timeout': " +
      'syntax error at line 1 near: NaN',
  ],
  [
    '{"acknowledge":{"uuid":"a!"}}',
    "MALFORMED_MESSAGE: Failed to base64 decode bytes field 'uuid': Invalid character '!'",
  ],
  [
    '{"subscribe":{"framework_info":{"name":"\\ud800"}}}',
    "MALFORMED_MESSAGE: Not expecting half a surrogate pair in field 'name'",
  ],
  ['', 'MALFORMED_JSON: syntax error at line 1 near: '],
  ['{"type":"REVIVE"', 'MALFORMED_JSON: syntax error at line 1 near: '],
  ['{\n"type" 1}', 'MALFORMED_JSON: syntax error at line 2 near: 1}'],
  ['[1,]', 'MALFORMED_JSON: syntax error at line 1 near: ]'],
  ['{} x', 'MALFORMED_JSON: Parsed JSON included non-whitespace trailing characters:  x'],
])('decodeJson refuses %j in the words of Mesos', (text, problem) => {
  expect(problemOf(() => decodeJson(SchedulerCall, text))).toBe(problem);
});

test('fromJsonValue refuses an unknown name in a required enum', () => {
  const status = { task_id: { value: 't' }, state: 'TASK_ODD' };
  expect(problemOf(() => fromJsonValue(TaskStatus, status))).toBe(
    "MALFORMED_MESSAGE: Failed to find enum for 'TASK_ODD'",
  );
});

test('decodeJson refuses nesting without end', () => {
  const text = `${'{"value":"x","parent":'.repeat(5000)}{"value":"x"}${'}'.repeat(5000)}`;
  expect(problemOf(() => decodeJson(ContainerID, text))).toMatch(/deeper than 100/);
});
