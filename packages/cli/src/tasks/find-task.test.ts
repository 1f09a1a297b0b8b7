import type { MasterState } from '@stoke/client';
import { expect, test } from 'vitest';
import { findTask } from './find-task.ts';

function task(id: string, state = 'TASK_RUNNING') {
  const container_status = { container_id: { value: `c-${id}` } };
  const statuses = [{ state, timestamp: 1, container_status }];
  return { id, name: `name-${id}`, state, slave_id: 'S0', statuses };
}

const state = {
  slaves: [{ id: 'S0', pid: 'slave(1)@127.0.0.1:5051' }],
  frameworks: [
    {
      id: 'F1',
      name: 'one',
      tasks: [task('web-1'), task('web-10'), task('late', 'TASK_STAGING')],
      completed_tasks: [task('old', 'TASK_FINISHED')],
    },
  ],
  completed_frameworks: [],
} as unknown as MasterState;

test('findTask takes an id, a name, and the beginning of an id that is the only one', () => {
  const found = findTask(state, 'web-1', 'running');
  expect(found).toMatchObject({ id: 'web-1', agentUrl: 'http://127.0.0.1:5051' });
  expect(found.container).toEqual({ value: 'c-web-1' });
  expect(findTask(state, 'name-web-10', 'running').id).toBe('web-10');
  expect(findTask(state, 'web-10', 'running').id).toBe('web-10');
});

test('findTask lists all candidates when several are meant', () => {
  expect(() => findTask(state, 'web', 'running')).toThrow(/web-1 .*\n.*web-10 /);
});

test('findTask lists what runs when nothing is meant', () => {
  expect(() => findTask(state, 'nope', 'running')).toThrow(
    /Cannot find task 'nope': the running tasks are\n {2}web-1/,
  );
  expect(() => findTask(state, 'late', 'running')).toThrow(/Cannot find/);
});

test('findTask finds ended tasks only where they are wanted', () => {
  expect(() => findTask(state, 'old', 'running')).toThrow(/Cannot find/);
  expect(findTask(state, 'old', 'any').id).toBe('old');
});
