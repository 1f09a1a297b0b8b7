/** Names of metrics that clients expect to find, also while nothing was counted. */
import {
  Offer_Operation_Type,
  SchedulerCall_Type,
  SchedulerEvent_Type,
  TaskState,
} from '@stoke/protocol';
import { isTerminal } from '../core/task-states.ts';

/** Counters of the core that are shown also while they are zero. */
const COUNTERS: readonly string[] = [
  'dropped_messages',
  'event_queue_dispatches',
  'event_queue_http_requests',
  'event_queue_messages',
  'http_cache_hits',
  'invalid_operation_status_update_acknowledgements',
  'invalid_operation_status_updates',
  'messages_authenticate',
  'messages_deactivate_framework',
  'messages_executor_to_framework',
  'messages_exited_executor',
  'messages_operation_status_update',
  'messages_operation_status_update_acknowledgement',
  'messages_register_framework',
  'messages_register_slave',
  'messages_reregister_framework',
  'messages_reregister_slave',
  'messages_status_update',
  'messages_unregister_slave',
  'messages_update_slave',
  'slave_shutdowns_canceled',
  'slave_shutdowns_completed',
  'slave_shutdowns_scheduled',
  'valid_operation_status_update_acknowledgements',
  'valid_operation_status_updates',
  'invalid_executor_to_framework_messages',
  'invalid_framework_to_executor_messages',
  'invalid_status_update_acknowledgements',
  'invalid_status_updates',
  'recovery_slave_removals',
  'slave_registrations',
  'slave_removals',
  'slave_removals/reason_registered',
  'slave_removals/reason_unhealthy',
  'slave_removals/reason_unregistered',
  'slave_reregistrations',
  'slave_unreachable_canceled',
  'slave_unreachable_completed',
  'slave_unreachable_scheduled',
  'tasks_dropped',
  'tasks_error',
  'tasks_failed',
  'tasks_finished',
  'tasks_gone',
  'tasks_gone_by_operator',
  'tasks_killed',
  'tasks_lost',
  'valid_executor_to_framework_messages',
  'valid_framework_to_executor_messages',
  'valid_status_update_acknowledgements',
  'valid_status_updates',
];

/** Operations that are counted by state; launches are counted as tasks. */
const OPERATIONS = [
  'create',
  'create_disk',
  'destroy',
  'destroy_disk',
  'grow_volume',
  'reserve',
  'shrink_volume',
  'unreserve',
] as const;

const OPERATION_STATES = [
  'dropped',
  'error',
  'failed',
  'finished',
  'gone_by_operator',
  'pending',
  'recovering',
  'total',
  'unreachable',
] as const;

/** Full names of everything that is zero until something happens. */
export const ZERO_METRICS: readonly string[] = [
  ...COUNTERS.map((name) => `master/${name}`),
  ...OPERATION_STATES.flatMap((state) => [
    `master/operations/${state}`,
    ...OPERATIONS.map((operation) => `master/operations/${operation}/${state}`),
  ]),
  'allocator/event_queue_dispatches',
  'allocator/mesos/event_queue_dispatches',
];

function lowerNames(prefix: string, names: readonly string[]): string[] {
  const known = names.filter((name) => name !== 'UNKNOWN');
  return known.map((name) => `${prefix}/${name.toLowerCase()}`);
}

/** States of tasks that a framework's gauges tell of. */
export const ACTIVE_TASK_STATES: readonly TaskState[] = [
  'TASK_STAGING',
  'TASK_STARTING',
  'TASK_RUNNING',
  'TASK_KILLING',
  'TASK_UNREACHABLE',
  'TASK_UNKNOWN',
];

/** Counters of each framework that are shown also while they are zero. */
export const FRAMEWORK_COUNTERS: readonly string[] = [
  'calls',
  ...lowerNames('calls', SchedulerCall_Type.names),
  'events',
  ...lowerNames('events', SchedulerEvent_Type.names),
  'offers/accepted',
  'offers/declined',
  'offers/rescinded',
  'offers/sent',
  'operations',
  ...lowerNames('operations', Offer_Operation_Type.names),
  ...lowerNames('tasks/terminal', TaskState.names.filter(isTerminal)),
];
