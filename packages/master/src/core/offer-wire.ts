/** How an offer looks to a framework: shaped by its capabilities. */
import type { Offer, URL } from '@stoke/protocol';
import { toPostRefinement, toPreRefinement, unallocate } from '@stoke/resources';
import { hasCapability } from './framework-validation.ts';
import type { Agent, Framework, OfferRecord } from './state.ts';

/** Where an agent listens, as offers have it. */
export function agentUrl({ info, ip }: Pick<Agent, 'info' | 'ip'>): URL {
  const address = { hostname: info.hostname, ip, port: info.port ?? 5051 };
  return { scheme: 'http', address, path: '/slave(1)' };
}

/** The offer as this framework understands it. Mesos scheduler API, framework capabilities. */
export function offerFor(framework: Framework, offer: OfferRecord): Offer {
  const { allocation_info, ...rest } = offer.wire;
  const multiRole = hasCapability(framework.info, 'MULTI_ROLE');
  const resources = multiRole ? offer.resources : unallocate(offer.resources);
  const refined = hasCapability(framework.info, 'RESERVATION_REFINEMENT');
  return {
    ...rest,
    resources: refined ? toPostRefinement(resources) : toPreRefinement(resources),
    ...(multiRole && allocation_info !== undefined ? { allocation_info } : {}),
  };
}
