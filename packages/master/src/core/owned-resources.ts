/** Sums of what agents and frameworks hold, remembered until it changes. */
import { type Resources, sumResources } from '@stoke/resources';
import type { Agent, Framework, MasterState } from './state.ts';

type Owner = Agent | Framework;

/** What was summed up when the owner's count of changes was `holdings`. */
type Sums = {
  readonly holdings: number;
  used: Resources | undefined;
  offered: Resources | undefined;
};

const sums = new WeakMap<Pick<Owner, 'holdings'>, Sums>();

function sumsOf(owner: Pick<Owner, 'holdings'>): Sums {
  const known = sums.get(owner);
  if (known?.holdings === owner.holdings) return known;
  const fresh: Sums = { holdings: owner.holdings, used: undefined, offered: undefined };
  sums.set(owner, fresh);
  return fresh;
}

/** Notes that tasks, executors or offers of these owners came, went or gave their resources back. */
export function changeHoldings(...owners: readonly (Owner | undefined)[]): void {
  for (const owner of owners) if (owner !== undefined) owner.holdings++;
}

/** What live tasks and executors hold. */
export function usedResources(owner: Pick<Owner, 'tasks' | 'executors' | 'holdings'>): Resources {
  const known = sumsOf(owner);
  known.used ??= sumResources(usedParts(owner));
  return known.used;
}

function* usedParts({ tasks, executors }: Pick<Owner, 'tasks' | 'executors'>): Iterable<Resources> {
  for (const { released, resources } of tasks.values()) if (!released) yield resources;
  for (const { resources } of executors.values()) yield resources;
}

/** What open offers hold. */
export function offeredResources(
  state: MasterState,
  owner: Pick<Owner, 'offers' | 'holdings'>,
): Resources {
  const known = sumsOf(owner);
  known.offered ??= sumResources(
    [...owner.offers].flatMap((id) => state.offers.get(id)?.resources ?? []),
  );
  return known.offered;
}
