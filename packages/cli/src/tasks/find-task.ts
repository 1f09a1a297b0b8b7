/** Finds a task of a cluster by its id, or by the beginning of it, wherever it runs. */
import type { MasterState, TaskSummary } from '@stoke/client';
import type { ContainerID, ContainerStatus } from '@stoke/protocol';
import { AppError } from '@stoke/protocol';

/** A task and where it is. */
export interface FoundTask {
  readonly id: string;
  readonly frameworkId: string;
  readonly framework: string;
  readonly state: TaskSummary['state'];
  /** Of the agent, `http://host:port`. */
  readonly agentUrl: string;
  /** Undefined before it started. */
  readonly container: ContainerID | undefined;
}

const running: ReadonlySet<string> = new Set(['TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLING']);
const shownCandidates = 20;

/**
 * The one task that is meant: of this id, else of this name, else whose id begins so.
 * @param wanted `running`: only tasks one can enter; `any`: also ended ones, after those that run
 * @throws AppError `TASK_UNKNOWN` with what runs, `TASK_AMBIGUOUS` with all that are meant
 */
export function findTask(state: MasterState, asked: string, wanted: 'running' | 'any'): FoundTask {
  const live = tasksOf(state, 'live');
  const found = matching(live, asked);
  const meant =
    found.length === 0 && wanted === 'any' ? matching(tasksOf(state, 'ended'), asked) : found;
  const [task, ...others] = meant;
  if (task === undefined) throw unknownTask(asked, live);
  if (others.length > 0) throw ambiguousTask(asked, meant);
  return task;
}

function matching(tasks: readonly Named[], asked: string): readonly FoundTask[] {
  const byId = tasks.filter(({ id }) => id === asked);
  if (byId.length > 0) return byId;
  const byName = tasks.filter(({ name }) => name === asked);
  if (byName.length > 0) return byName;
  return asked === '' ? [] : tasks.filter(({ id }) => id.startsWith(asked));
}

interface Named extends FoundTask {
  readonly name: string;
}

function tasksOf(state: MasterState, which: 'live' | 'ended'): readonly Named[] {
  const agents = new Map(state.slaves.map(({ id, pid }) => [id, agentUrl(pid)]));
  const frameworks = [...state.frameworks, ...state.completed_frameworks];
  return frameworks.flatMap((framework) => {
    const tasks =
      which === 'live'
        ? framework.tasks.filter((task) => running.has(task.state))
        : [...framework.completed_tasks].reverse();
    return tasks.flatMap((task) => {
      const url = agents.get(task.slave_id);
      if (url === undefined) return [];
      return [
        {
          id: task.id,
          name: task.name,
          frameworkId: framework.id,
          framework: framework.name,
          state: task.state,
          agentUrl: url,
          container: containerOf(task),
        },
      ];
    });
  });
}

/** `slave(1)@ip:port` */
function agentUrl(pid: string): string {
  return `http://${pid.slice(pid.indexOf('@') + 1)}`;
}

function containerOf({ statuses }: TaskSummary): ContainerID | undefined {
  const told = statuses.findLast(({ container_status: status }) => status !== undefined);
  return (told?.container_status as ContainerStatus | undefined)?.container_id;
}

function listed(tasks: readonly FoundTask[]): string {
  const lines = tasks
    .slice(0, shownCandidates)
    .map(({ id, framework, frameworkId }) => `  ${id}  (${framework}, ${frameworkId})`);
  const more = tasks.length - shownCandidates;
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

function unknownTask(asked: string, live: readonly FoundTask[]): Error {
  const what = live.length === 0 ? 'no task runs' : `the running tasks are\n${listed(live)}`;
  return new AppError({
    code: 'TASK_UNKNOWN',
    message: `Cannot find task '${asked}': ${what}`,
    retryable: false,
    details: { task: asked },
  });
}

function ambiguousTask(asked: string, meant: readonly FoundTask[]): Error {
  return new AppError({
    code: 'TASK_AMBIGUOUS',
    message: `Cannot tell which task '${asked}' is; give more of its id:\n${listed(meant)}`,
    retryable: false,
    details: { task: asked, candidates: meant.map(({ id }) => id) },
  });
}
