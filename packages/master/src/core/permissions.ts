/** What calls and operations need: actions of access control lists, each done to something. */
import type { AclAction, Authorizer, Need } from '@stoke/kit';
import type {
  FrameworkInfo,
  MachineID,
  Offer_Operation,
  Resource,
  TaskInfo,
} from '@stoke/protocol';

/** Everything is allowed: nobody authenticates, and there are no lists. */
export const OPEN_AUTHORIZER: Authorizer = {
  approver: () => () => true,
  allows: () => true,
  denial: () => undefined,
  unrestricted: true,
};

/** One need for each object; without objects it is done to any. */
export function needsOn(
  action: AclAction,
  objects: readonly (string | undefined)[],
): readonly Need[] {
  return objects.length === 0 ? [{ action }] : objects.map((object) => ({ action, object }));
}

/** One need for each machine, by the name or else the address it goes by. */
export function needsOnMachines(
  action: AclAction,
  machines: readonly MachineID[],
): readonly Need[] {
  return needsOn(
    action,
    machines.map(({ hostname, ip }) => hostname ?? ip),
  );
}

function roleOf({ reservations, role }: Resource): string {
  return reservations?.at(-1)?.role ?? role ?? '*';
}

function reserverOf({ reservations, reservation }: Resource): string | undefined {
  return reservations?.at(-1)?.principal ?? reservation?.principal;
}

const DISK_ACTIONS = {
  create: { BLOCK: 'create_block_disks', MOUNT: 'create_mount_disks' },
  destroy: {
    BLOCK: 'destroy_block_disks',
    MOUNT: 'destroy_mount_disks',
    RAW: 'destroy_raw_disks',
  },
} as const;

function createDiskNeeds({ create_disk }: Offer_Operation): readonly Need[] {
  if (create_disk === undefined) return [];
  const kind = create_disk.target_type === 'BLOCK' ? 'BLOCK' : 'MOUNT';
  return [{ action: DISK_ACTIONS.create[kind], object: roleOf(create_disk.source) }];
}

function destroyDiskNeeds({ destroy_disk }: Offer_Operation): readonly Need[] {
  if (destroy_disk === undefined) return [];
  const type = destroy_disk.source.disk?.source?.type;
  const kind = type === 'BLOCK' || type === 'MOUNT' ? type : 'RAW';
  return [{ action: DISK_ACTIONS.destroy[kind], object: roleOf(destroy_disk.source) }];
}

/** What an operation on resources needs; launches need what their tasks need. */
export function operationNeeds(operation: Offer_Operation): readonly Need[] {
  const { reserve, unreserve, create, destroy, grow_volume, shrink_volume } = operation;
  switch (operation.type) {
    case 'RESERVE':
      return [
        ...(reserve?.source ?? []).map(
          (resource): Need => ({ action: 'unreserve_resources', object: reserverOf(resource) }),
        ),
        ...needsOn('reserve_resources', (reserve?.resources ?? []).map(roleOf)),
      ];
    case 'UNRESERVE':
      return needsOn('unreserve_resources', (unreserve?.resources ?? []).map(reserverOf));
    case 'CREATE':
      return needsOn('create_volumes', (create?.volumes ?? []).map(roleOf));
    case 'DESTROY':
      return needsOn(
        'destroy_volumes',
        (destroy?.volumes ?? []).map(({ disk }) => disk?.persistence?.principal),
      );
    case 'GROW_VOLUME':
      return needsOn(
        'resize_volumes',
        grow_volume === undefined ? [] : [roleOf(grow_volume.volume)],
      );
    case 'SHRINK_VOLUME':
      return needsOn(
        'resize_volumes',
        shrink_volume === undefined ? [] : [roleOf(shrink_volume.volume)],
      );
    case 'CREATE_DISK':
      return createDiskNeeds(operation);
    case 'DESTROY_DISK':
      return destroyDiskNeeds(operation);
    default:
      return [];
  }
}

/** The user of a task's processes, as far as the master can tell. */
export function userOf(task: TaskInfo, info: FrameworkInfo): string {
  return task.command?.user ?? task.executor?.command?.user ?? info.user;
}

/** What a framework needs to be in these roles. */
export function roleNeeds(roles: readonly string[]): readonly Need[] {
  return needsOn('register_frameworks', roles);
}

/** How Mesos says that a framework may not be in its roles. */
export function rolesDenied(id: string | undefined, roles: readonly string[]): string {
  return `Not authorized to register framework ${id ?? ''} with roles { ${roles.join(', ')} }`;
}
