/** Tasks, executors and operations as the operator API shows them. */
import type {
  MasterResponse_GetExecutors,
  MasterResponse_GetOperations,
  MasterResponse_GetState,
  MasterResponse_GetTasks,
} from '@stoke/protocol';
import type { Framework, MasterState } from '../state.ts';
import { agentsView } from './agent-view.ts';
import { frameworksView } from './framework-view.ts';

function allFrameworks(state: MasterState): Framework[] {
  return [...state.frameworks.values(), ...state.completedFrameworks.values()];
}

/** Mesos operator API, GET_TASKS. Tasks are those of the books: encode before they change. */
export function tasksView(state: MasterState): MasterResponse_GetTasks {
  const frameworks = allFrameworks(state);
  return {
    tasks: frameworks.flatMap(({ tasks }) => [...tasks.values()].map(({ task }) => task)),
    unreachable_tasks: frameworks.flatMap((framework) => [...framework.unreachableTasks.values()]),
    completed_tasks: frameworks.flatMap((framework) => framework.completedTasks),
  };
}

/** Mesos operator API, GET_EXECUTORS. */
export function executorsView(state: MasterState): MasterResponse_GetExecutors {
  const executors = allFrameworks(state).flatMap((framework) => [...framework.executors.values()]);
  return {
    executors: executors.map(({ info, agentId }) => ({
      executor_info: info,
      agent_id: { value: agentId },
    })),
  };
}

/** Mesos operator API, GET_OPERATIONS: those that are not through. */
export function operationsView(state: MasterState): MasterResponse_GetOperations {
  return {
    operations: [...state.agents.values()].flatMap((agent) => [...agent.operations.values()]),
  };
}

/** Mesos operator API, GET_STATE and SUBSCRIBED: everything at once. */
export function stateView(state: MasterState): MasterResponse_GetState {
  return {
    get_tasks: tasksView(state),
    get_executors: executorsView(state),
    get_frameworks: frameworksView(state),
    get_agents: agentsView(state),
  };
}
