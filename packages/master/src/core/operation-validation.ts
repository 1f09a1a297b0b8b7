/** Validation of offer operations that change resources: the first problem, in the words of Mesos where clients see them. */
import type { Offer_Operation, Resource } from '@stoke/protocol';
import { idProblem } from '@stoke/protocol';
import {
  containsResources,
  equalResources,
  exchangeOf,
  isPersistentVolume,
  type ResourceItem,
  type Resources,
  reservationRole,
  resourcesFromTrustedWire,
  resourcesFromWire,
  resourcesOf,
  toMilli,
  toUnreserved,
  unallocate,
} from '@stoke/resources';
import { createDiskProblem, destroyDiskProblem } from './disk-operations.ts';
import { hasCapability } from './framework-validation.ts';
import { resourcesText } from './resource-text.ts';
import type { Agent, Framework } from './state.ts';

/** What an operation is judged against; without a framework it comes from an operator. */
export type OperationScene = {
  readonly agent: Agent;
  readonly framework: Framework | undefined;
  /** The role the offer is allocated to; undefined for operators, who may reserve to any. */
  readonly role: string | undefined;
  readonly principal: string | undefined;
};

type Check = (operation: Offer_Operation, scene: OperationScene) => string | undefined;

const CHECKS: { readonly [T in NonNullable<Offer_Operation['type']>]?: Check } = {
  RESERVE: reserveProblem,
  UNRESERVE: unreserveProblem,
  CREATE: createProblem,
  DESTROY: destroyProblem,
  GROW_VOLUME: growProblem,
  SHRINK_VOLUME: shrinkProblem,
  CREATE_DISK: createDiskProblem,
  DESTROY_DISK: destroyDiskProblem,
};

/** All resources an operation names, as they came. */
function resourcesNamed(operation: Offer_Operation): Resource[] {
  const { reserve, unreserve, create, destroy, grow_volume, shrink_volume } = operation;
  const { create_disk, destroy_disk } = operation;
  return [
    ...(reserve?.source ?? []),
    ...(reserve?.resources ?? []),
    ...(unreserve?.resources ?? []),
    ...(create?.volumes ?? []),
    ...(destroy?.volumes ?? []),
    ...(grow_volume === undefined ? [] : [grow_volume.volume, grow_volume.addition]),
    ...(shrink_volume === undefined ? [] : [shrink_volume.volume]),
    ...(create_disk === undefined ? [] : [create_disk.source]),
    ...(destroy_disk === undefined ? [] : [destroy_disk.source]),
  ];
}

/** Why the operation cannot be done on this agent, whatever is offered; undefined when it can. */
export function operationProblem(
  operation: Offer_Operation,
  scene: OperationScene,
): string | undefined {
  const check = operation.type === undefined ? undefined : CHECKS[operation.type];
  if (check === undefined) return `Operation ${operation.type} is not supported by this agent`;
  const wire = resourcesNamed(operation);
  if (wire.length === 0) return `No resources to ${operation.type?.toLowerCase()} are given`;
  return wireProblem(wire, scene) ?? check(operation, scene);
}

function wireProblem(wire: readonly Resource[], scene: OperationScene): string | undefined {
  const parsed = resourcesFromWire(wire);
  if (!parsed.ok) return `Invalid resources: ${parsed.problems.join('; ')}`;
  if (wire.some((one) => one.type === 'SCALAR' && !((one.scalar?.value ?? 0) > 0))) {
    return 'Invalid resources: Invalid scalar resource: value <= 0';
  }
  const stranger = parsed.resources.items.find(
    ({ allocatedTo }) => allocatedTo !== undefined && allocatedTo !== scene.role,
  );
  if (stranger === undefined) return undefined;
  if (scene.role === undefined) return 'Resources of operators must not be allocated to a role';
  return `Resource '${stranger.name}' is allocated to role '${stranger.allocatedTo}', but the offer to '${scene.role}'`;
}

function plain(wire: readonly Resource[] | undefined): Resources {
  return unallocate(resourcesFromTrustedWire(wire ?? []));
}

function textOf(item: ResourceItem): string {
  return resourcesText(resourcesOf([item]));
}

function firstProblem(
  resources: Resources,
  judge: (item: ResourceItem) => string | undefined,
): string | undefined {
  return resources.items.map(judge).find((problem) => problem !== undefined);
}

function dynamicProblem(item: ResourceItem): string | undefined {
  if (item.reservations.at(-1)?.type === 'DYNAMIC') return undefined;
  return `Resource ${textOf(item)} is not dynamically reserved`;
}

function reserveProblem({ reserve }: Offer_Operation, scene: OperationScene): string | undefined {
  const source = reserve?.source ?? [];
  if (source.length > 0) {
    const problem = sourceProblem(source, { reserve, scene });
    if (problem !== undefined) return problem;
  }
  return firstProblem(
    plain(reserve?.resources),
    (item) => dynamicProblem(item) ?? reservationProblem(item, scene),
  );
}

/** Operators may reserve anew what is reserved already. */
function sourceProblem(
  source: readonly Resource[],
  {
    reserve,
    scene,
  }: { readonly reserve: Offer_Operation['reserve']; readonly scene: OperationScene },
): string | undefined {
  if (scene.role !== undefined) {
    return "Frameworks cannot reserve resources that are reserved already ('source'); unreserve them first";
  }
  const before = toUnreserved(plain(source));
  if (equalResources(before, toUnreserved(plain(reserve?.resources)))) return undefined;
  return "'source' and 'resources' must differ in their reservations only";
}

/** A reservation is made in the name of whoever makes it. */
function strangerProblem(
  named: string | undefined,
  principal: string | undefined,
): string | undefined {
  if (principal === undefined || named === principal) return undefined;
  if (named === undefined) {
    return `A reserve operation was attempted by principal '${principal}', but there is a reserved resource in the request with no principal set`;
  }
  return `A reserve operation was attempted by authenticated principal '${principal}', which does not match a reserved resource in the request with principal '${named}'`;
}

function reservationProblem(item: ResourceItem, scene: OperationScene): string | undefined {
  const role = reservationRole(item);
  if (scene.role !== undefined && role !== scene.role) {
    return `A reserve operation was attempted for a resource with role '${role}', but the resource was allocated to role '${scene.role}'`;
  }
  const stranger = strangerProblem(item.reservations.at(-1)?.principal, scene.principal);
  if (stranger !== undefined) return stranger;
  if (item.revocable) return `Resource ${textOf(item)} is revocable and cannot be reserved`;
  if (isPersistentVolume(item)) {
    return `A persistent volume ${textOf(item)} must already be reserved; reserve its disk first`;
  }
  return undefined;
}

function unreserveProblem({ unreserve }: Offer_Operation): string | undefined {
  return firstProblem(plain(unreserve?.resources), (item) => {
    if (!isPersistentVolume(item)) return dynamicProblem(item);
    return `A dynamically reserved persistent volume ${textOf(item)} cannot be unreserved directly. Please destroy the persistent volume first then unreserve the resource`;
  });
}

function createProblem({ create }: Offer_Operation, scene: OperationScene): string | undefined {
  const volumes = plain(create?.volumes);
  return (
    firstProblem(volumes, (item) => volumeProblem(item, scene)) ?? uniqueProblem(volumes, scene)
  );
}

function volumeProblem(item: ResourceItem, scene: OperationScene): string | undefined {
  const persistence = item.disk?.persistence;
  const volume = item.disk?.volume;
  if (persistence === undefined) return "Expecting 'persistence' to be set";
  if (reservationRole(item) === undefined) {
    return 'Invalid resources: Invalid DiskInfo: Persistent volumes cannot be created from unreserved resources';
  }
  const type = item.disk?.source?.type;
  if (type === 'BLOCK' || type === 'RAW') {
    return `Persistent volumes cannot be created from ${type} disks; make a MOUNT disk with CREATE_DISK first`;
  }
  if (volume === undefined) return "Expecting 'volume' to be set for persistent volume";
  if (volume.host_path !== undefined) {
    return "Expecting 'host_path' to be unset for persistent volume";
  }
  if (volume.mode !== 'RW') return 'Persistent volumes must be created in RW mode';
  const id = idProblem(persistence.id);
  if (id !== undefined) return `Persistence ID '${persistence.id}' contains invalid characters`;
  if (item.revocable) return 'Persistent volumes cannot be created from revocable resources';
  if (scene.principal !== undefined && persistence.principal !== scene.principal) {
    return `A create operation was attempted by principal '${scene.principal}', but the volume names ${persistence.principal === undefined ? 'none' : `'${persistence.principal}'`}`;
  }
  return sharedProblem(item, scene);
}

function sharedProblem(item: ResourceItem, { framework }: OperationScene): string | undefined {
  if (!item.shared || framework === undefined) return undefined;
  return hasCapability(framework.info, 'SHARED_RESOURCES')
    ? undefined
    : 'Shared volumes need the framework capability SHARED_RESOURCES';
}

function volumeKey(item: ResourceItem): string {
  return JSON.stringify([reservationRole(item), item.disk?.persistence?.id]);
}

function uniqueProblem(volumes: Resources, { agent }: OperationScene): string | undefined {
  const known = new Set(agent.total.items.filter(isPersistentVolume).map(volumeKey));
  return firstProblem(volumes, (item) => {
    const key = volumeKey(item);
    if (known.has(key) || item.count > 1) {
      return `Persistence ID '${item.disk?.persistence?.id}' is not unique`;
    }
    known.add(key);
    return undefined;
  });
}

function knownVolumeProblem(volumes: Resources, { agent }: OperationScene): string | undefined {
  return firstProblem(volumes, (item) => {
    if (!isPersistentVolume(item)) return `Resource ${textOf(item)} is not a persistent volume`;
    return containsResources(agent.total, resourcesOf([item]))
      ? undefined
      : 'Persistent volumes not found';
  });
}

function destroyProblem({ destroy }: Offer_Operation, scene: OperationScene): string | undefined {
  const volumes = plain(destroy?.volumes);
  const problem = knownVolumeProblem(volumes, scene);
  if (problem !== undefined) return problem;
  const used = volumesInUse(scene.agent);
  const busy = volumes.items.some((item) => used.has(volumeKey(item)));
  return busy ? 'Persistent volumes in use' : undefined;
}

/** Shared volumes may be offered while tasks use them. */
function volumesInUse(agent: Agent): ReadonlySet<string> {
  const records = [
    ...[...agent.tasks.values()].filter((task) => !task.released),
    ...agent.executors.values(),
  ];
  return new Set(
    records.flatMap(({ resources }) => resources.items.filter(isPersistentVolume).map(volumeKey)),
  );
}

function resizeProblem(volume: Resources, scene: OperationScene): string | undefined {
  if (!scene.agent.capabilities.includes('RESIZE_VOLUME')) {
    return `Volumes cannot be resized on agent ${scene.agent.id}: it does not have capability RESIZE_VOLUME`;
  }
  return (
    knownVolumeProblem(volume, scene) ??
    firstProblem(volume, (item) => {
      if (item.shared) return 'Shared volumes cannot be resized';
      const type = item.disk?.source?.type;
      const fixed = type !== undefined && type !== 'PATH';
      return fixed ? `Volumes on ${type} disks cannot be resized` : undefined;
    })
  );
}

function growProblem({ grow_volume }: Offer_Operation, scene: OperationScene): string | undefined {
  if (grow_volume === undefined) return "Expecting 'grow_volume' to be present";
  const volume = plain([grow_volume.volume]);
  const problem = resizeProblem(volume, scene);
  if (problem !== undefined) return problem;
  const disk = exchangeOf({ type: 'DESTROY', destroy: { volumes: [grow_volume.volume] } });
  const wanted = disk?.converted.items[0]?.key;
  const fits = plain([grow_volume.addition]).items.every(({ key }) => key === wanted);
  return fits ? undefined : 'Incompatible resources: the addition is not of the disk of the volume';
}

function shrinkProblem(
  { shrink_volume }: Offer_Operation,
  scene: OperationScene,
): string | undefined {
  if (shrink_volume === undefined) return "Expecting 'shrink_volume' to be present";
  const volume = plain([shrink_volume.volume]);
  const less = toMilli(shrink_volume.subtract.value);
  const size = volume.items[0]?.milli ?? 0;
  if (!(less > 0)) return "The value to 'subtract' must be greater than zero";
  if (less >= size) return "The value to 'subtract' must be smaller than the size of the volume";
  return resizeProblem(volume, scene);
}
