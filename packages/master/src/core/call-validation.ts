/** Structural checks of a scheduler Call: what Mesos answers with 400 before looking at its state. */
import type { SchedulerCall } from '@stoke/protocol';

const UUID_BYTES = 16;

/** Field that must be present for each call type; SUBSCRIBE is checked on its own. */
const PAYLOAD_OF: Readonly<Record<string, keyof SchedulerCall | undefined>> = {
  TEARDOWN: undefined,
  ACCEPT: 'accept',
  DECLINE: 'decline',
  ACCEPT_INVERSE_OFFERS: 'accept_inverse_offers',
  DECLINE_INVERSE_OFFERS: 'decline_inverse_offers',
  REVIVE: undefined,
  SUPPRESS: undefined,
  KILL: 'kill',
  SHUTDOWN: 'shutdown',
  ACKNOWLEDGE: 'acknowledge',
  ACKNOWLEDGE_OPERATION_STATUS: 'acknowledge_operation_status',
  RECONCILE: 'reconcile',
  RECONCILE_OPERATIONS: 'reconcile_operations',
  MESSAGE: 'message',
  REQUEST: 'request',
  UPDATE_FRAMEWORK: 'update_framework',
};

function subscribeProblem(call: SchedulerCall, principal: string | undefined): string | undefined {
  const info = call.subscribe?.framework_info;
  if (info === undefined) return "Expecting 'subscribe' to be present";
  if (info.id?.value !== call.framework_id?.value) {
    return "'framework_id' differs from 'subscribe.framework_info.id'";
  }
  return principalProblem(info.principal, principal);
}

/** An authenticated principal may be left out of FrameworkInfo, but not be another. */
export function principalProblem(
  declared: string | undefined,
  authenticated: string | undefined,
): string | undefined {
  if (authenticated === undefined || declared === undefined || declared === authenticated) {
    return undefined;
  }
  return `Authenticated principal '${authenticated}' does not match principal '${declared}' set in \`FrameworkInfo\``;
}

function payloadProblem(call: SchedulerCall): string | undefined {
  if (call.type === undefined || !(call.type in PAYLOAD_OF))
    return "Expecting 'type' to be present";
  const field = PAYLOAD_OF[call.type];
  if (field !== undefined && call[field] === undefined) return `Expecting '${field}' to be present`;
  return undefined;
}

function uuidProblem(call: SchedulerCall): string | undefined {
  const uuid = call.acknowledge?.uuid ?? call.acknowledge_operation_status?.uuid;
  return uuid === undefined || uuid.length === UUID_BYTES ? undefined : 'Not a valid UUID';
}

/** The first structural problem of a call, or undefined. `principal` is the authenticated one. */
export function callProblem(
  call: SchedulerCall,
  principal: string | undefined,
): string | undefined {
  if (call.type === undefined) return "Expecting 'type' to be present";
  if (call.type === 'SUBSCRIBE') return subscribeProblem(call, principal);
  if (call.framework_id === undefined) return "Expecting 'framework_id' to be present";
  const problem = payloadProblem(call) ?? uuidProblem(call);
  if (problem !== undefined) return problem;
  if (
    call.type === 'UPDATE_FRAMEWORK' &&
    call.update_framework?.framework_info?.id?.value !== call.framework_id.value
  ) {
    return "'framework_id' differs from 'update_framework.framework_info.id'";
  }
  return undefined;
}
