/** `/tasks`: tasks of all frameworks, newest first, a page at a time. */
import type { Task } from '@stoke/protocol';
import type { Framework, MasterState } from '../../core/state.ts';
import type { Viewer } from '../../core/viewer.ts';
import type { Json } from './resource-json.ts';
import { taskJson } from './task-json.ts';

const DEFAULT_LIMIT = 100;

function startOf(task: Task): number {
  return task.statuses?.[0]?.timestamp ?? 0;
}

/** A whole number, or the default when it is none: Mesos ignores what it cannot read. */
function numberOf(text: string | null, fallback: number): number {
  return text !== null && /^\d+$/.test(text) ? Number(text) : fallback;
}

function allTasks(framework: Framework): Task[] {
  return [
    ...[...framework.tasks.values()].map((record) => record.task),
    ...framework.unreachableTasks.values(),
    ...framework.completedTasks,
  ];
}

export function tasksJson(state: MasterState, query: URLSearchParams, viewer: Viewer): Json {
  const frameworkId = query.get('framework_id');
  const taskId = query.get('task_id');
  const ascending = query.get('order') === 'asc';
  const frameworks = [...state.frameworks.values(), ...state.completedFrameworks.values()];
  const tasks = frameworks
    .filter(({ id }) => frameworkId === null || id === frameworkId)
    .filter(({ info }) => viewer.framework(info))
    .flatMap((framework) => allTasks(framework).filter((task) => viewer.task(task, framework.info)))
    .filter((task) => taskId === null || task.task_id.value === taskId)
    .sort((left, right) => (startOf(left) - startOf(right)) * (ascending ? 1 : -1));
  const offset = numberOf(query.get('offset'), 0);
  const limit = numberOf(query.get('limit'), DEFAULT_LIMIT);
  return { tasks: tasks.slice(offset, offset + limit).map(taskJson) };
}
