/** Operator calls that read the books: GET_STATE and the like. */
import type { MasterResponse } from '@stoke/protocol';
import type { MasterState } from '../../core/state.ts';
import { agentsView } from '../../core/views/agent-view.ts';
import { frameworksView } from '../../core/views/framework-view.ts';
import { quotaView, weightsView } from '../../core/views/quota-view.ts';
import { rolesView } from '../../core/views/role-view.ts';
import { executorsView, operationsView, stateView, tasksView } from '../../core/views/task-view.ts';
import { BUILD_INFO } from '../../version.ts';
import type { CallHandlers } from './operator-call.ts';
import { messageAnswer } from './operator-call.ts';

/** What the reads show. */
export type ReadFacts = {
  readonly state: MasterState;
  readonly flags: Readonly<Record<string, string>>;
  readonly metrics: () => Readonly<Record<string, number>>;
};

type Type = NonNullable<MasterResponse['type']>;
type Reader = (facts: ReadFacts) => Omit<MasterResponse, 'type'>;

function masterFacts({ state }: ReadFacts): MasterResponse['get_master'] {
  const seconds = state.startedMs / 1000;
  return { master_info: state.info, start_time: seconds, elected_time: seconds };
}

const READERS: Readonly<Partial<Record<Type, Reader>>> = {
  GET_HEALTH: () => ({ get_health: { healthy: true } }),
  GET_FLAGS: ({ flags }) => ({
    get_flags: { flags: Object.entries(flags).map(([name, value]) => ({ name, value })) },
  }),
  GET_VERSION: () => ({ get_version: { version_info: BUILD_INFO } }),
  GET_METRICS: ({ metrics }) => ({
    get_metrics: { metrics: Object.entries(metrics()).map(([name, value]) => ({ name, value })) },
  }),
  GET_STATE: ({ state }) => ({ get_state: stateView(state) }),
  GET_AGENTS: ({ state }) => ({ get_agents: agentsView(state) }),
  GET_FRAMEWORKS: ({ state }) => ({ get_frameworks: frameworksView(state) }),
  GET_EXECUTORS: ({ state }) => ({ get_executors: executorsView(state) }),
  GET_OPERATIONS: ({ state }) => ({ get_operations: operationsView(state) }),
  GET_TASKS: ({ state }) => ({ get_tasks: tasksView(state) }),
  GET_ROLES: ({ state }) => ({ get_roles: { roles: rolesView(state) } }),
  GET_WEIGHTS: ({ state }) =>
    state.weights.size === 0 ? {} : { get_weights: { weight_infos: weightsView(state) } },
  GET_MASTER: (facts) => ({ get_master: masterFacts(facts) }),
  GET_MAINTENANCE_STATUS: () => ({ get_maintenance_status: { status: {} } }),
  GET_MAINTENANCE_SCHEDULE: () => ({ get_maintenance_schedule: { schedule: {} } }),
  GET_QUOTA: ({ state }) => ({ get_quota: { status: quotaView(state) } }),
};

/** One handler per read; the answer has the type of its call. */
export function readCalls(facts: ReadFacts): CallHandlers {
  const types = Object.keys(READERS) as (keyof typeof READERS)[];
  return Object.fromEntries(
    types.map((type) => [
      type,
      ({ format }) => messageAnswer(format, { type, ...READERS[type]?.(facts) }),
    ]),
  ) satisfies CallHandlers;
}
