/** Wire types: offers and operations. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { DomainInfo, ExecutorInfo } from './mesos-executors-masters-and-agents.ts';
import {
  AgentID,
  ExecutorID,
  FrameworkID,
  OfferID,
  OperationID,
  URL,
  Unavailability,
} from './mesos-identifiers-addresses-and-machines.ts';
import { TaskGroupInfo, TaskInfo } from './mesos-tasks-and-their-statuses.ts';
import {
  Attribute,
  Resource,
  Resource_AllocationInfo,
  Resource_DiskInfo_Source_Type,
  Value_Scalar,
} from './mesos-values-and-resources.ts';

/** What an offer has to hold for a framework to want it at all. */
export interface OfferFilters {
  min_allocatable_resources?: OfferFilters_MinAllocatableResources;
}
/** Descriptor of mesos.v1.OfferFilters. */
export const OfferFilters: MessageType<OfferFilters> = defineMessage('mesos.v1.OfferFilters', () => [
  [1, 'min_allocatable_resources', 'optional', OfferFilters_MinAllocatableResources],
]);

/** Message mesos.v1.OfferFilters.ResourceQuantities. */
export interface OfferFilters_ResourceQuantities {
  quantities?: Record<string, Value_Scalar>;
}
/** Descriptor of mesos.v1.OfferFilters.ResourceQuantities. */
export const OfferFilters_ResourceQuantities: MessageType<OfferFilters_ResourceQuantities> = defineMessage('mesos.v1.OfferFilters.ResourceQuantities', () => [
  [1, 'quantities', 'map', Value_Scalar],
]);

/** Message mesos.v1.OfferFilters.MinAllocatableResources. */
export interface OfferFilters_MinAllocatableResources {
  quantities?: OfferFilters_ResourceQuantities[];
}
/** Descriptor of mesos.v1.OfferFilters.MinAllocatableResources. */
export const OfferFilters_MinAllocatableResources: MessageType<OfferFilters_MinAllocatableResources> = defineMessage('mesos.v1.OfferFilters.MinAllocatableResources', () => [
  [1, 'quantities', 'repeated', OfferFilters_ResourceQuantities],
]);

/** A hint about resources wanted; recorded and otherwise ignored. */
export interface Request {
  agent_id?: AgentID;
  resources?: Resource[];
}
/** Descriptor of mesos.v1.Request. */
export const Request: MessageType<Request> = defineMessage('mesos.v1.Request', () => [
  [1, 'agent_id', 'optional', AgentID],
  [2, 'resources', 'repeated', Resource],
]);

/** Resources of one agent offered to one role of one framework. */
export interface Offer {
  id: OfferID;
  framework_id: FrameworkID;
  agent_id: AgentID;
  hostname: string;
  url?: URL;
  domain?: DomainInfo;
  resources?: Resource[];
  attributes?: Attribute[];
  executor_ids?: ExecutorID[];
  unavailability?: Unavailability;
  allocation_info?: Resource_AllocationInfo;
}
/** Descriptor of mesos.v1.Offer. */
export const Offer: MessageType<Offer> = defineMessage('mesos.v1.Offer', () => [
  [1, 'id', 'required', OfferID],
  [2, 'framework_id', 'required', FrameworkID],
  [3, 'agent_id', 'required', AgentID],
  [4, 'hostname', 'required', 'string'],
  [8, 'url', 'optional', URL],
  [11, 'domain', 'optional', DomainInfo],
  [5, 'resources', 'repeated', Resource],
  [7, 'attributes', 'repeated', Attribute],
  [6, 'executor_ids', 'repeated', ExecutorID],
  [9, 'unavailability', 'optional', Unavailability],
  [10, 'allocation_info', 'optional', Resource_AllocationInfo],
]);

/** What a framework does with the resources of the offers it accepts. */
export interface Offer_Operation {
  type?: Offer_Operation_Type;
  id?: OperationID;
  launch?: Offer_Operation_Launch;
  launch_group?: Offer_Operation_LaunchGroup;
  reserve?: Offer_Operation_Reserve;
  unreserve?: Offer_Operation_Unreserve;
  create?: Offer_Operation_Create;
  destroy?: Offer_Operation_Destroy;
  grow_volume?: Offer_Operation_GrowVolume;
  shrink_volume?: Offer_Operation_ShrinkVolume;
  create_disk?: Offer_Operation_CreateDisk;
  destroy_disk?: Offer_Operation_DestroyDisk;
}
/** Descriptor of mesos.v1.Offer.Operation. */
export const Offer_Operation: MessageType<Offer_Operation> = defineMessage('mesos.v1.Offer.Operation', () => [
  [1, 'type', 'optional', Offer_Operation_Type],
  [12, 'id', 'optional', OperationID],
  [2, 'launch', 'optional', Offer_Operation_Launch],
  [7, 'launch_group', 'optional', Offer_Operation_LaunchGroup],
  [3, 'reserve', 'optional', Offer_Operation_Reserve],
  [4, 'unreserve', 'optional', Offer_Operation_Unreserve],
  [5, 'create', 'optional', Offer_Operation_Create],
  [6, 'destroy', 'optional', Offer_Operation_Destroy],
  [13, 'grow_volume', 'optional', Offer_Operation_GrowVolume],
  [14, 'shrink_volume', 'optional', Offer_Operation_ShrinkVolume],
  [15, 'create_disk', 'optional', Offer_Operation_CreateDisk],
  [16, 'destroy_disk', 'optional', Offer_Operation_DestroyDisk],
]);

/** Enum mesos.v1.Offer.Operation.Type. */
export type Offer_Operation_Type =
  | 'UNKNOWN'
  | 'LAUNCH'
  | 'LAUNCH_GROUP'
  | 'RESERVE'
  | 'UNRESERVE'
  | 'CREATE'
  | 'DESTROY'
  | 'GROW_VOLUME'
  | 'SHRINK_VOLUME'
  | 'CREATE_DISK'
  | 'DESTROY_DISK';
/** Names and numbers of mesos.v1.Offer.Operation.Type. */
export const Offer_Operation_Type: EnumType<Offer_Operation_Type> = defineEnum('mesos.v1.Offer.Operation.Type', {
  UNKNOWN: 0,
  LAUNCH: 1,
  LAUNCH_GROUP: 6,
  RESERVE: 2,
  UNRESERVE: 3,
  CREATE: 4,
  DESTROY: 5,
  GROW_VOLUME: 11,
  SHRINK_VOLUME: 12,
  CREATE_DISK: 13,
  DESTROY_DISK: 14,
});

/** Message mesos.v1.Offer.Operation.Launch. */
export interface Offer_Operation_Launch {
  task_infos?: TaskInfo[];
}
/** Descriptor of mesos.v1.Offer.Operation.Launch. */
export const Offer_Operation_Launch: MessageType<Offer_Operation_Launch> = defineMessage('mesos.v1.Offer.Operation.Launch', () => [
  [1, 'task_infos', 'repeated', TaskInfo],
]);

/** Message mesos.v1.Offer.Operation.LaunchGroup. */
export interface Offer_Operation_LaunchGroup {
  executor: ExecutorInfo;
  task_group: TaskGroupInfo;
}
/** Descriptor of mesos.v1.Offer.Operation.LaunchGroup. */
export const Offer_Operation_LaunchGroup: MessageType<Offer_Operation_LaunchGroup> = defineMessage('mesos.v1.Offer.Operation.LaunchGroup', () => [
  [1, 'executor', 'required', ExecutorInfo],
  [2, 'task_group', 'required', TaskGroupInfo],
]);

/** Message mesos.v1.Offer.Operation.Reserve. */
export interface Offer_Operation_Reserve {
  source?: Resource[];
  resources?: Resource[];
}
/** Descriptor of mesos.v1.Offer.Operation.Reserve. */
export const Offer_Operation_Reserve: MessageType<Offer_Operation_Reserve> = defineMessage('mesos.v1.Offer.Operation.Reserve', () => [
  [2, 'source', 'repeated', Resource],
  [1, 'resources', 'repeated', Resource],
]);

/** Message mesos.v1.Offer.Operation.Unreserve. */
export interface Offer_Operation_Unreserve {
  resources?: Resource[];
}
/** Descriptor of mesos.v1.Offer.Operation.Unreserve. */
export const Offer_Operation_Unreserve: MessageType<Offer_Operation_Unreserve> = defineMessage('mesos.v1.Offer.Operation.Unreserve', () => [
  [1, 'resources', 'repeated', Resource],
]);

/** Message mesos.v1.Offer.Operation.Create. */
export interface Offer_Operation_Create {
  volumes?: Resource[];
}
/** Descriptor of mesos.v1.Offer.Operation.Create. */
export const Offer_Operation_Create: MessageType<Offer_Operation_Create> = defineMessage('mesos.v1.Offer.Operation.Create', () => [
  [1, 'volumes', 'repeated', Resource],
]);

/** Message mesos.v1.Offer.Operation.Destroy. */
export interface Offer_Operation_Destroy {
  volumes?: Resource[];
}
/** Descriptor of mesos.v1.Offer.Operation.Destroy. */
export const Offer_Operation_Destroy: MessageType<Offer_Operation_Destroy> = defineMessage('mesos.v1.Offer.Operation.Destroy', () => [
  [1, 'volumes', 'repeated', Resource],
]);

/** Message mesos.v1.Offer.Operation.GrowVolume. */
export interface Offer_Operation_GrowVolume {
  volume: Resource;
  addition: Resource;
}
/** Descriptor of mesos.v1.Offer.Operation.GrowVolume. */
export const Offer_Operation_GrowVolume: MessageType<Offer_Operation_GrowVolume> = defineMessage('mesos.v1.Offer.Operation.GrowVolume', () => [
  [1, 'volume', 'required', Resource],
  [2, 'addition', 'required', Resource],
]);

/** Message mesos.v1.Offer.Operation.ShrinkVolume. */
export interface Offer_Operation_ShrinkVolume {
  volume: Resource;
  subtract: Value_Scalar;
}
/** Descriptor of mesos.v1.Offer.Operation.ShrinkVolume. */
export const Offer_Operation_ShrinkVolume: MessageType<Offer_Operation_ShrinkVolume> = defineMessage('mesos.v1.Offer.Operation.ShrinkVolume', () => [
  [1, 'volume', 'required', Resource],
  [2, 'subtract', 'required', Value_Scalar],
]);

/** Message mesos.v1.Offer.Operation.CreateDisk. */
export interface Offer_Operation_CreateDisk {
  source: Resource;
  target_type: Resource_DiskInfo_Source_Type;
  target_profile?: string;
}
/** Descriptor of mesos.v1.Offer.Operation.CreateDisk. */
export const Offer_Operation_CreateDisk: MessageType<Offer_Operation_CreateDisk> = defineMessage('mesos.v1.Offer.Operation.CreateDisk', () => [
  [1, 'source', 'required', Resource],
  [2, 'target_type', 'required', Resource_DiskInfo_Source_Type],
  [3, 'target_profile', 'optional', 'string'],
]);

/** Message mesos.v1.Offer.Operation.DestroyDisk. */
export interface Offer_Operation_DestroyDisk {
  source: Resource;
}
/** Descriptor of mesos.v1.Offer.Operation.DestroyDisk. */
export const Offer_Operation_DestroyDisk: MessageType<Offer_Operation_DestroyDisk> = defineMessage('mesos.v1.Offer.Operation.DestroyDisk', () => [
  [1, 'source', 'required', Resource],
]);

/** A wish to have resources back, because of maintenance. */
export interface InverseOffer {
  id: OfferID;
  url?: URL;
  framework_id: FrameworkID;
  agent_id?: AgentID;
  unavailability: Unavailability;
  resources?: Resource[];
}
/** Descriptor of mesos.v1.InverseOffer. */
export const InverseOffer: MessageType<InverseOffer> = defineMessage('mesos.v1.InverseOffer', () => [
  [1, 'id', 'required', OfferID],
  [2, 'url', 'optional', URL],
  [3, 'framework_id', 'required', FrameworkID],
  [4, 'agent_id', 'optional', AgentID],
  [5, 'unavailability', 'required', Unavailability],
  [6, 'resources', 'repeated', Resource],
]);
