/** Which calls of executors are refused, and in which words ("Mesos executor API"). */
import type { ExecutorCall, TaskStatus } from '@stoke/protocol';
import type { AgentState, Executor } from './state.ts';

/** A refusal with the status of its answer, or the executor that called. */
export type CheckedCall =
  | { readonly ok: true; readonly executor: Executor }
  | { readonly ok: false; readonly status: 400 | 403; readonly message: string };

const uuidBytes = 16;

/** Checks the form of a call; undefined when it is well formed. */
export function callProblem(call: ExecutorCall): string | undefined {
  switch (call.type) {
    case undefined:
    case 'UNKNOWN':
      return "Expecting 'type' to be present";
    case 'SUBSCRIBE':
      return call.subscribe === undefined ? "Expecting 'subscribe' to be present" : undefined;
    case 'MESSAGE':
      return call.message === undefined ? "Expecting 'message' to be present" : undefined;
    case 'UPDATE':
      return call.update === undefined
        ? "Expecting 'update' to be present"
        : statusProblem(call, call.update.status);
    default:
      return undefined;
  }
}

function statusProblem(call: ExecutorCall, status: TaskStatus): string | undefined {
  const caller = call.executor_id.value;
  if (status.uuid === undefined) return "Expecting 'uuid' to be present";
  if (status.uuid.length !== uuidBytes) return 'Not a valid UUID';
  if (status.executor_id !== undefined && status.executor_id.value !== caller) {
    return `ExecutorID in Call: ${caller} does not match ExecutorID in TaskStatus: ${status.executor_id.value}`;
  }
  const sender = `executor ${caller} of framework ${call.framework_id.value}`;
  if (status.source !== 'SOURCE_EXECUTOR') {
    return `Received Call from ${sender} with invalid source, expecting 'SOURCE_EXECUTOR'`;
  }
  if (status.state === 'TASK_STAGING') {
    return `Received TASK_STAGING from ${sender} which is not allowed`;
  }
  return undefined;
}

/** Finds the caller; everything but SUBSCRIBE needs an open stream. */
export function findCaller(state: AgentState, call: ExecutorCall): CheckedCall {
  const refuse = (status: 400 | 403, message: string): CheckedCall => ({
    ok: false,
    status,
    message,
  });
  const framework = state.frameworks.get(call.framework_id.value);
  if (framework === undefined) return refuse(400, 'Framework cannot be found');
  const executor = framework.executors.get(call.executor_id.value);
  if (executor === undefined || executor.kind !== 'custom') {
    return refuse(400, 'Executor cannot be found');
  }
  if (call.type !== 'SUBSCRIBE' && executor.connection === undefined) {
    return refuse(403, 'Executor is not subscribed');
  }
  return { ok: true, executor };
}
