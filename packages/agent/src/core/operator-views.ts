/** What operators are told of frameworks, executors, tasks and operations, in the shapes of the v1 API. */
import type {
  AgentResponse_GetExecutors,
  AgentResponse_GetFrameworks,
  AgentResponse_GetOperations,
  AgentResponse_GetState,
  AgentResponse_GetTasks,
  ExecutorInfo,
  Operation,
  Task,
} from '@stoke/protocol';
import type { Viewer } from './permissions.ts';
import { type AgentState, type Executor, type Framework, isTerminal } from './state.ts';
import { newTaskEntry } from './task-entry.ts';

interface Seat {
  readonly framework: Framework;
  readonly executor: Executor;
}

function frameworksOf(state: AgentState, viewer: Viewer): Framework[] {
  return [...state.frameworks.values(), ...state.completedFrameworks].filter(({ info }) =>
    viewer.framework(info),
  );
}

/** Live executors, and those that ended. */
function executorsOf(state: AgentState, viewer: Viewer): { live: Seat[]; ended: Seat[] } {
  const seats = (of: (framework: Framework) => Iterable<Executor>): Seat[] =>
    frameworksOf(state, viewer).flatMap((framework) =>
      [...of(framework)].map((executor) => ({ framework, executor })),
    );
  return {
    live: seats(({ executors }) => executors.values()),
    ended: seats(({ completedExecutors }) => completedExecutors),
  };
}

/** Those with executors here, and those whose last one ended. */
export function frameworksView(state: AgentState, viewer: Viewer): AgentResponse_GetFrameworks {
  const view = (frameworks: Iterable<Framework>) =>
    [...frameworks]
      .filter(({ info }) => viewer.framework(info))
      .map(({ info }) => ({ framework_info: info }));
  return {
    frameworks: view(state.frameworks.values()),
    completed_frameworks: view(state.completedFrameworks),
  };
}

/** Executors of the agent's own kinds are among them. */
export function executorsView(state: AgentState, viewer: Viewer): AgentResponse_GetExecutors {
  const { live, ended } = executorsOf(state, viewer);
  const view = (seats: readonly Seat[]) =>
    seats
      .filter(({ executor, framework }) => viewer.executor(executor.info, framework.info))
      .map(({ executor }) => ({ executor_info: shownInfo(executor) }));
  return { executors: view(live), completed_executors: view(ended) };
}

/** That of a command task shows the command without its variables, which may hold secrets. */
function shownInfo({ kind, info }: Executor): ExecutorInfo {
  if (kind !== 'command' || info.command === undefined) return info;
  const { environment: _environment, ...command } = info.command;
  return { ...info, command };
}

/**
 * Queued: not handed to their executor. Launched: handed over. Terminated: ended, and somebody has yet to
 * acknowledge it. Completed: all is said. No task is pending here: there is nothing to be asked before a launch.
 */
export function tasksView(state: AgentState, viewer: Viewer): AgentResponse_GetTasks {
  const { live, ended } = executorsOf(state, viewer);
  const tasksOf = (seats: readonly Seat[], of: (seat: Seat) => readonly Task[]): Task[] =>
    seats.flatMap((seat) => of(seat).filter((task) => viewer.task(task, seat.framework.info)));
  const entries = ({ executor }: Seat): Task[] =>
    [...executor.tasks.values()].map(({ task }) => task);
  return {
    pending_tasks: [],
    queued_tasks: tasksOf(live, ({ framework, executor }) =>
      [...executor.queued.values()].map((info) => newTaskEntry(framework, executor, info).task),
    ),
    launched_tasks: tasksOf(live, entries).filter((task) => !isTerminal(task.state)),
    terminated_tasks: tasksOf(live, entries).filter((task) => isTerminal(task.state)),
    completed_tasks: [
      ...tasksOf(live, ({ executor }) => executor.completedTasks),
      ...tasksOf(ended, (seat) => [...seat.executor.completedTasks, ...entries(seat)]),
    ],
  };
}

/** Operations that are still reported to somebody; those of frameworks go with the framework. */
export function operationsView(state: AgentState, viewer: Viewer): AgentResponse_GetOperations {
  const isSeen = ({ framework_id: id }: Operation): boolean => {
    const framework = state.frameworks.get(id?.value ?? '');
    return framework === undefined || viewer.framework(framework.info);
  };
  const operations = [...state.operations.values()].map(({ operation }) => operation);
  const seen = operations.filter(isSeen);
  return seen.length === 0 ? {} : { operations: seen };
}

/** Everything at one moment. */
export function stateView(state: AgentState, viewer: Viewer): AgentResponse_GetState {
  return {
    get_tasks: tasksView(state, viewer),
    get_executors: executorsView(state, viewer),
    get_frameworks: frameworksView(state, viewer),
  };
}
