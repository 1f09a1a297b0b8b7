/** Calls of subscribed frameworks, each to its handler. */
import type { SchedulerCall } from '@stoke/protocol';
import { handleAccept, handleDecline } from './accept.ts';
import type { Context } from './context.ts';
import { log } from './context.ts';
import { count } from './counters.ts';
import { handleKill, handleMessage, handleShutdown } from './executor-calls.ts';
import { removeFramework } from './framework-exit.ts';
import { handleUpdateFramework } from './framework-update.ts';
import { handleInverseAnswer } from './inverse-offers.ts';
import { handleAcknowledgeOperation, handleReconcileOperations } from './operations.ts';
import { handleReconcile } from './reconcile.ts';
import type { Framework } from './state.ts';
import { handleAcknowledge } from './status-updates.ts';

/** Roles of SUPPRESS and REVIVE: all when none is named; undefined when one of them is not ours. */
function namedRoles(framework: Framework, named: readonly string[]): readonly string[] | undefined {
  if (named.length === 0) return framework.roles;
  return named.every((role) => framework.roles.includes(role)) ? named : undefined;
}

function handleSuppress(ctx: Context, framework: Framework, named: readonly string[]): void {
  const roles = namedRoles(framework, named);
  if (roles === undefined) {
    dropRoles(ctx, framework, named);
    return;
  }
  for (const role of roles) framework.suppressed.add(role);
  ctx.state.allocator.suppress(framework.id, roles);
}

function handleRevive(ctx: Context, framework: Framework, named: readonly string[]): void {
  const roles = namedRoles(framework, named);
  if (roles === undefined) {
    dropRoles(ctx, framework, named);
    return;
  }
  for (const role of roles) framework.suppressed.delete(role);
  ctx.state.allocator.revive(framework.id, roles);
}

/** One bad role and the whole call is dropped, as Mesos does. */
function dropRoles(ctx: Context, framework: Framework, named: readonly string[]): void {
  log(ctx, 'warn', {
    message: 'call dropped: role not subscribed',
    frameworkId: framework.id,
    named,
  });
}

type Handlers = { readonly [T in NonNullable<SchedulerCall['type']>]?: Handler };
type Handler = (ctx: Context, framework: Framework, call: SchedulerCall) => void;

const HANDLERS: Handlers = {
  TEARDOWN: (ctx, framework) => removeFramework(ctx, framework),
  ACCEPT: (ctx, framework, { accept }) => accept && handleAccept(ctx, framework, accept),
  DECLINE: (ctx, framework, { decline }) => decline && handleDecline(ctx, framework, decline),
  ACCEPT_INVERSE_OFFERS: (ctx, framework, { accept_inverse_offers: call }) =>
    call && handleInverseAnswer(ctx, framework, { answer: 'ACCEPT', ...call }),
  DECLINE_INVERSE_OFFERS: (ctx, framework, { decline_inverse_offers: call }) =>
    call && handleInverseAnswer(ctx, framework, { answer: 'DECLINE', ...call }),
  REVIVE: (ctx, framework, { revive }) => handleRevive(ctx, framework, revive?.roles ?? []),
  SUPPRESS: (ctx, framework, { suppress }) => handleSuppress(ctx, framework, suppress?.roles ?? []),
  KILL: (ctx, framework, { kill }) => kill && handleKill(ctx, framework, kill),
  SHUTDOWN: (ctx, framework, { shutdown }) => shutdown && handleShutdown(ctx, framework, shutdown),
  MESSAGE: (ctx, framework, { message }) => message && handleMessage(ctx, framework, message),
  ACKNOWLEDGE: (ctx, framework, { acknowledge }) =>
    acknowledge && handleAcknowledge(ctx, framework, acknowledge),
  RECONCILE: (ctx, framework, { reconcile }) =>
    reconcile && handleReconcile(ctx, framework, reconcile),
  ACKNOWLEDGE_OPERATION_STATUS: (ctx, framework, { acknowledge_operation_status: call }) =>
    call && handleAcknowledgeOperation(ctx, framework, call),
  RECONCILE_OPERATIONS: (ctx, framework, { reconcile_operations: call }) =>
    call && handleReconcileOperations(ctx, framework, call),
  UPDATE_FRAMEWORK: (ctx, framework, { update_framework: call }) =>
    call && handleUpdateFramework(ctx, framework, call),
};

/** A checked call of a live framework. What is not in the table is accepted and ignored. */
export function handleCall(ctx: Context, frameworkId: string, call: SchedulerCall): void {
  const framework = ctx.state.frameworks.get(frameworkId);
  if (framework === undefined || call.type === undefined) return;
  const name = call.type.toLowerCase();
  count(framework.counters, 'calls');
  count(framework.counters, `calls/${name}`);
  HANDLERS[call.type]?.(ctx, framework, call);
}
