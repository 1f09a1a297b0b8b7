/** Shared volumes in launches: one that is offered once may be used by many tasks at a time. */
import {
  addResources,
  containsResources,
  filterResources,
  isEmpty,
  NO_RESOURCES,
  type Resources,
  resourcesOf,
  subtractResources,
  uniqueResources,
  withAmount,
} from '@stoke/resources';
import type { Context } from './context.ts';
import type { LaunchScene } from './task-validation.ts';

/** True when the offers hold what is asked for; of a shared volume one use stands for any number. */
export function coversCost(available: Resources, cost: Resources): boolean {
  return containsResources(available, uniqueResources(cost));
}

/** The uses of shared volumes to be added, so that one of each is left when `cost` is taken. */
function furtherUses(available: Resources, cost: Resources): Resources {
  if (!cost.traits.shared) return NO_RESOURCES;
  const { items } = filterResources(cost, (item) => item.shared);
  return resourcesOf(
    items.flatMap((item) => {
      const offered = available.items.find(({ key }) => key === item.key)?.count ?? 0;
      const count = item.count + 1 - offered;
      return count > 0 ? [withAmount(item, { count })] : [];
    }),
  );
}

/** Takes the cost of a launch; shared volumes stay on the bench for whatever comes next. */
export function takeCost(
  ctx: Context,
  { framework, agent, available }: Pick<LaunchScene, 'framework' | 'agent' | 'available'>,
  cost: Resources,
): Resources {
  const uses = furtherUses(available, cost);
  if (!isEmpty(uses)) {
    const [frameworkId, agentId] = [framework.id, agent.id];
    ctx.state.allocator.addUses({ frameworkId, agentId, resources: uses });
  }
  return subtractResources(addResources(available, uses), cost);
}
