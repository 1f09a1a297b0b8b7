/** Which ports a container may listen on, and how it is told of one too many. */
import type { Resource } from '@stoke/protocol';
import {
  coalesce,
  containsRanges,
  formatRanges,
  type Ranges,
  resourcesFromTrustedWire,
  subtractRanges,
} from '@stoke/resources';
import type { Limitation } from './events.ts';

/** All ports among the resources. */
export function portsOf(wire: readonly Resource[]): Ranges {
  const items = resourcesFromTrustedWire(wire).items.filter(({ name }) => name === 'ports');
  return coalesce(items.flatMap(({ ranges }) => ranges));
}

/** Ports the agent offers that a container listens on without having them: others are nobody's to give. */
export function foreignPorts(
  listening: ReadonlySet<number>,
  { offered, allocated }: { readonly offered: Ranges; readonly allocated: Ranges },
): Ranges {
  const single = [...listening].map((port) => ({ begin: port, end: port }));
  const counted = single.filter((port) => containsRanges(offered, [port]));
  return subtractRanges(coalesce(counted), allocated);
}

export function portLimitation(ports: Ranges): Limitation {
  return {
    reason: 'REASON_CONTAINER_LIMITATION',
    message: `Listens on ports that it was not given: ${formatRanges(ports)}`,
    limits: { resources: [{ name: 'ports', type: 'RANGES', ranges: { range: [...ports] } }] },
  };
}
