/** A framework as the operator API shows it. */
import type {
  MasterResponse_GetFrameworks,
  MasterResponse_GetFrameworks_Framework,
  Offer,
} from '@stoke/protocol';
import { toEndpoint, toPostRefinement } from '@stoke/resources';
import { offeredResources, usedResources } from '../owned-resources.ts';
import type { Framework, MasterState } from '../state.ts';
import { isConnected } from '../state.ts';
import type { Viewer } from '../viewer.ts';
import { timeInfo } from './time-info.ts';

type View = MasterResponse_GetFrameworks_Framework;

function identity(framework: Framework): View {
  return {
    framework_info: framework.info,
    active: isConnected(framework),
    connected: isConnected(framework),
    recovered: framework.recovered,
    registered_time: timeInfo(framework.registeredMs),
    reregistered_time: timeInfo(framework.reregisteredMs ?? framework.registeredMs),
  };
}

/** Mesos operator API, FRAMEWORK_ADDED and FRAMEWORK_UPDATED: without what it holds. */
export function frameworkEventView(framework: Framework): View {
  return { ...identity(framework), unregistered_time: timeInfo(framework.unregisteredMs ?? 0) };
}

function offersOf(state: MasterState, framework: Framework): Offer[] {
  return [...framework.offers].flatMap((id) => {
    const offer = state.offers.get(id);
    return offer === undefined
      ? []
      : [{ ...offer.wire, resources: toPostRefinement(offer.resources) }];
  });
}

/** Mesos operator API, GET_FRAMEWORKS. */
function frameworkView(state: MasterState, framework: Framework): View {
  const { unregisteredMs, constraints } = framework;
  const inverse = [...framework.inverseOffers].flatMap(
    (id) => state.inverseOffers.get(id)?.wire ?? [],
  );
  return {
    ...identity(framework),
    ...(unregisteredMs === undefined ? {} : { unregistered_time: timeInfo(unregisteredMs) }),
    offers: offersOf(state, framework),
    ...(inverse.length === 0 ? {} : { inverse_offers: inverse }),
    allocated_resources: toEndpoint(usedResources(framework)),
    offered_resources: toEndpoint(offeredResources(state, framework)),
    offer_constraints: constraints ?? {},
  };
}

export function frameworksView(state: MasterState, viewer: Viewer): MasterResponse_GetFrameworks {
  const views = (frameworks: Iterable<Framework>): View[] =>
    [...frameworks]
      .filter(({ info }) => viewer.framework(info))
      .map((framework) => frameworkView(state, framework));
  return {
    frameworks: views(state.frameworks.values()),
    completed_frameworks: views(state.completedFrameworks.values()),
  };
}
