/** Frameworks in the legacy endpoints. */
import { SchedulerOfferConstraints, type Task, toJsonValue } from '@stoke/protocol';
import { addResources, type Resources } from '@stoke/resources';
import { hasCapability } from '../../core/framework-validation.ts';
import { offeredResources, usedResources } from '../../core/owned-resources.ts';
import type { Framework, MasterState, OfferRecord } from '../../core/state.ts';
import { isConnected } from '../../core/state.ts';
import type { Viewer } from '../../core/viewer.ts';
import { LongList, type Rendering } from '../json-document.ts';
import type { Json } from './resource-json.ts';
import { summaryOf } from './resource-json.ts';
import { executorJson, labelsJson, TASK } from './task-json.ts';

/** What `/state-summary` shows of a framework, before its counters. */
export function frameworkSummaryJson(state: MasterState, framework: Framework): Json {
  return summaryWith(framework, usedResources(framework), offeredResources(state, framework));
}

function summaryWith(framework: Framework, used: Resources, offered: Resources): Json {
  const { info } = framework;
  return {
    id: framework.id,
    name: info.name,
    used_resources: summaryOf(used),
    offered_resources: summaryOf(offered),
    capabilities: (info.capabilities ?? []).flatMap((entry) => entry.type ?? []),
    hostname: info.hostname ?? '',
    webui_url: info.webui_url ?? '',
    active: isConnected(framework),
    connected: isConnected(framework),
    recovered: framework.recovered,
  };
}

function offerJson(offer: OfferRecord): Json {
  return {
    id: offer.id,
    framework_id: offer.frameworkId,
    allocation_info: { role: offer.role },
    slave_id: offer.agentId,
    resources: summaryOf(offer.resources),
  };
}

function timesJson(framework: Framework): Json {
  const { reregisteredMs } = framework;
  return reregisteredMs === undefined ? {} : { reregistered_time: reregisteredMs / 1000 };
}

function rolesJson(framework: Framework): Json {
  if (hasCapability(framework.info, 'MULTI_ROLE')) return { roles: framework.roles };
  return { role: framework.roles[0] ?? '*' };
}

function constraintsJson(framework: Framework): unknown {
  if (framework.constraints === undefined) return {};
  return toJsonValue(SchedulerOfferConstraints, framework.constraints);
}

const OFFER: Rendering<OfferRecord> = {
  text: (offer) => JSON.stringify(offerJson(offer)),
  // An offer never changes.
  stamp: () => [],
};

/** A document with long lists (`renderDocument`): a framework with all it has, for `/state` and `/frameworks`. */
export function frameworkJson(state: MasterState, framework: Framework, viewer: Viewer): Json {
  const { info } = framework;
  const used = usedResources(framework);
  const offered = offeredResources(state, framework);
  const offers = [...framework.offers].flatMap((id) => state.offers.get(id) ?? []);
  const tasksJson = (tasks: readonly Task[]): LongList => {
    const seen = viewer.seesAll ? tasks : tasks.filter((task) => viewer.task(task, info));
    return LongList.of(seen, TASK);
  };
  return {
    ...summaryWith(framework, used, offered),
    user: info.user,
    failover_timeout: info.failover_timeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    registered_time: framework.registeredMs / 1000,
    unregistered_time: (framework.unregisteredMs ?? 0) / 1000,
    ...(info.principal === undefined ? {} : { principal: info.principal }),
    resources: summaryOf(addResources(used, offered)),
    ...timesJson(framework),
    ...rolesJson(framework),
    tasks: tasksJson(Array.from(framework.tasks.values(), ({ task }) => task)),
    unreachable_tasks: tasksJson([...framework.unreachableTasks.values()]),
    completed_tasks: tasksJson(framework.completedTasks),
    offers: LongList.of(offers, OFFER),
    executors: [...framework.executors.values()]
      .filter((executor) => viewer.executor(executor.info, info))
      .map(executorJson),
    ...(info.labels === undefined ? {} : { labels: labelsJson(info.labels) }),
    offer_constraints: constraintsJson(framework),
  };
}
