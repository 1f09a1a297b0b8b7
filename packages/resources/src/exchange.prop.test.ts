/** Operations neither make nor lose resources, and what an agent remembers gives its total back. */
import type { Offer_Operation, Resource } from '@stoke/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyExchange, checkpointedOf, exchangeOf, withCheckpointed } from './exchange.ts';
import { resourcesFromTrustedWire } from './from-wire.ts';
import { quantitiesOf } from './quantities.ts';
import { isPersistentVolume, type ResourceItem } from './resource-item.ts';
import { equalResources, type Resources } from './resources.ts';
import { toPostRefinement } from './to-wire.ts';

const CONFIGURED = resourcesFromTrustedWire([
  { name: 'cpus', type: 'SCALAR', scalar: { value: 4 } },
  { name: 'mem', type: 'SCALAR', scalar: { value: 1024 } },
  { name: 'disk', type: 'SCALAR', scalar: { value: 4096 } },
  { name: 'mem', type: 'SCALAR', scalar: { value: 64 }, role: 'web' },
  { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 10, end: 20 }] } },
]);

type Choice = { readonly pick: number; readonly part: number };

/** A piece of one item, as wire. */
function piece(item: ResourceItem, part: number): Resource {
  const [wire] = toPostRefinement({ items: [item], traits: CONFIGURED.traits });
  if (wire === undefined) throw new Error('an item has a wire form');
  if (item.kind !== 'SCALAR' || isPersistentVolume(item)) return wire;
  return { ...wire, scalar: { value: Math.max(1, Math.floor((item.milli * part) / 4000)) } };
}

function reserved(resource: Resource): Resource {
  const depth = resource.reservations?.length ?? 0;
  const role = ['web', 'web/a', 'web/a/b', 'web/a/b/c'][depth] ?? `web/${'x/'.repeat(depth)}y`;
  const top = { type: 'DYNAMIC', role } as const;
  return { ...resource, reservations: [...(resource.reservations ?? []), top] };
}

type Kind = (resource: Resource, part: number) => Offer_Operation;

/** What may be done to an item; the rest is what validation refuses. */
function kindsFor(item: ResourceItem, nth: number): Kind[] {
  const disk = {
    persistence: { id: `v${nth}` },
    volume: { container_path: 'data', mode: 'RW' },
  } as const;
  if (isPersistentVolume(item)) {
    return [
      (resource) => ({ type: 'DESTROY', destroy: { volumes: [resource] } }),
      (volume, part) => {
        const value = Math.min(part, item.milli / 1000);
        return { type: 'SHRINK_VOLUME', shrink_volume: { volume, subtract: { value } } };
      },
      (volume, part) => {
        const addition = { ...volume, disk: undefined, scalar: { value: part } };
        return { type: 'GROW_VOLUME', grow_volume: { volume, addition } };
      },
    ];
  }
  const reserve: Kind = (resource) => ({
    type: 'RESERVE',
    reserve: { resources: [reserved(resource)] },
  });
  if (item.reservations.at(-1)?.type !== 'DYNAMIC') return [reserve];
  const unreserve: Kind = (resource) => ({
    type: 'UNRESERVE',
    unreserve: { resources: [resource] },
  });
  const create: Kind = (resource) => ({
    type: 'CREATE',
    create: { volumes: [{ ...resource, disk }] },
  });
  return item.name === 'disk' ? [reserve, unreserve, create] : [reserve, unreserve];
}

function operationFor(total: Resources, { pick, part }: Choice, nth: number): Offer_Operation {
  const possible = total.items.flatMap((item) =>
    kindsFor(item, nth).map((kind) => kind(piece(item, part), part)),
  );
  return possible[pick % possible.length] ?? {};
}

const choices = fc.array(fc.record({ pick: fc.nat(1000), part: fc.integer({ min: 1, max: 4 }) }), {
  maxLength: 40,
});

test('applyExchange keeps every amount and checkpointedOf remembers the rest, whatever the sequence', () => {
  let applied = 0;
  fc.assert(
    fc.property(choices, (sequence) => {
      let total = CONFIGURED;
      for (const [nth, choice] of sequence.entries()) {
        const exchange = exchangeOf(operationFor(total, choice, nth));
        const next = exchange && applyExchange(total, exchange);
        if (next === undefined) continue;
        total = next;
        applied += 1;
      }
      expect(quantitiesOf(total)).toEqual(quantitiesOf(CONFIGURED));
      const again = withCheckpointed(CONFIGURED, checkpointedOf(total));
      expect(equalResources(again, total)).toBe(true);
    }),
    { numRuns: 300, seed: 7 },
  );
  expect(applied).toBeGreaterThan(1000);
});

test('applyExchange refuses what is not there', () => {
  const cpus = { name: 'cpus', type: 'SCALAR', scalar: { value: 100 } } as const;
  const exchange = exchangeOf({ type: 'RESERVE', reserve: { resources: [reserved(cpus)] } });
  expect(exchange && applyExchange(CONFIGURED, exchange)).toBeUndefined();
});
