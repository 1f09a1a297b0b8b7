/** Finds a task of a cluster by its id, its name, or the beginning of its id, wherever it runs. */
import type { AgentSummary, MasterState, TaskSummary } from '@stoke/client';
import { closestWord } from '@stoke/kit';
import type { ContainerID, ContainerInfo, ContainerStatus } from '@stoke/protocol';
import { taskError } from './task-error.ts';

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
  /** Whether it was launched with a terminal (`tty_info`). */
  readonly hasTerminal: boolean;
}

interface Named extends FoundTask {
  readonly name: string;
  /** The last words about it. */
  readonly message: string | undefined;
}

/** A master's state, and where it was asked. */
export interface AskedMaster {
  readonly url: string;
  readonly state: MasterState;
}

const running: ReadonlySet<string> = new Set(['TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLING']);
const shownCandidates = 20;

/**
 * The one task that is meant: of this id, else of this name, else whose id begins so.
 * @param wanted `running`: only tasks one can enter; `any`: also ended ones, after those that run
 * @throws AppError `TASK_UNKNOWN` with what runs, `TASK_AMBIGUOUS` with all that are meant, `TASK_NOT_RUNNING`
 */
export function findTask(master: AskedMaster, asked: string, wanted: 'running' | 'any'): FoundTask {
  const all = tasksOf(master);
  const live = all.filter(({ state }) => running.has(state));
  const others = all.filter(({ state }) => !running.has(state));
  const found = matching(live, asked);
  const meant = found.length > 0 ? found : matching(others, asked);
  const [task, ...more] = meant;
  if (task === undefined) throw unknownTask(asked, live);
  const isSame = more.every(({ id }) => id === task.id);
  if (found.length === 0 && wanted === 'running' && isSame) throw notRunning(task);
  if (more.length > 0) throw ambiguousTask(asked, meant);
  return task;
}

/** Ids of the tasks that run. */
export function runningTasks(master: AskedMaster): readonly string[] {
  return tasksOf(master).flatMap(({ id, state }) => (running.has(state) ? [id] : []));
}

function matching(tasks: readonly Named[], asked: string): readonly Named[] {
  const byId = tasks.filter(({ id }) => id === asked);
  if (byId.length > 0) return byId;
  const byName = tasks.filter(({ name }) => name === asked);
  if (byName.length > 0) return byName;
  return asked === '' ? [] : tasks.filter(({ id }) => id.startsWith(asked));
}

/** Ended ones after the others, the last one first. */
function tasksOf({ url, state }: AskedMaster): readonly Named[] {
  const agents = new Map(state.slaves.map((agent) => [agent.id, agentUrl(agent, url)]));
  const frameworks = [...state.frameworks, ...state.completed_frameworks];
  return frameworks.flatMap(({ id: frameworkId, name: framework, tasks, completed_tasks }) =>
    [...tasks, ...[...completed_tasks].reverse()].flatMap((task) => {
      const agent = agents.get(task.slave_id);
      return agent === undefined ? [] : [named(task, { frameworkId, framework, agentUrl: agent })];
    }),
  );
}

function named(
  task: TaskSummary,
  place: Pick<FoundTask, 'frameworkId' | 'framework' | 'agentUrl'>,
): Named {
  const { id, name, state, statuses, container } = task;
  const told = statuses.findLast(({ container_status: status }) => status !== undefined);
  return {
    ...place,
    id,
    name,
    state,
    container: (told?.container_status as ContainerStatus | undefined)?.container_id,
    hasTerminal: (container as ContainerInfo | undefined)?.tty_info !== undefined,
    message: (statuses.at(-1) as { readonly message?: string } | undefined)?.message,
  };
}

/** Certificates name hosts; without TLS the address is the surer way. The pid is `slave(1)@ip:port`. */
function agentUrl({ pid, hostname, port, scheme }: AgentSummary, masterUrl: string): string {
  const isSecure = (scheme ?? masterUrl.slice(0, masterUrl.indexOf(':'))) === 'https';
  if (isSecure) return `https://${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  return `http://${pid.slice(pid.indexOf('@') + 1)}`;
}

function listed(tasks: readonly FoundTask[]): string {
  const lines = tasks
    .slice(0, shownCandidates)
    .map(({ id, framework, frameworkId }) => `  ${id}  (${framework}, ${frameworkId})`);
  const more = tasks.length - shownCandidates;
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

function unknownTask(asked: string, live: readonly Named[]): Error {
  const near = closestWord(asked, [...live.map(({ id }) => id), ...live.map(({ name }) => name)]);
  const guess = near === undefined ? '' : `did you mean '${near}'? `;
  const what = live.length === 0 ? 'no task runs' : `the running tasks are\n${listed(live)}`;
  return taskError('TASK_UNKNOWN', `Cannot find task '${asked}': ${guess}${what}`, { task: asked });
}

function ambiguousTask(asked: string, meant: readonly FoundTask[]): Error {
  const message = `Cannot tell which task '${asked}' is; give more of its id:\n${listed(meant)}`;
  return taskError('TASK_AMBIGUOUS', message, {
    task: asked,
    candidates: meant.map(({ id }) => id),
  });
}

const waiting: ReadonlySet<string> = new Set(['TASK_STAGING']);

function notRunning({ id, state, message }: Named): Error {
  const said = message === undefined || message === '' ? '' : `: ${message}`;
  const what = waiting.has(state)
    ? 'it has not started yet'
    : `it ended (${state}${said}); 'stoke logs' shows what it wrote`;
  return taskError('TASK_NOT_RUNNING', `Cannot enter task '${id}': ${what}`, { task: id, state });
}
