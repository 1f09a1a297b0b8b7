/** Wire types: package mesos.v1.resource_provider. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { ResourceProviderInfo } from './mesos-executors-masters-and-agents.ts';
import { FrameworkID, ResourceProviderID } from './mesos-identifiers-addresses-and-machines.ts';
import { Offer_Operation } from './mesos-offers-and-operations.ts';
import { Operation, OperationStatus, UUID } from './mesos-tasks-and-their-statuses.ts';
import { Resource } from './mesos-values-and-resources.ts';

/** What an agent asks of a resource provider. */
export interface ResourceProviderEvent {
  type?: ResourceProviderEvent_Type;
  subscribed?: ResourceProviderEvent_Subscribed;
  apply_operation?: ResourceProviderEvent_ApplyOperation;
  publish_resources?: ResourceProviderEvent_PublishResources;
  acknowledge_operation_status?: ResourceProviderEvent_AcknowledgeOperationStatus;
  reconcile_operations?: ResourceProviderEvent_ReconcileOperations;
}
/** Descriptor of mesos.v1.resource_provider.Event. */
export const ResourceProviderEvent: MessageType<ResourceProviderEvent> = defineMessage('mesos.v1.resource_provider.Event', () => [
  [1, 'type', 'optional', ResourceProviderEvent_Type],
  [2, 'subscribed', 'optional', ResourceProviderEvent_Subscribed],
  [3, 'apply_operation', 'optional', ResourceProviderEvent_ApplyOperation],
  [4, 'publish_resources', 'optional', ResourceProviderEvent_PublishResources],
  [5, 'acknowledge_operation_status', 'optional', ResourceProviderEvent_AcknowledgeOperationStatus],
  [6, 'reconcile_operations', 'optional', ResourceProviderEvent_ReconcileOperations],
]);

/** Enum mesos.v1.resource_provider.Event.Type. */
export type ResourceProviderEvent_Type =
  | 'UNKNOWN'
  | 'SUBSCRIBED'
  | 'APPLY_OPERATION'
  | 'PUBLISH_RESOURCES'
  | 'ACKNOWLEDGE_OPERATION_STATUS'
  | 'RECONCILE_OPERATIONS'
  | 'TEARDOWN';
/** Names and numbers of mesos.v1.resource_provider.Event.Type. */
export const ResourceProviderEvent_Type: EnumType<ResourceProviderEvent_Type> = defineEnum('mesos.v1.resource_provider.Event.Type', {
  UNKNOWN: 0,
  SUBSCRIBED: 1,
  APPLY_OPERATION: 2,
  PUBLISH_RESOURCES: 3,
  ACKNOWLEDGE_OPERATION_STATUS: 4,
  RECONCILE_OPERATIONS: 5,
  TEARDOWN: 6,
});

/** Message mesos.v1.resource_provider.Event.Subscribed. */
export interface ResourceProviderEvent_Subscribed {
  provider_id: ResourceProviderID;
}
/** Descriptor of mesos.v1.resource_provider.Event.Subscribed. */
export const ResourceProviderEvent_Subscribed: MessageType<ResourceProviderEvent_Subscribed> = defineMessage('mesos.v1.resource_provider.Event.Subscribed', () => [
  [1, 'provider_id', 'required', ResourceProviderID],
]);

/** Message mesos.v1.resource_provider.Event.ApplyOperation. */
export interface ResourceProviderEvent_ApplyOperation {
  framework_id?: FrameworkID;
  info: Offer_Operation;
  operation_uuid: UUID;
  resource_version_uuid: UUID;
}
/** Descriptor of mesos.v1.resource_provider.Event.ApplyOperation. */
export const ResourceProviderEvent_ApplyOperation: MessageType<ResourceProviderEvent_ApplyOperation> = defineMessage('mesos.v1.resource_provider.Event.ApplyOperation', () => [
  [1, 'framework_id', 'optional', FrameworkID],
  [2, 'info', 'required', Offer_Operation],
  [3, 'operation_uuid', 'required', UUID],
  [4, 'resource_version_uuid', 'required', UUID],
]);

/** Message mesos.v1.resource_provider.Event.PublishResources. */
export interface ResourceProviderEvent_PublishResources {
  uuid: UUID;
  resources?: Resource[];
}
/** Descriptor of mesos.v1.resource_provider.Event.PublishResources. */
export const ResourceProviderEvent_PublishResources: MessageType<ResourceProviderEvent_PublishResources> = defineMessage('mesos.v1.resource_provider.Event.PublishResources', () => [
  [1, 'uuid', 'required', UUID],
  [2, 'resources', 'repeated', Resource],
]);

/** Message mesos.v1.resource_provider.Event.AcknowledgeOperationStatus. */
export interface ResourceProviderEvent_AcknowledgeOperationStatus {
  status_uuid: UUID;
  operation_uuid: UUID;
}
/** Descriptor of mesos.v1.resource_provider.Event.AcknowledgeOperationStatus. */
export const ResourceProviderEvent_AcknowledgeOperationStatus: MessageType<ResourceProviderEvent_AcknowledgeOperationStatus> = defineMessage('mesos.v1.resource_provider.Event.AcknowledgeOperationStatus', () => [
  [1, 'status_uuid', 'required', UUID],
  [2, 'operation_uuid', 'required', UUID],
]);

/** Message mesos.v1.resource_provider.Event.ReconcileOperations. */
export interface ResourceProviderEvent_ReconcileOperations {
  operation_uuids?: UUID[];
}
/** Descriptor of mesos.v1.resource_provider.Event.ReconcileOperations. */
export const ResourceProviderEvent_ReconcileOperations: MessageType<ResourceProviderEvent_ReconcileOperations> = defineMessage('mesos.v1.resource_provider.Event.ReconcileOperations', () => [
  [1, 'operation_uuids', 'repeated', UUID],
]);

/** What a resource provider tells its agent. */
export interface ResourceProviderCall {
  resource_provider_id?: ResourceProviderID;
  type?: ResourceProviderCall_Type;
  subscribe?: ResourceProviderCall_Subscribe;
  update_operation_status?: ResourceProviderCall_UpdateOperationStatus;
  update_state?: ResourceProviderCall_UpdateState;
  update_publish_resources_status?: ResourceProviderCall_UpdatePublishResourcesStatus;
}
/** Descriptor of mesos.v1.resource_provider.Call. */
export const ResourceProviderCall: MessageType<ResourceProviderCall> = defineMessage('mesos.v1.resource_provider.Call', () => [
  [1, 'resource_provider_id', 'optional', ResourceProviderID],
  [2, 'type', 'optional', ResourceProviderCall_Type],
  [3, 'subscribe', 'optional', ResourceProviderCall_Subscribe],
  [4, 'update_operation_status', 'optional', ResourceProviderCall_UpdateOperationStatus],
  [5, 'update_state', 'optional', ResourceProviderCall_UpdateState],
  [6, 'update_publish_resources_status', 'optional', ResourceProviderCall_UpdatePublishResourcesStatus],
]);

/** Enum mesos.v1.resource_provider.Call.Type. */
export type ResourceProviderCall_Type =
  | 'UNKNOWN'
  | 'SUBSCRIBE'
  | 'UPDATE_OPERATION_STATUS'
  | 'UPDATE_STATE'
  | 'UPDATE_PUBLISH_RESOURCES_STATUS';
/** Names and numbers of mesos.v1.resource_provider.Call.Type. */
export const ResourceProviderCall_Type: EnumType<ResourceProviderCall_Type> = defineEnum('mesos.v1.resource_provider.Call.Type', {
  UNKNOWN: 0,
  SUBSCRIBE: 1,
  UPDATE_OPERATION_STATUS: 2,
  UPDATE_STATE: 3,
  UPDATE_PUBLISH_RESOURCES_STATUS: 4,
});

/** Message mesos.v1.resource_provider.Call.Subscribe. */
export interface ResourceProviderCall_Subscribe {
  resource_provider_info: ResourceProviderInfo;
}
/** Descriptor of mesos.v1.resource_provider.Call.Subscribe. */
export const ResourceProviderCall_Subscribe: MessageType<ResourceProviderCall_Subscribe> = defineMessage('mesos.v1.resource_provider.Call.Subscribe', () => [
  [1, 'resource_provider_info', 'required', ResourceProviderInfo],
]);

/** Message mesos.v1.resource_provider.Call.UpdateOperationStatus. */
export interface ResourceProviderCall_UpdateOperationStatus {
  framework_id?: FrameworkID;
  status: OperationStatus;
  latest_status?: OperationStatus;
  operation_uuid: UUID;
}
/** Descriptor of mesos.v1.resource_provider.Call.UpdateOperationStatus. */
export const ResourceProviderCall_UpdateOperationStatus: MessageType<ResourceProviderCall_UpdateOperationStatus> = defineMessage('mesos.v1.resource_provider.Call.UpdateOperationStatus', () => [
  [1, 'framework_id', 'optional', FrameworkID],
  [2, 'status', 'required', OperationStatus],
  [3, 'latest_status', 'optional', OperationStatus],
  [4, 'operation_uuid', 'required', UUID],
]);

/** Message mesos.v1.resource_provider.Call.UpdateState. */
export interface ResourceProviderCall_UpdateState {
  operations?: Operation[];
  resources?: Resource[];
  resource_version_uuid: UUID;
}
/** Descriptor of mesos.v1.resource_provider.Call.UpdateState. */
export const ResourceProviderCall_UpdateState: MessageType<ResourceProviderCall_UpdateState> = defineMessage('mesos.v1.resource_provider.Call.UpdateState', () => [
  [1, 'operations', 'repeated', Operation],
  [2, 'resources', 'repeated', Resource],
  [3, 'resource_version_uuid', 'required', UUID],
]);

/** Message mesos.v1.resource_provider.Call.UpdatePublishResourcesStatus. */
export interface ResourceProviderCall_UpdatePublishResourcesStatus {
  uuid: UUID;
  status: ResourceProviderCall_UpdatePublishResourcesStatus_Status;
}
/** Descriptor of mesos.v1.resource_provider.Call.UpdatePublishResourcesStatus. */
export const ResourceProviderCall_UpdatePublishResourcesStatus: MessageType<ResourceProviderCall_UpdatePublishResourcesStatus> = defineMessage('mesos.v1.resource_provider.Call.UpdatePublishResourcesStatus', () => [
  [1, 'uuid', 'required', UUID],
  [2, 'status', 'required', ResourceProviderCall_UpdatePublishResourcesStatus_Status],
]);

/** Enum mesos.v1.resource_provider.Call.UpdatePublishResourcesStatus.Status. */
export type ResourceProviderCall_UpdatePublishResourcesStatus_Status =
  | 'UNKNOWN'
  | 'OK'
  | 'FAILED';
/** Names and numbers of mesos.v1.resource_provider.Call.UpdatePublishResourcesStatus.Status. */
export const ResourceProviderCall_UpdatePublishResourcesStatus_Status: EnumType<ResourceProviderCall_UpdatePublishResourcesStatus_Status> = defineEnum('mesos.v1.resource_provider.Call.UpdatePublishResourcesStatus.Status', {
  UNKNOWN: 0,
  OK: 1,
  FAILED: 2,
});
