/** The output side of the Mesos JSON dialect. */
import { expect, test } from 'vitest';
import {
  encodeJson,
  FrameworkInfo,
  MasterInfo,
  MasterResponse,
  Resource,
  SchedulerEvent,
  TaskStatus,
  toJsonValue,
  Value_Scalar,
} from './index.ts';

test('encodeJson shows explicit defaults of unset fields and leaves the rest out', () => {
  expect(encodeJson(FrameworkInfo, { user: 'root', name: 'x' })).toBe(
    '{"user":"root","name":"x","failover_timeout":0.0,"checkpoint":false}',
  );
});

test('encodeJson leaves the deprecated default of a role out', () => {
  expect(encodeJson(Resource, { name: 'cpus', type: 'SCALAR', scalar: { value: 1 } })).toBe(
    '{"name":"cpus","type":"SCALAR","scalar":{"value":1.0}}',
  );
});

test('encodeJson shows the default of a required field that is missing', () => {
  const value = { id: 'm', ip: 1 } as MasterInfo;
  expect(encodeJson(MasterInfo, value)).toBe('{"id":"m","ip":1,"port":5050}');
});

test.each([
  [1, '1.0'],
  [-0.5, '-0.5'],
  [0.1, '0.1'],
  [1795204637.890244, '1795204637.890244'],
  [Number.POSITIVE_INFINITY, '"Infinity"'],
  [Number.NEGATIVE_INFINITY, '"-Infinity"'],
  [1e21, '1e+21'],
  [Number.NaN, '"NaN"'],
])('encodeJson writes the double %d as %s', (value, text) => {
  expect(encodeJson(Value_Scalar, { value })).toBe(`{"value":${text}}`);
});

test('encodeJson writes bytes as base64 and does not escape slashes', () => {
  const status: TaskStatus = {
    task_id: { value: 'a/b"\n' },
    state: 'TASK_RUNNING',
    uuid: new Uint8Array([255, 254, 253, 252]),
  };
  expect(encodeJson(TaskStatus, status)).toBe(
    '{"task_id":{"value":"a/b\\"\\n"},"state":"TASK_RUNNING","uuid":"//79/A=="}',
  );
});

test('encodeJson leaves empty lists out', () => {
  expect(encodeJson(SchedulerEvent, { type: 'OFFERS', offers: { offers: [] } })).toBe(
    '{"type":"OFFERS","offers":{}}',
  );
});

test('encodeJson shows the lists of GET_TASKS even when they are empty or absent', () => {
  expect(encodeJson(MasterResponse, { type: 'GET_TASKS', get_tasks: { tasks: [] } })).toBe(
    '{"type":"GET_TASKS","get_tasks":{"tasks":[],"unreachable_tasks":[],"completed_tasks":[]}}',
  );
});

test('toJsonValue gives the same as a plain value', () => {
  expect(toJsonValue(FrameworkInfo, { user: 'u', name: 'n', checkpoint: true })).toEqual({
    user: 'u',
    name: 'n',
    failover_timeout: 0,
    checkpoint: true,
  });
});
