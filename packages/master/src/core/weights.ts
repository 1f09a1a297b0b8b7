/** Weights of roles: checked, kept in the registry, then given to the allocator. */
import type { WeightInfo } from '@stoke/protocol';
import { roleProblem } from '@stoke/resources';
import type { Context } from './context.ts';
import { emit, log } from './context.ts';
import type { MasterEvent } from './events.ts';
import { offersOf, rescindOffer } from './offers.ts';
import { refuse, reply } from './replies.ts';
import type { MasterState } from './state.ts';

type Update = Extract<MasterEvent, { type: 'UPDATE_WEIGHTS' }>;
type Stored = Extract<MasterEvent, { type: 'WEIGHTS_STORED' }>;

/** Key of a weight in the registry. */
function weightKey(role: string): string {
  return `weight/${role}`;
}

function weightProblem(state: MasterState, { role = '', weight }: WeightInfo): string | undefined {
  const problem = roleProblem(role);
  if (problem !== undefined) return `Invalid role '${role}': ${problem}`;
  const { roles } = state.settings;
  if (roles !== undefined && !roles.includes(role)) return `Unknown role '${role}'`;
  if (Number.isFinite(weight) && weight > 0) return undefined;
  return `Invalid weight '${weight}': Weights must be positive`;
}

/** Mesos operator API, UPDATE_WEIGHTS: all of them or none. */
export function handleUpdateWeights(ctx: Context, { request, weights }: Update): void {
  for (const info of weights) {
    const problem = weightProblem(ctx.state, info);
    if (problem !== undefined) {
      const role = info.role ?? '';
      const reason = `Failed to validate update weights request JSON for role '${role}': ${problem}`;
      refuse(ctx, request, { status: 400, reason });
      return;
    }
  }
  emit(ctx, {
    type: 'STORE',
    writes: weights.map(({ role = '', weight }) => ({ key: weightKey(role), value: { weight } })),
    after: { type: 'WEIGHTS_STORED', request, weights },
  });
}

/** The registry holds the weights: they count from now on. */
export function handleWeightsStored(ctx: Context, { request, weights }: Stored): void {
  const { state } = ctx;
  for (const { role = '', weight } of weights) state.weights.set(role, weight);
  state.allocator.setWeights(new Map(state.weights));
  rescindForFairness(ctx, weights);
  log(ctx, 'info', { message: 'weights updated', roles: weights.map(({ role }) => role) });
  reply(ctx, request);
}

/** Offers were made by the old weights: when a role in use changed, they are made anew. */
function rescindForFairness(ctx: Context, weights: readonly WeightInfo[]): void {
  const changed = new Set(weights.map(({ role }) => role));
  const used = [...ctx.state.frameworks.values()].some((framework) =>
    framework.roles.some((role) => changed.has(role)),
  );
  if (!used) return;
  for (const offer of offersOf(ctx, ctx.state.offers.keys())) rescindOffer(ctx, offer);
}
