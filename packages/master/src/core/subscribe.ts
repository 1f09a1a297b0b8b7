/** SUBSCRIBE: a framework is new, comes back, or is refused with an ERROR event. */
import type { FrameworkSpec } from '@stoke/allocator';
import type { FrameworkInfo, SchedulerCall_Subscribe } from '@stoke/protocol';
import { type Quantities, quantitiesFromWire } from '@stoke/resources';
import { announceFramework, announceFrameworkUpdate } from './announcements.ts';
import type { Context } from './context.ts';
import { emit, log, sendAgent, sendEvent } from './context.ts';
import { count } from './counters.ts';
import type { MasterEvent } from './events.ts';
import { detachStream, dropOffers, failoverTimerKey } from './framework-exit.ts';
import {
  frameworkInfoProblems,
  offerConstraintProblems,
  rolesOf,
  suppressedRoleProblems,
} from './framework-validation.ts';
import { constraintTest } from './offer-constraints.ts';
import { roleNeeds, rolesDenied } from './permissions.ts';
import type { Framework, MasterState } from './state.ts';

type Subscribe = Extract<MasterEvent, { type: 'SUBSCRIBE' }>;

function whitelistProblems(state: MasterState, info: FrameworkInfo): string[] {
  const { roles: allowed, rootSubmissions } = state.settings;
  const strangers = rolesOf(info).filter(
    (role) => allowed !== undefined && !allowed.includes(role),
  );
  const problems: string[] = [];
  if (strangers.length > 0) {
    problems.push(`Roles { ${strangers.join(', ')} } are not present in the master's --roles`);
  }
  if (!rootSubmissions && info.user === 'root') {
    problems.push("User 'root' is not allowed to run frameworks without --root_submissions set");
  }
  return problems;
}

/** Every reason to refuse a subscription, in Mesos's order; the wire names the first. */
function subscribeProblems(state: MasterState, subscribe: SchedulerCall_Subscribe): string[] {
  const info = subscribe.framework_info;
  const roles = rolesOf(info);
  const id = info.id?.value ?? '';
  return [
    ...frameworkInfoProblems(info),
    ...whitelistProblems(state, info),
    ...suppressedRoleProblems(subscribe.suppressed_roles ?? [], roles),
    ...offerConstraintProblems(subscribe.offer_constraints, roles),
    ...(state.completedFrameworks.has(id) ? ['Framework has been removed'] : []),
    ...updateProblems(state.frameworks.get(id), info),
  ];
}

/** A returning framework must not change its principal. */
function updateProblems(known: Framework | undefined, info: FrameworkInfo): string[] {
  if (known === undefined || known.principal === info.principal) return [];
  return ["Changing framework's principal is not allowed."];
}

/** What the allocator needs to know of a framework. */
export function frameworkSpec(framework: Framework): FrameworkSpec {
  const minAllocatable = new Map<string, readonly Quantities[]>();
  for (const [role, filters] of Object.entries(framework.info.offer_filters ?? {})) {
    const alternatives = filters.min_allocatable_resources?.quantities;
    if (alternatives !== undefined) {
      minAllocatable.set(
        role,
        alternatives.map((entry) => quantitiesFromWire(entry.quantities ?? {})),
      );
    }
  }
  return {
    frameworkId: framework.id,
    roles: framework.roles,
    suppressedRoles: [...framework.suppressed],
    capabilities: (framework.info.capabilities ?? []).flatMap((entry) => entry.type ?? []),
    minAllocatable,
    accepts: constraintTest(framework.constraints),
    active: framework.stream !== undefined,
  };
}

/** A framework without stream, tasks or offers: new ones and those that agents report begin so. */
export function createFramework(info: FrameworkInfo, id: string, nowMs: number): Framework {
  return {
    id,
    info: { ...info, id: { value: id } },
    roles: rolesOf(info),
    suppressed: new Set(),
    constraints: undefined,
    principal: info.principal,
    stream: undefined,
    recovered: false,
    registeredMs: nowMs,
    reregisteredMs: undefined,
    unregisteredMs: undefined,
    tasks: new Map(),
    unreachableTasks: new Map(),
    completedTasks: [],
    executors: new Map(),
    offers: new Set(),
    inverseOffers: new Set(),
    holdings: 0,
    counters: new Map(),
  };
}

function newFrameworkId(state: MasterState): string {
  const number = state.nextFramework++;
  return `${state.info.id}-${String(number).padStart(4, '0')}`;
}

function sendHeartbeat(ctx: Context, framework: Framework): void {
  const { stream } = framework;
  if (stream === undefined) return;
  sendEvent(ctx, framework, { type: 'HEARTBEAT' });
  emit(ctx, {
    type: 'SET_TIMER',
    key: `heartbeat/${stream}`,
    delayMs: ctx.state.settings.heartbeatIntervalMs,
    event: { type: 'HEARTBEAT_DUE', stream },
  });
}

export function handleHeartbeatDue(ctx: Context, stream: string): void {
  const framework = ctx.state.frameworks.get(ctx.state.streams.get(stream) ?? '');
  if (framework?.stream === stream) sendHeartbeat(ctx, framework);
}

function attachStream(ctx: Context, framework: Framework, stream: string): void {
  framework.stream = stream;
  ctx.state.streams.set(stream, framework.id);
  emit(ctx, { type: 'CANCEL_TIMER', key: failoverTimerKey(framework.id) });
  sendEvent(ctx, framework, {
    type: 'SUBSCRIBED',
    subscribed: {
      framework_id: { value: framework.id },
      heartbeat_interval_seconds: ctx.state.settings.heartbeatIntervalMs / 1000,
      master_info: ctx.state.info,
    },
  });
  sendHeartbeat(ctx, framework);
}

/** Ends the stream of a scheduler whose place another one takes. */
function endOldStream(ctx: Context, framework: Framework): void {
  const { stream } = framework;
  if (stream === undefined) return;
  sendEvent(ctx, framework, { type: 'ERROR', error: { message: 'Framework failed over' } });
  detachStream(ctx, framework);
  emit(ctx, { type: 'CLOSE_STREAM', stream });
}

/** New FrameworkInfo on a known framework: user and checkpoint stay, all else takes effect. */
export function applyFrameworkInfo(
  ctx: Context,
  framework: Framework,
  subscribe: SchedulerCall_Subscribe,
): void {
  const { user, checkpoint } = framework.info;
  const wanted = subscribe.framework_info;
  if (wanted.user !== user || (wanted.checkpoint ?? false) !== (checkpoint ?? false)) {
    log(ctx, 'warn', {
      message: 'framework info: changes of user and checkpoint are ignored',
      frameworkId: framework.id,
    });
  }
  const kept = checkpoint === undefined ? {} : { checkpoint };
  const { checkpoint: _wantedCheckpoint, ...rest } = wanted;
  framework.info = { ...rest, user, ...kept, id: { value: framework.id } };
  framework.roles = rolesOf(wanted);
  framework.suppressed = new Set(subscribe.suppressed_roles ?? []);
  framework.constraints = subscribe.offer_constraints;
}

/** Tells agents of the framework's new info: they send what is not acknowledged again at once. */
export function tellAgents(ctx: Context, framework: Framework): void {
  for (const agent of ctx.state.agents.values()) {
    sendAgent(ctx, agent, {
      type: 'UPDATE_FRAMEWORK',
      update_framework: { framework_info: framework.info },
    });
  }
}

function resubscribe(ctx: Context, framework: Framework, event: Subscribe): void {
  endOldStream(ctx, framework);
  dropOffers(ctx, framework);
  applyFrameworkInfo(ctx, framework, event.subscribe);
  framework.principal = framework.info.principal;
  framework.recovered = false;
  framework.reregisteredMs = ctx.nowMs;
  attachStream(ctx, framework, event.stream);
  ctx.state.allocator.updateFramework(frameworkSpec(framework));
  ctx.state.allocator.setFrameworkActive(framework.id, true);
  tellAgents(ctx, framework);
  announceFrameworkUpdate(ctx, framework);
  log(ctx, 'info', { message: 'framework resubscribed', frameworkId: framework.id });
}

function subscribeNew(ctx: Context, info: FrameworkInfo, event: Subscribe): void {
  const id = info.id?.value || newFrameworkId(ctx.state);
  const framework = createFramework(info, id, ctx.nowMs);
  framework.suppressed = new Set(event.subscribe.suppressed_roles ?? []);
  framework.constraints = event.subscribe.offer_constraints;
  ctx.state.frameworks.set(id, framework);
  attachStream(ctx, framework, event.stream);
  ctx.state.allocator.addFramework(frameworkSpec(framework));
  announceFramework(ctx, framework);
  log(ctx, 'info', { message: 'framework subscribed', frameworkId: id, name: info.name });
}

/** Why the lists keep a framework out of its roles. */
function notAuthorized(state: MasterState, info: FrameworkInfo): string | undefined {
  const roles = rolesOf(info);
  const denial = state.authorizer.denial(info.principal, roleNeeds(roles));
  return denial === undefined ? undefined : rolesDenied(info.id?.value, roles);
}

export function handleSubscribe(ctx: Context, event: Subscribe): void {
  const { principal } = event;
  const given = event.subscribe.framework_info;
  const info = principal === undefined ? given : { ...given, principal };
  const subscribe = { ...event.subscribe, framework_info: info };
  const [problem = notAuthorized(ctx.state, info)] = subscribeProblems(ctx.state, subscribe);
  if (problem !== undefined) {
    log(ctx, 'warn', { message: 'subscription refused', name: info.name, reason: problem });
    emit(ctx, {
      type: 'SEND_EVENT',
      stream: event.stream,
      event: { type: 'ERROR', error: { message: problem } },
    });
    emit(ctx, { type: 'CLOSE_STREAM', stream: event.stream });
    return;
  }
  const known = ctx.state.frameworks.get(info.id?.value ?? '');
  const counter = known === undefined ? 'register' : 'reregister';
  count(ctx.state.counters, `messages_${counter}_framework`);
  if (known !== undefined) resubscribe(ctx, known, { ...event, subscribe });
  else subscribeNew(ctx, info, { ...event, subscribe });
}
