/** Operator calls that read the books: GET_STATE and the like. */
import type { MasterResponse } from '@stoke/protocol';
import type { MasterState } from '../../core/state.ts';
import type { Viewer } from '../../core/viewer.ts';
import { agentsView } from '../../core/views/agent-view.ts';
import { frameworksView } from '../../core/views/framework-view.ts';
import { maintenanceStatusView, scheduleView } from '../../core/views/maintenance-view.ts';
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
type Reader = (facts: ReadFacts, viewer: Viewer) => Omit<MasterResponse, 'type'>;

function masterFacts({ state }: ReadFacts): MasterResponse['get_master'] {
  const { startedMs, electedMs } = state;
  return {
    master_info: state.info,
    start_time: startedMs / 1000,
    elected_time: electedMs / 1000,
  };
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
  GET_STATE: ({ state }, viewer) => ({ get_state: stateView(state, viewer) }),
  GET_AGENTS: ({ state }, viewer) => ({ get_agents: agentsView(state, viewer) }),
  GET_FRAMEWORKS: ({ state }, viewer) => ({ get_frameworks: frameworksView(state, viewer) }),
  GET_EXECUTORS: ({ state }, viewer) => ({ get_executors: executorsView(state, viewer) }),
  GET_OPERATIONS: ({ state }, viewer) => ({ get_operations: operationsView(state, viewer) }),
  GET_TASKS: ({ state }, viewer) => ({ get_tasks: tasksView(state, viewer) }),
  GET_ROLES: ({ state }, viewer) => ({ get_roles: { roles: rolesView(state, viewer) } }),
  GET_WEIGHTS: ({ state }, viewer) =>
    state.weights.size === 0 ? {} : { get_weights: { weight_infos: weightsView(state, viewer) } },
  GET_MASTER: (facts) => ({ get_master: masterFacts(facts) }),
  GET_MAINTENANCE_STATUS: ({ state }) => ({
    get_maintenance_status: { status: maintenanceStatusView(state) },
  }),
  GET_MAINTENANCE_SCHEDULE: ({ state }) => ({
    get_maintenance_schedule: { schedule: scheduleView(state) },
  }),
  GET_QUOTA: ({ state }, viewer) => ({ get_quota: { status: quotaView(state, viewer) } }),
};

/** One handler per read; the answer has the type of its call. */
export function readCalls(facts: ReadFacts): CallHandlers {
  const types = Object.keys(READERS) as (keyof typeof READERS)[];
  return Object.fromEntries(
    types.map((type) => [
      type,
      ({ format, request }) =>
        messageAnswer(format, { type, ...READERS[type]?.(facts, request.viewer()) }),
    ]),
  ) satisfies CallHandlers;
}
