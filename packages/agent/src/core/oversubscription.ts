/** Revocable resources on top of the configured ones: the agent may promise more than it has. */
import type { Resource } from '@stoke/protocol';
import { parseResources, toPostRefinement } from '@stoke/resources';

export type RevocableResources =
  | { readonly ok: true; readonly wire: readonly Resource[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads `--oversubscribed_resources`: scalars that are nobody's, all of them made revocable. */
export function revocableResources(flag: string): RevocableResources {
  const parsed = parseResources(flag, '*');
  if (!parsed.ok) return parsed;
  const unfit = parsed.resources.items.filter(
    ({ kind, reservations, disk }) =>
      kind !== 'SCALAR' || reservations.length > 0 || disk !== undefined,
  );
  if (unfit.length > 0) {
    const names = unfit.map(({ name }) => `'${name}'`).join(', ');
    return { ok: false, problems: [`${names}: only unreserved amounts can be oversubscribed`] };
  }
  const wire = toPostRefinement(parsed.resources);
  return { ok: true, wire: wire.map((resource) => ({ ...resource, revocable: {} })) };
}
