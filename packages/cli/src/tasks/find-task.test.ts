import type { MasterState } from '@stoke/client';
import { expect, test } from 'vitest';
import { findTask } from './find-task.ts';

function task(id: string, state = 'TASK_RUNNING') {
  const container_status = { container_id: { value: `c-${id}` } };
  const statuses = [{ state, timestamp: 1, container_status }];
  return { id, name: `name-${id}`, state, slave_id: 'S0', statuses };
}

const agent = { id: 'S0', pid: 'slave(1)@127.0.0.1:5051', hostname: 'one.example', port: 5051 };
const state = {
  slaves: [agent],
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
const master = { url: 'http://127.0.0.1:5050', state };

test('findTask takes an id, a name, and the beginning of an id that is the only one', () => {
  const found = findTask(master, 'web-1', 'running');
  expect(found).toMatchObject({ id: 'web-1', agentUrl: 'http://127.0.0.1:5051' });
  expect(found.container).toEqual({ value: 'c-web-1' });
  expect(findTask(master, 'name-web-10', 'running').id).toBe('web-10');
  expect(findTask(master, 'web-10', 'running').id).toBe('web-10');
});

test('findTask lists all candidates when several are meant', () => {
  expect(() => findTask(master, 'web', 'running')).toThrow(/web-1 .*\n.*web-10 /);
});

test('findTask lists what runs when nothing is meant', () => {
  expect(() => findTask(master, 'nope', 'running')).toThrow(
    /Cannot find task 'nope': the running tasks are\n {2}web-1/,
  );
});

test('findTask guesses what was mistyped', () => {
  expect(() => findTask(master, 'wbe-1', 'running')).toThrow(/did you mean 'web-1'\? the running/);
});

test('findTask says what became of a task that one cannot enter', () => {
  expect(() => findTask(master, 'old', 'running')).toThrow(
    "Cannot enter task 'old': it ended (TASK_FINISHED); 'stoke logs' shows what it wrote",
  );
  expect(() => findTask(master, 'late', 'running')).toThrow(
    "Cannot enter task 'late': it has not started yet",
  );
});

test('findTask speaks with an agent as its master is spoken with, unless told otherwise', () => {
  const url = 'https://127.0.0.1:5050';
  expect(findTask({ url, state }, 'web-1', 'running').agentUrl).toBe('https://one.example:5051');
  const plain = { ...state, slaves: [{ ...agent, scheme: 'http' }] } as unknown as MasterState;
  const found = findTask({ url, state: plain }, 'web-1', 'running');
  expect(found.agentUrl).toBe('http://127.0.0.1:5051');
});

test('findTask finds ended tasks where they are wanted', () => {
  expect(findTask(master, 'old', 'any').id).toBe('old');
});
