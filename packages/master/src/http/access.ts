/** What routes and calls of the operator API need: the one table that says who may do what over HTTP. */
import type { Authorizer, Need } from '@stoke/kit';
import type { MasterCall } from '@stoke/protocol';
import { needsOn, needsOnMachines, operationNeeds } from '../core/permissions.ts';
import type { MasterState } from '../core/state.ts';
import type { HttpAnswer } from './answer.ts';
import { textAnswer } from './answer.ts';
import { orderOf } from './operator/resource-orders.ts';

/**
 * How a route is guarded. `open`: anybody may. `filtered`: the answer holds only what the caller may see.
 * `checked`: what is needed depends on the body, so its handler asks `denied`. Otherwise: these needs.
 */
export type Access = 'open' | 'filtered' | 'checked' | readonly Need[];

type CallType = NonNullable<MasterCall['type']>;

/** How a call is guarded: as routes are, or by what it asks for. */
export type CallAccess =
  | 'open'
  | 'filtered'
  | ((call: MasterCall, state: MasterState) => readonly Need[]);

const order: CallAccess = (call) => operationNeeds(orderOf(call).operation);
const agent =
  (action: Need['action']): CallAccess =>
  () => [{ action }];
const only =
  (action: Need['action'], object?: string): CallAccess =>
  () => [{ action, object }];

/** What ending this framework needs; nothing when there is none to end. */
export function teardownNeeds(state: MasterState, frameworkId: string): readonly Need[] {
  const framework = state.frameworks.get(frameworkId);
  if (framework === undefined) return [];
  return [{ action: 'teardown_frameworks', object: framework.principal }];
}

/** Every call of the operator API. A call without a line here does not compile. */
export const CALL_ACCESS: Readonly<Record<CallType, CallAccess>> = {
  UNKNOWN: 'open',
  GET_HEALTH: 'open',
  GET_VERSION: 'open',
  GET_MASTER: 'open',
  GET_LOGGING_LEVEL: 'open',
  GET_FLAGS: only('view_flags'),
  GET_METRICS: only('get_endpoints', '/metrics/snapshot'),
  SET_LOGGING_LEVEL: only('set_log_level'),
  LIST_FILES: only('access_mesos_logs'),
  READ_FILE: only('access_mesos_logs'),
  GET_STATE: 'filtered',
  GET_AGENTS: 'filtered',
  GET_FRAMEWORKS: 'filtered',
  GET_EXECUTORS: 'filtered',
  GET_OPERATIONS: 'filtered',
  GET_TASKS: 'filtered',
  GET_ROLES: 'filtered',
  GET_WEIGHTS: 'filtered',
  GET_QUOTA: 'filtered',
  SUBSCRIBE: 'filtered',
  UPDATE_WEIGHTS: ({ update_weights }) =>
    needsOn(
      'update_weights',
      (update_weights?.weight_infos ?? []).map(({ role }) => role),
    ),
  UPDATE_QUOTA: ({ update_quota }) =>
    needsOn(
      'update_quotas',
      (update_quota?.quota_configs ?? []).map(({ role }) => role),
    ),
  SET_QUOTA: ({ set_quota }) => needsOn('update_quotas', [set_quota?.quota_request?.role]),
  REMOVE_QUOTA: ({ remove_quota }) => needsOn('update_quotas', [remove_quota?.role]),
  RESERVE_RESOURCES: order,
  UNRESERVE_RESOURCES: order,
  CREATE_VOLUMES: order,
  DESTROY_VOLUMES: order,
  GROW_VOLUME: order,
  SHRINK_VOLUME: order,
  TEARDOWN: ({ teardown }, state) => teardownNeeds(state, teardown?.framework_id.value ?? ''),
  DRAIN_AGENT: agent('drain_agents'),
  DEACTIVATE_AGENT: agent('deactivate_agents'),
  REACTIVATE_AGENT: agent('reactivate_agents'),
  MARK_AGENT_GONE: agent('mark_agents_gone'),
  GET_MAINTENANCE_STATUS: only('get_maintenance_statuses'),
  GET_MAINTENANCE_SCHEDULE: only('get_maintenance_schedules'),
  UPDATE_MAINTENANCE_SCHEDULE: ({ update_maintenance_schedule }) =>
    needsOnMachines(
      'update_maintenance_schedules',
      (update_maintenance_schedule?.schedule?.windows ?? []).flatMap(
        ({ machine_ids }) => machine_ids ?? [],
      ),
    ),
  START_MAINTENANCE: ({ start_maintenance }) =>
    needsOnMachines('start_maintenances', start_maintenance?.machines ?? []),
  STOP_MAINTENANCE: ({ stop_maintenance }) =>
    needsOnMachines('stop_maintenances', stop_maintenance?.machines ?? []),
};

/** 403 for what the principal may not do; undefined when he may. */
export function denied(
  authorizer: Authorizer,
  principal: string | undefined,
  needs: readonly Need[],
): HttpAnswer | undefined {
  const denial = authorizer.denial(principal, needs);
  return denial === undefined ? undefined : textAnswer(403, `403 Forbidden. ${denial}`);
}
