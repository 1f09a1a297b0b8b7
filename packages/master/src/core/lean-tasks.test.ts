import type { Task, TaskStatus } from '@stoke/protocol';
import { expect, test } from 'vitest';
import { sharedLabels } from './shared-parts.ts';
import { recordStatus } from './task-states.ts';

const labelled = (value: string): Pick<Task, 'labels'> => ({
  labels: { labels: [{ key: 'owner', value }] },
});

test('sharedLabels() keeps equal labels once, and others apart', () => {
  const first = sharedLabels(labelled('shop')).labels;
  expect(sharedLabels(labelled('shop')).labels).toBe(first);
  expect(sharedLabels(labelled('bank'))).toEqual(labelled('bank'));
  expect(sharedLabels({})).toEqual({});
});

test('recordStatus() keeps the ids that the task has already, and leaves earlier lists as they were', () => {
  const task: Task = {
    name: 't',
    task_id: { value: 't' },
    framework_id: { value: 'f' },
    agent_id: { value: 'a' },
    state: 'TASK_STAGING',
  };
  const status = (state: TaskStatus['state'], executor: string): TaskStatus => ({
    task_id: { value: 't' },
    agent_id: { value: 'a' },
    executor_id: { value: executor },
    state,
    data: new Uint8Array(3),
    container_status: { network_infos: [{ ip_addresses: [{ ip_address: '10.0.0.1' }] }] },
  });
  recordStatus(task, status('TASK_RUNNING', 't'));
  const before = task.statuses;
  recordStatus(task, status('TASK_RUNNING', 'e'));
  recordStatus(task, status('TASK_FINISHED', 't'));
  expect(before).toHaveLength(1);
  const { data: _running, ...running } = status('TASK_RUNNING', 'e');
  const { data: _finished, ...finished } = status('TASK_FINISHED', 't');
  expect(task.statuses).toEqual([running, finished]);
  expect(task.statuses?.[1]?.executor_id).toBe(task.task_id);
  expect(task.statuses?.[1]?.agent_id).toBe(task.agent_id);
  expect(task.statuses?.[1]?.container_status?.network_infos).toBe(
    before?.[0]?.container_status?.network_infos,
  );
});
