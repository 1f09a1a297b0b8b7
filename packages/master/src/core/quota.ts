/** Quota of roles: checked, kept in the registry, then given to the allocator. */
import type { QuotaConfig } from '@stoke/protocol';
import { containsQuantities, maySee } from '@stoke/resources';
import type { Context } from './context.ts';
import { emit, log } from './context.ts';
import type { MasterEvent } from './events.ts';
import { offersOf, rescindOffer } from './offers.ts';
import {
  configOfRequest,
  guaranteesOf,
  isDefaultQuota,
  limitsOf,
  setQuotaRefusal,
  updateQuotaProblems,
} from './quota-validation.ts';
import { refuse, reply } from './replies.ts';
import { consumedScalars, type RoleTable, roleTable } from './roles.ts';
import type { MasterState } from './state.ts';

type EventOf<T extends MasterEvent['type']> = Extract<MasterEvent, { type: T }>;

/** Key of a quota in the registry. */
function quotaKey(role: string): string {
  return `quota/${role}`;
}

/**
 * The books change at once, so that two requests at a time are judged one after the other; the
 * allocator and the caller learn of it when the registry has it.
 */
function store(ctx: Context, request: string, configs: readonly QuotaConfig[]): void {
  for (const config of configs) ctx.state.quotas.set(config.role, config);
  emit(ctx, {
    type: 'STORE',
    writes: configs.map((config) => ({ key: quotaKey(config.role), value: config })),
    after: { type: 'QUOTA_STORED', request, roles: configs.map(({ role }) => role) },
  });
}

/** Mesos operator API, UPDATE_QUOTA: all of them or none. */
export function handleUpdateQuota(ctx: Context, event: EventOf<'UPDATE_QUOTA'>): void {
  const { request, configs, force } = event;
  const [reason] = updateQuotaProblems(ctx.state, configs, force);
  if (reason === undefined) store(ctx, request, configs);
  else refuse(ctx, request, { status: 400, reason });
}

/** Mesos operator API, SET_QUOTA: only for roles without quota. */
export function handleSetQuota(ctx: Context, event: EventOf<'SET_QUOTA'>): void {
  const refusal = setQuotaRefusal(ctx.state, event.quota);
  if (refusal === undefined) store(ctx, event.request, [configOfRequest(event.quota)]);
  else refuse(ctx, event.request, refusal);
}

/** Mesos operator API, REMOVE_QUOTA: only for roles with quota. */
export function handleRemoveQuota(ctx: Context, event: EventOf<'REMOVE_QUOTA'>): void {
  const { request, role } = event;
  if (!ctx.state.quotas.delete(role)) {
    refuse(ctx, request, { status: 400, reason: `Role '${role}' has no quota set` });
    return;
  }
  emit(ctx, {
    type: 'STORE',
    writes: [{ key: quotaKey(role), value: undefined }],
    after: { type: 'QUOTA_STORED', request, roles: [role] },
  });
}

/** Gives the allocator what the books say of a role. */
export function applyQuota(state: MasterState, role: string): void {
  const config = state.quotas.get(role);
  const none = config === undefined || isDefaultQuota(config);
  state.allocator.setQuota(
    role,
    none ? undefined : { guarantees: guaranteesOf(config), limits: limitsOf(config) },
  );
}

/** Guaranteed, and not yet consumed. */
function isOwed(ctx: Context, table: RoleTable, role: string): boolean {
  const guarantees = guaranteesOf(ctx.state.quotas.get(role));
  return !containsQuantities(consumedScalars(table, role), guarantees);
}

/** Offers that the new quota would not have allowed, or whose resources somebody is owed now. */
function rescindForQuota(ctx: Context, roles: readonly string[]): void {
  const table = roleTable(ctx.state);
  const owed = roles.some((role) => isOwed(ctx, table, role));
  for (const offer of offersOf(ctx, ctx.state.offers.keys())) {
    const changed = roles.some((role) => maySee(offer.role, role));
    if (changed || owed) rescindOffer(ctx, offer);
  }
}

/** The registry holds it: it counts from now on. */
export function handleQuotaStored(ctx: Context, event: EventOf<'QUOTA_STORED'>): void {
  for (const role of event.roles) applyQuota(ctx.state, role);
  rescindForQuota(ctx, event.roles);
  log(ctx, 'info', { message: 'quota updated', roles: event.roles });
  reply(ctx, event.request);
}
