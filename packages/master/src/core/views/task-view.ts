/** Tasks, executors and operations as the operator API shows them. */
import type {
  MasterResponse_GetExecutors,
  MasterResponse_GetOperations,
  MasterResponse_GetState,
  MasterResponse_GetTasks,
  Operation,
  Task,
} from '@stoke/protocol';
import type { Framework, MasterState } from '../state.ts';
import { seesResource, type Viewer } from '../viewer.ts';
import { agentsView } from './agent-view.ts';
import { frameworksView } from './framework-view.ts';

function frameworksSeen(state: MasterState, viewer: Viewer): Framework[] {
  const all = [...state.frameworks.values(), ...state.completedFrameworks.values()];
  return viewer.seesAll ? all : all.filter(({ info }) => viewer.framework(info));
}

/** Mesos operator API, GET_TASKS. Tasks are those of the books: encode before they change. */
export function tasksView(state: MasterState, viewer: Viewer): MasterResponse_GetTasks {
  const frameworks = frameworksSeen(state, viewer);
  const seen = (tasksOf: (framework: Framework) => Task[]): Task[] =>
    frameworks.flatMap((framework) => {
      const tasks = tasksOf(framework);
      return viewer.seesAll ? tasks : tasks.filter((task) => viewer.task(task, framework.info));
    });
  return {
    tasks: seen(({ tasks }) => [...tasks.values()].map(({ task }) => task)),
    unreachable_tasks: seen(({ unreachableTasks }) => [...unreachableTasks.values()]),
    completed_tasks: seen(({ completedTasks }) => completedTasks),
  };
}

/** Mesos operator API, GET_EXECUTORS. */
export function executorsView(state: MasterState, viewer: Viewer): MasterResponse_GetExecutors {
  const executors = frameworksSeen(state, viewer).flatMap((framework) =>
    [...framework.executors.values()].filter(({ info }) => viewer.executor(info, framework.info)),
  );
  return {
    executors: executors.map(({ info, agentId }) => ({
      executor_info: info,
      agent_id: { value: agentId },
    })),
  };
}

/** The framework that wants it may be seen, and the roles of its resources. */
function seesOperation(state: MasterState, viewer: Viewer, operation: Operation): boolean {
  const owner = state.frameworks.get(operation.framework_id?.value ?? '');
  if (owner !== undefined && !viewer.framework(owner.info)) return false;
  const { reserve, unreserve, create, destroy } = operation.info;
  const resources = [
    ...(reserve?.resources ?? []),
    ...(unreserve?.resources ?? []),
    ...(create?.volumes ?? []),
    ...(destroy?.volumes ?? []),
  ];
  return resources.every((resource) => seesResource(viewer, resource));
}

/** Mesos operator API, GET_OPERATIONS: those that are not through. */
export function operationsView(state: MasterState, viewer: Viewer): MasterResponse_GetOperations {
  const operations = [...state.agents.values()].flatMap((agent) => [...agent.operations.values()]);
  if (viewer.seesAll) return { operations };
  return {
    operations: operations.filter((operation) => seesOperation(state, viewer, operation)),
  };
}

/** Mesos operator API, GET_STATE and SUBSCRIBED: everything at once. */
export function stateView(state: MasterState, viewer: Viewer): MasterResponse_GetState {
  return {
    get_tasks: tasksView(state, viewer),
    get_executors: executorsView(state, viewer),
    get_frameworks: frameworksView(state, viewer),
    get_agents: agentsView(state, viewer),
  };
}
