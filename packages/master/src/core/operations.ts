/** Offer operations other than launches: for now only what is known about them, which is nothing. */
import type { OperationStatus, SchedulerCall_ReconcileOperations } from '@stoke/protocol';
import type { Context } from './context.ts';
import { sendEvent } from './context.ts';
import type { Framework } from './state.ts';

/** RECONCILE_OPERATIONS: no operation is ever pending, so each one asked for is unknown. */
export function handleReconcileOperations(
  ctx: Context,
  framework: Framework,
  call: SchedulerCall_ReconcileOperations,
): void {
  for (const { operation_id, agent_id } of call.operations ?? []) {
    if (agent_id !== undefined && ctx.state.recoveredAgents.has(agent_id.value)) continue;
    const why =
      agent_id === undefined
        ? "Operation is unknown and no 'agent_id' was provided"
        : 'Operation is unknown';
    const status: OperationStatus = {
      operation_id,
      state: 'OPERATION_UNKNOWN',
      message: `Reconciliation: ${why}`,
      ...(agent_id === undefined ? {} : { agent_id }),
    };
    sendEvent(ctx, framework, {
      type: 'UPDATE_OPERATION_STATUS',
      update_operation_status: { status },
    });
  }
}
