/** Wire types: package mesos.v1.scheduler. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { MasterInfo } from './mesos-executors-masters-and-agents.ts';
import { FrameworkInfo, KillPolicy } from './mesos-frameworks-and-commands.ts';
import {
  AgentID,
  ExecutorID,
  FrameworkID,
  OfferID,
  OperationID,
  ResourceProviderID,
  TaskID,
} from './mesos-identifiers-addresses-and-machines.ts';
import { InverseOffer, Offer, Offer_Operation, Request } from './mesos-offers-and-operations.ts';
import { Filters } from './mesos-secrets-images-and-volumes.ts';
import { OperationStatus, TaskStatus } from './mesos-tasks-and-their-statuses.ts';

/** What the master tells a framework, record by record. */
export interface SchedulerEvent {
  type?: SchedulerEvent_Type;
  subscribed?: SchedulerEvent_Subscribed;
  offers?: SchedulerEvent_Offers;
  inverse_offers?: SchedulerEvent_InverseOffers;
  rescind?: SchedulerEvent_Rescind;
  rescind_inverse_offer?: SchedulerEvent_RescindInverseOffer;
  update?: SchedulerEvent_Update;
  update_operation_status?: SchedulerEvent_UpdateOperationStatus;
  message?: SchedulerEvent_Message;
  failure?: SchedulerEvent_Failure;
  error?: SchedulerEvent_Error;
}
/** Descriptor of mesos.v1.scheduler.Event. */
export const SchedulerEvent: MessageType<SchedulerEvent> = defineMessage('mesos.v1.scheduler.Event', () => [
  [1, 'type', 'optional', SchedulerEvent_Type],
  [2, 'subscribed', 'optional', SchedulerEvent_Subscribed],
  [3, 'offers', 'optional', SchedulerEvent_Offers],
  [9, 'inverse_offers', 'optional', SchedulerEvent_InverseOffers],
  [4, 'rescind', 'optional', SchedulerEvent_Rescind],
  [10, 'rescind_inverse_offer', 'optional', SchedulerEvent_RescindInverseOffer],
  [5, 'update', 'optional', SchedulerEvent_Update],
  [11, 'update_operation_status', 'optional', SchedulerEvent_UpdateOperationStatus],
  [6, 'message', 'optional', SchedulerEvent_Message],
  [7, 'failure', 'optional', SchedulerEvent_Failure],
  [8, 'error', 'optional', SchedulerEvent_Error],
]);

/** Enum mesos.v1.scheduler.Event.Type. */
export type SchedulerEvent_Type =
  | 'UNKNOWN'
  | 'SUBSCRIBED'
  | 'OFFERS'
  | 'INVERSE_OFFERS'
  | 'RESCIND'
  | 'RESCIND_INVERSE_OFFER'
  | 'UPDATE'
  | 'UPDATE_OPERATION_STATUS'
  | 'MESSAGE'
  | 'FAILURE'
  | 'ERROR'
  | 'HEARTBEAT';
/** Names and numbers of mesos.v1.scheduler.Event.Type. */
export const SchedulerEvent_Type: EnumType<SchedulerEvent_Type> = defineEnum('mesos.v1.scheduler.Event.Type', {
  UNKNOWN: 0,
  SUBSCRIBED: 1,
  OFFERS: 2,
  INVERSE_OFFERS: 9,
  RESCIND: 3,
  RESCIND_INVERSE_OFFER: 10,
  UPDATE: 4,
  UPDATE_OPERATION_STATUS: 11,
  MESSAGE: 5,
  FAILURE: 6,
  ERROR: 7,
  HEARTBEAT: 8,
});

/** Message mesos.v1.scheduler.Event.Subscribed. */
export interface SchedulerEvent_Subscribed {
  framework_id: FrameworkID;
  heartbeat_interval_seconds?: number;
  master_info?: MasterInfo;
}
/** Descriptor of mesos.v1.scheduler.Event.Subscribed. */
export const SchedulerEvent_Subscribed: MessageType<SchedulerEvent_Subscribed> = defineMessage('mesos.v1.scheduler.Event.Subscribed', () => [
  [1, 'framework_id', 'required', FrameworkID],
  [2, 'heartbeat_interval_seconds', 'optional', 'double'],
  [3, 'master_info', 'optional', MasterInfo],
]);

/** Message mesos.v1.scheduler.Event.Offers. */
export interface SchedulerEvent_Offers {
  offers?: Offer[];
}
/** Descriptor of mesos.v1.scheduler.Event.Offers. */
export const SchedulerEvent_Offers: MessageType<SchedulerEvent_Offers> = defineMessage('mesos.v1.scheduler.Event.Offers', () => [
  [1, 'offers', 'repeated', Offer],
]);

/** Message mesos.v1.scheduler.Event.InverseOffers. */
export interface SchedulerEvent_InverseOffers {
  inverse_offers?: InverseOffer[];
}
/** Descriptor of mesos.v1.scheduler.Event.InverseOffers. */
export const SchedulerEvent_InverseOffers: MessageType<SchedulerEvent_InverseOffers> = defineMessage('mesos.v1.scheduler.Event.InverseOffers', () => [
  [1, 'inverse_offers', 'repeated', InverseOffer],
]);

/** Message mesos.v1.scheduler.Event.Rescind. */
export interface SchedulerEvent_Rescind {
  offer_id: OfferID;
}
/** Descriptor of mesos.v1.scheduler.Event.Rescind. */
export const SchedulerEvent_Rescind: MessageType<SchedulerEvent_Rescind> = defineMessage('mesos.v1.scheduler.Event.Rescind', () => [
  [1, 'offer_id', 'required', OfferID],
]);

/** Message mesos.v1.scheduler.Event.RescindInverseOffer. */
export interface SchedulerEvent_RescindInverseOffer {
  inverse_offer_id: OfferID;
}
/** Descriptor of mesos.v1.scheduler.Event.RescindInverseOffer. */
export const SchedulerEvent_RescindInverseOffer: MessageType<SchedulerEvent_RescindInverseOffer> = defineMessage('mesos.v1.scheduler.Event.RescindInverseOffer', () => [
  [1, 'inverse_offer_id', 'required', OfferID],
]);

/** Message mesos.v1.scheduler.Event.Update. */
export interface SchedulerEvent_Update {
  status: TaskStatus;
}
/** Descriptor of mesos.v1.scheduler.Event.Update. */
export const SchedulerEvent_Update: MessageType<SchedulerEvent_Update> = defineMessage('mesos.v1.scheduler.Event.Update', () => [
  [1, 'status', 'required', TaskStatus],
]);

/** Message mesos.v1.scheduler.Event.UpdateOperationStatus. */
export interface SchedulerEvent_UpdateOperationStatus {
  status: OperationStatus;
}
/** Descriptor of mesos.v1.scheduler.Event.UpdateOperationStatus. */
export const SchedulerEvent_UpdateOperationStatus: MessageType<SchedulerEvent_UpdateOperationStatus> = defineMessage('mesos.v1.scheduler.Event.UpdateOperationStatus', () => [
  [1, 'status', 'required', OperationStatus],
]);

/** Message mesos.v1.scheduler.Event.Message. */
export interface SchedulerEvent_Message {
  agent_id: AgentID;
  executor_id: ExecutorID;
  data: Uint8Array;
}
/** Descriptor of mesos.v1.scheduler.Event.Message. */
export const SchedulerEvent_Message: MessageType<SchedulerEvent_Message> = defineMessage('mesos.v1.scheduler.Event.Message', () => [
  [1, 'agent_id', 'required', AgentID],
  [2, 'executor_id', 'required', ExecutorID],
  [3, 'data', 'required', 'bytes'],
]);

/** Message mesos.v1.scheduler.Event.Failure. */
export interface SchedulerEvent_Failure {
  agent_id?: AgentID;
  executor_id?: ExecutorID;
  status?: number;
}
/** Descriptor of mesos.v1.scheduler.Event.Failure. */
export const SchedulerEvent_Failure: MessageType<SchedulerEvent_Failure> = defineMessage('mesos.v1.scheduler.Event.Failure', () => [
  [1, 'agent_id', 'optional', AgentID],
  [2, 'executor_id', 'optional', ExecutorID],
  [3, 'status', 'optional', 'int32'],
]);

/** Message mesos.v1.scheduler.Event.Error. */
export interface SchedulerEvent_Error {
  message: string;
}
/** Descriptor of mesos.v1.scheduler.Event.Error. */
export const SchedulerEvent_Error: MessageType<SchedulerEvent_Error> = defineMessage('mesos.v1.scheduler.Event.Error', () => [
  [1, 'message', 'required', 'string'],
]);

/** The body of the few calls that are answered directly. */
export interface SchedulerResponse {
  type?: SchedulerResponse_Type;
  reconcile_operations?: SchedulerResponse_ReconcileOperations;
}
/** Descriptor of mesos.v1.scheduler.Response. */
export const SchedulerResponse: MessageType<SchedulerResponse> = defineMessage('mesos.v1.scheduler.Response', () => [
  [1, 'type', 'optional', SchedulerResponse_Type],
  [2, 'reconcile_operations', 'optional', SchedulerResponse_ReconcileOperations],
]);

/** Enum mesos.v1.scheduler.Response.Type. */
export type SchedulerResponse_Type =
  | 'UNKNOWN'
  | 'RECONCILE_OPERATIONS';
/** Names and numbers of mesos.v1.scheduler.Response.Type. */
export const SchedulerResponse_Type: EnumType<SchedulerResponse_Type> = defineEnum('mesos.v1.scheduler.Response.Type', {
  UNKNOWN: 0,
  RECONCILE_OPERATIONS: 1,
});

/** Message mesos.v1.scheduler.Response.ReconcileOperations. */
export interface SchedulerResponse_ReconcileOperations {
  operation_statuses?: OperationStatus[];
}
/** Descriptor of mesos.v1.scheduler.Response.ReconcileOperations. */
export const SchedulerResponse_ReconcileOperations: MessageType<SchedulerResponse_ReconcileOperations> = defineMessage('mesos.v1.scheduler.Response.ReconcileOperations', () => [
  [1, 'operation_statuses', 'repeated', OperationStatus],
]);

/** A test on one attribute, or pseudo attribute, of an agent. */
export interface SchedulerAttributeConstraint {
  selector: SchedulerAttributeConstraint_Selector;
  predicate: SchedulerAttributeConstraint_Predicate;
}
/** Descriptor of mesos.v1.scheduler.AttributeConstraint. */
export const SchedulerAttributeConstraint: MessageType<SchedulerAttributeConstraint> = defineMessage('mesos.v1.scheduler.AttributeConstraint', () => [
  [1, 'selector', 'required', SchedulerAttributeConstraint_Selector],
  [2, 'predicate', 'required', SchedulerAttributeConstraint_Predicate],
]);

/** Message mesos.v1.scheduler.AttributeConstraint.Selector. */
export interface SchedulerAttributeConstraint_Selector {
  pseudoattribute_type?: SchedulerAttributeConstraint_Selector_PseudoattributeType;
  attribute_name?: string;
}
/** Descriptor of mesos.v1.scheduler.AttributeConstraint.Selector. */
export const SchedulerAttributeConstraint_Selector: MessageType<SchedulerAttributeConstraint_Selector> = defineMessage('mesos.v1.scheduler.AttributeConstraint.Selector', () => [
  [1, 'pseudoattribute_type', 'optional', SchedulerAttributeConstraint_Selector_PseudoattributeType],
  [2, 'attribute_name', 'optional', 'string'],
]);

/** Enum mesos.v1.scheduler.AttributeConstraint.Selector.PseudoattributeType. */
export type SchedulerAttributeConstraint_Selector_PseudoattributeType =
  | 'UNKNOWN'
  | 'HOSTNAME'
  | 'REGION'
  | 'ZONE';
/** Names and numbers of mesos.v1.scheduler.AttributeConstraint.Selector.PseudoattributeType. */
export const SchedulerAttributeConstraint_Selector_PseudoattributeType: EnumType<SchedulerAttributeConstraint_Selector_PseudoattributeType> = defineEnum('mesos.v1.scheduler.AttributeConstraint.Selector.PseudoattributeType', {
  UNKNOWN: 0,
  HOSTNAME: 1,
  REGION: 2,
  ZONE: 3,
});

/** Message mesos.v1.scheduler.AttributeConstraint.Predicate. */
export interface SchedulerAttributeConstraint_Predicate {
  exists?: SchedulerAttributeConstraint_Predicate_Exists;
  not_exists?: SchedulerAttributeConstraint_Predicate_NotExists;
  text_equals?: SchedulerAttributeConstraint_Predicate_TextEquals;
  text_not_equals?: SchedulerAttributeConstraint_Predicate_TextNotEquals;
  text_matches?: SchedulerAttributeConstraint_Predicate_TextMatches;
  text_not_matches?: SchedulerAttributeConstraint_Predicate_TextNotMatches;
}
/** Descriptor of mesos.v1.scheduler.AttributeConstraint.Predicate. */
export const SchedulerAttributeConstraint_Predicate: MessageType<SchedulerAttributeConstraint_Predicate> = defineMessage('mesos.v1.scheduler.AttributeConstraint.Predicate', () => [
  [1, 'exists', 'optional', SchedulerAttributeConstraint_Predicate_Exists],
  [2, 'not_exists', 'optional', SchedulerAttributeConstraint_Predicate_NotExists],
  [3, 'text_equals', 'optional', SchedulerAttributeConstraint_Predicate_TextEquals],
  [4, 'text_not_equals', 'optional', SchedulerAttributeConstraint_Predicate_TextNotEquals],
  [5, 'text_matches', 'optional', SchedulerAttributeConstraint_Predicate_TextMatches],
  [6, 'text_not_matches', 'optional', SchedulerAttributeConstraint_Predicate_TextNotMatches],
]);

/** Message mesos.v1.scheduler.AttributeConstraint.Predicate.TextEquals. */
export interface SchedulerAttributeConstraint_Predicate_TextEquals {
  value: string;
}
/** Descriptor of mesos.v1.scheduler.AttributeConstraint.Predicate.TextEquals. */
export const SchedulerAttributeConstraint_Predicate_TextEquals: MessageType<SchedulerAttributeConstraint_Predicate_TextEquals> = defineMessage('mesos.v1.scheduler.AttributeConstraint.Predicate.TextEquals', () => [
  [1, 'value', 'required', 'string'],
]);

/** Message mesos.v1.scheduler.AttributeConstraint.Predicate.TextNotEquals. */
export interface SchedulerAttributeConstraint_Predicate_TextNotEquals {
  value: string;
}
/** Descriptor of mesos.v1.scheduler.AttributeConstraint.Predicate.TextNotEquals. */
export const SchedulerAttributeConstraint_Predicate_TextNotEquals: MessageType<SchedulerAttributeConstraint_Predicate_TextNotEquals> = defineMessage('mesos.v1.scheduler.AttributeConstraint.Predicate.TextNotEquals', () => [
  [1, 'value', 'required', 'string'],
]);

/** Message mesos.v1.scheduler.AttributeConstraint.Predicate.TextMatches. */
export interface SchedulerAttributeConstraint_Predicate_TextMatches {
  regex: string;
}
/** Descriptor of mesos.v1.scheduler.AttributeConstraint.Predicate.TextMatches. */
export const SchedulerAttributeConstraint_Predicate_TextMatches: MessageType<SchedulerAttributeConstraint_Predicate_TextMatches> = defineMessage('mesos.v1.scheduler.AttributeConstraint.Predicate.TextMatches', () => [
  [1, 'regex', 'required', 'string'],
]);

/** Message mesos.v1.scheduler.AttributeConstraint.Predicate.TextNotMatches. */
export interface SchedulerAttributeConstraint_Predicate_TextNotMatches {
  regex: string;
}
/** Descriptor of mesos.v1.scheduler.AttributeConstraint.Predicate.TextNotMatches. */
export const SchedulerAttributeConstraint_Predicate_TextNotMatches: MessageType<SchedulerAttributeConstraint_Predicate_TextNotMatches> = defineMessage('mesos.v1.scheduler.AttributeConstraint.Predicate.TextNotMatches', () => [
  [1, 'regex', 'required', 'string'],
]);

/** Message mesos.v1.scheduler.AttributeConstraint.Predicate.Exists. */
export type SchedulerAttributeConstraint_Predicate_Exists = Record<string, never>;
/** Descriptor of mesos.v1.scheduler.AttributeConstraint.Predicate.Exists. */
export const SchedulerAttributeConstraint_Predicate_Exists: MessageType<SchedulerAttributeConstraint_Predicate_Exists> = defineMessage('mesos.v1.scheduler.AttributeConstraint.Predicate.Exists', () => []);

/** Message mesos.v1.scheduler.AttributeConstraint.Predicate.NotExists. */
export type SchedulerAttributeConstraint_Predicate_NotExists = Record<string, never>;
/** Descriptor of mesos.v1.scheduler.AttributeConstraint.Predicate.NotExists. */
export const SchedulerAttributeConstraint_Predicate_NotExists: MessageType<SchedulerAttributeConstraint_Predicate_NotExists> = defineMessage('mesos.v1.scheduler.AttributeConstraint.Predicate.NotExists', () => []);

/** Per role: agents of which offers are wanted. Groups are alternatives, constraints in a group all hold. */
export interface SchedulerOfferConstraints {
  role_constraints?: Record<string, SchedulerOfferConstraints_RoleConstraints>;
}
/** Descriptor of mesos.v1.scheduler.OfferConstraints. */
export const SchedulerOfferConstraints: MessageType<SchedulerOfferConstraints> = defineMessage('mesos.v1.scheduler.OfferConstraints', () => [
  [1, 'role_constraints', 'map', SchedulerOfferConstraints_RoleConstraints],
]);

/** Message mesos.v1.scheduler.OfferConstraints.RoleConstraints. */
export interface SchedulerOfferConstraints_RoleConstraints {
  groups?: SchedulerOfferConstraints_RoleConstraints_Group[];
}
/** Descriptor of mesos.v1.scheduler.OfferConstraints.RoleConstraints. */
export const SchedulerOfferConstraints_RoleConstraints: MessageType<SchedulerOfferConstraints_RoleConstraints> = defineMessage('mesos.v1.scheduler.OfferConstraints.RoleConstraints', () => [
  [1, 'groups', 'repeated', SchedulerOfferConstraints_RoleConstraints_Group],
]);

/** Message mesos.v1.scheduler.OfferConstraints.RoleConstraints.Group. */
export interface SchedulerOfferConstraints_RoleConstraints_Group {
  attribute_constraints?: SchedulerAttributeConstraint[];
}
/** Descriptor of mesos.v1.scheduler.OfferConstraints.RoleConstraints.Group. */
export const SchedulerOfferConstraints_RoleConstraints_Group: MessageType<SchedulerOfferConstraints_RoleConstraints_Group> = defineMessage('mesos.v1.scheduler.OfferConstraints.RoleConstraints.Group', () => [
  [1, 'attribute_constraints', 'repeated', SchedulerAttributeConstraint],
]);

/** What a framework asks of the master. */
export interface SchedulerCall {
  framework_id?: FrameworkID;
  type?: SchedulerCall_Type;
  subscribe?: SchedulerCall_Subscribe;
  accept?: SchedulerCall_Accept;
  decline?: SchedulerCall_Decline;
  accept_inverse_offers?: SchedulerCall_AcceptInverseOffers;
  decline_inverse_offers?: SchedulerCall_DeclineInverseOffers;
  revive?: SchedulerCall_Revive;
  kill?: SchedulerCall_Kill;
  shutdown?: SchedulerCall_Shutdown;
  acknowledge?: SchedulerCall_Acknowledge;
  acknowledge_operation_status?: SchedulerCall_AcknowledgeOperationStatus;
  reconcile?: SchedulerCall_Reconcile;
  reconcile_operations?: SchedulerCall_ReconcileOperations;
  message?: SchedulerCall_Message;
  request?: SchedulerCall_Request;
  suppress?: SchedulerCall_Suppress;
  update_framework?: SchedulerCall_UpdateFramework;
}
/** Descriptor of mesos.v1.scheduler.Call. */
export const SchedulerCall: MessageType<SchedulerCall> = defineMessage('mesos.v1.scheduler.Call', () => [
  [1, 'framework_id', 'optional', FrameworkID],
  [2, 'type', 'optional', SchedulerCall_Type],
  [3, 'subscribe', 'optional', SchedulerCall_Subscribe],
  [4, 'accept', 'optional', SchedulerCall_Accept],
  [5, 'decline', 'optional', SchedulerCall_Decline],
  [13, 'accept_inverse_offers', 'optional', SchedulerCall_AcceptInverseOffers],
  [14, 'decline_inverse_offers', 'optional', SchedulerCall_DeclineInverseOffers],
  [15, 'revive', 'optional', SchedulerCall_Revive],
  [6, 'kill', 'optional', SchedulerCall_Kill],
  [7, 'shutdown', 'optional', SchedulerCall_Shutdown],
  [8, 'acknowledge', 'optional', SchedulerCall_Acknowledge],
  [17, 'acknowledge_operation_status', 'optional', SchedulerCall_AcknowledgeOperationStatus],
  [9, 'reconcile', 'optional', SchedulerCall_Reconcile],
  [18, 'reconcile_operations', 'optional', SchedulerCall_ReconcileOperations],
  [10, 'message', 'optional', SchedulerCall_Message],
  [11, 'request', 'optional', SchedulerCall_Request],
  [16, 'suppress', 'optional', SchedulerCall_Suppress],
  [19, 'update_framework', 'optional', SchedulerCall_UpdateFramework],
]);

/** Enum mesos.v1.scheduler.Call.Type. */
export type SchedulerCall_Type =
  | 'UNKNOWN'
  | 'SUBSCRIBE'
  | 'TEARDOWN'
  | 'ACCEPT'
  | 'DECLINE'
  | 'ACCEPT_INVERSE_OFFERS'
  | 'DECLINE_INVERSE_OFFERS'
  | 'REVIVE'
  | 'KILL'
  | 'SHUTDOWN'
  | 'ACKNOWLEDGE'
  | 'ACKNOWLEDGE_OPERATION_STATUS'
  | 'RECONCILE'
  | 'RECONCILE_OPERATIONS'
  | 'MESSAGE'
  | 'REQUEST'
  | 'SUPPRESS'
  | 'UPDATE_FRAMEWORK';
/** Names and numbers of mesos.v1.scheduler.Call.Type. */
export const SchedulerCall_Type: EnumType<SchedulerCall_Type> = defineEnum('mesos.v1.scheduler.Call.Type', {
  UNKNOWN: 0,
  SUBSCRIBE: 1,
  TEARDOWN: 2,
  ACCEPT: 3,
  DECLINE: 4,
  ACCEPT_INVERSE_OFFERS: 13,
  DECLINE_INVERSE_OFFERS: 14,
  REVIVE: 5,
  KILL: 6,
  SHUTDOWN: 7,
  ACKNOWLEDGE: 8,
  ACKNOWLEDGE_OPERATION_STATUS: 15,
  RECONCILE: 9,
  RECONCILE_OPERATIONS: 16,
  MESSAGE: 10,
  REQUEST: 11,
  SUPPRESS: 12,
  UPDATE_FRAMEWORK: 17,
});

/** Message mesos.v1.scheduler.Call.Subscribe. */
export interface SchedulerCall_Subscribe {
  framework_info: FrameworkInfo;
  suppressed_roles?: string[];
  offer_constraints?: SchedulerOfferConstraints;
}
/** Descriptor of mesos.v1.scheduler.Call.Subscribe. */
export const SchedulerCall_Subscribe: MessageType<SchedulerCall_Subscribe> = defineMessage('mesos.v1.scheduler.Call.Subscribe', () => [
  [1, 'framework_info', 'required', FrameworkInfo],
  [2, 'suppressed_roles', 'repeated', 'string'],
  [3, 'offer_constraints', 'optional', SchedulerOfferConstraints],
]);

/** Message mesos.v1.scheduler.Call.Accept. */
export interface SchedulerCall_Accept {
  offer_ids?: OfferID[];
  operations?: Offer_Operation[];
  filters?: Filters;
}
/** Descriptor of mesos.v1.scheduler.Call.Accept. */
export const SchedulerCall_Accept: MessageType<SchedulerCall_Accept> = defineMessage('mesos.v1.scheduler.Call.Accept', () => [
  [1, 'offer_ids', 'repeated', OfferID],
  [2, 'operations', 'repeated', Offer_Operation],
  [3, 'filters', 'optional', Filters],
]);

/** Message mesos.v1.scheduler.Call.Decline. */
export interface SchedulerCall_Decline {
  offer_ids?: OfferID[];
  filters?: Filters;
}
/** Descriptor of mesos.v1.scheduler.Call.Decline. */
export const SchedulerCall_Decline: MessageType<SchedulerCall_Decline> = defineMessage('mesos.v1.scheduler.Call.Decline', () => [
  [1, 'offer_ids', 'repeated', OfferID],
  [2, 'filters', 'optional', Filters],
]);

/** Message mesos.v1.scheduler.Call.AcceptInverseOffers. */
export interface SchedulerCall_AcceptInverseOffers {
  inverse_offer_ids?: OfferID[];
  filters?: Filters;
}
/** Descriptor of mesos.v1.scheduler.Call.AcceptInverseOffers. */
export const SchedulerCall_AcceptInverseOffers: MessageType<SchedulerCall_AcceptInverseOffers> = defineMessage('mesos.v1.scheduler.Call.AcceptInverseOffers', () => [
  [1, 'inverse_offer_ids', 'repeated', OfferID],
  [2, 'filters', 'optional', Filters],
]);

/** Message mesos.v1.scheduler.Call.DeclineInverseOffers. */
export interface SchedulerCall_DeclineInverseOffers {
  inverse_offer_ids?: OfferID[];
  filters?: Filters;
}
/** Descriptor of mesos.v1.scheduler.Call.DeclineInverseOffers. */
export const SchedulerCall_DeclineInverseOffers: MessageType<SchedulerCall_DeclineInverseOffers> = defineMessage('mesos.v1.scheduler.Call.DeclineInverseOffers', () => [
  [1, 'inverse_offer_ids', 'repeated', OfferID],
  [2, 'filters', 'optional', Filters],
]);

/** Message mesos.v1.scheduler.Call.Revive. */
export interface SchedulerCall_Revive {
  roles?: string[];
}
/** Descriptor of mesos.v1.scheduler.Call.Revive. */
export const SchedulerCall_Revive: MessageType<SchedulerCall_Revive> = defineMessage('mesos.v1.scheduler.Call.Revive', () => [
  [1, 'roles', 'repeated', 'string'],
]);

/** Message mesos.v1.scheduler.Call.Kill. */
export interface SchedulerCall_Kill {
  task_id: TaskID;
  agent_id?: AgentID;
  kill_policy?: KillPolicy;
}
/** Descriptor of mesos.v1.scheduler.Call.Kill. */
export const SchedulerCall_Kill: MessageType<SchedulerCall_Kill> = defineMessage('mesos.v1.scheduler.Call.Kill', () => [
  [1, 'task_id', 'required', TaskID],
  [2, 'agent_id', 'optional', AgentID],
  [3, 'kill_policy', 'optional', KillPolicy],
]);

/** Message mesos.v1.scheduler.Call.Shutdown. */
export interface SchedulerCall_Shutdown {
  executor_id: ExecutorID;
  agent_id: AgentID;
}
/** Descriptor of mesos.v1.scheduler.Call.Shutdown. */
export const SchedulerCall_Shutdown: MessageType<SchedulerCall_Shutdown> = defineMessage('mesos.v1.scheduler.Call.Shutdown', () => [
  [1, 'executor_id', 'required', ExecutorID],
  [2, 'agent_id', 'required', AgentID],
]);

/** Message mesos.v1.scheduler.Call.Acknowledge. */
export interface SchedulerCall_Acknowledge {
  agent_id: AgentID;
  task_id: TaskID;
  uuid: Uint8Array;
}
/** Descriptor of mesos.v1.scheduler.Call.Acknowledge. */
export const SchedulerCall_Acknowledge: MessageType<SchedulerCall_Acknowledge> = defineMessage('mesos.v1.scheduler.Call.Acknowledge', () => [
  [1, 'agent_id', 'required', AgentID],
  [2, 'task_id', 'required', TaskID],
  [3, 'uuid', 'required', 'bytes'],
]);

/** Message mesos.v1.scheduler.Call.AcknowledgeOperationStatus. */
export interface SchedulerCall_AcknowledgeOperationStatus {
  agent_id?: AgentID;
  resource_provider_id?: ResourceProviderID;
  uuid: Uint8Array;
  operation_id: OperationID;
}
/** Descriptor of mesos.v1.scheduler.Call.AcknowledgeOperationStatus. */
export const SchedulerCall_AcknowledgeOperationStatus: MessageType<SchedulerCall_AcknowledgeOperationStatus> = defineMessage('mesos.v1.scheduler.Call.AcknowledgeOperationStatus', () => [
  [1, 'agent_id', 'optional', AgentID],
  [2, 'resource_provider_id', 'optional', ResourceProviderID],
  [3, 'uuid', 'required', 'bytes'],
  [4, 'operation_id', 'required', OperationID],
]);

/** No tasks means all of them. */
export interface SchedulerCall_Reconcile {
  tasks?: SchedulerCall_Reconcile_Task[];
}
/** Descriptor of mesos.v1.scheduler.Call.Reconcile. */
export const SchedulerCall_Reconcile: MessageType<SchedulerCall_Reconcile> = defineMessage('mesos.v1.scheduler.Call.Reconcile', () => [
  [1, 'tasks', 'repeated', SchedulerCall_Reconcile_Task],
]);

/** Message mesos.v1.scheduler.Call.Reconcile.Task. */
export interface SchedulerCall_Reconcile_Task {
  task_id: TaskID;
  agent_id?: AgentID;
}
/** Descriptor of mesos.v1.scheduler.Call.Reconcile.Task. */
export const SchedulerCall_Reconcile_Task: MessageType<SchedulerCall_Reconcile_Task> = defineMessage('mesos.v1.scheduler.Call.Reconcile.Task', () => [
  [1, 'task_id', 'required', TaskID],
  [2, 'agent_id', 'optional', AgentID],
]);

/** Message mesos.v1.scheduler.Call.ReconcileOperations. */
export interface SchedulerCall_ReconcileOperations {
  operations?: SchedulerCall_ReconcileOperations_Operation[];
}
/** Descriptor of mesos.v1.scheduler.Call.ReconcileOperations. */
export const SchedulerCall_ReconcileOperations: MessageType<SchedulerCall_ReconcileOperations> = defineMessage('mesos.v1.scheduler.Call.ReconcileOperations', () => [
  [1, 'operations', 'repeated', SchedulerCall_ReconcileOperations_Operation],
]);

/** Message mesos.v1.scheduler.Call.ReconcileOperations.Operation. */
export interface SchedulerCall_ReconcileOperations_Operation {
  operation_id: OperationID;
  agent_id?: AgentID;
  resource_provider_id?: ResourceProviderID;
}
/** Descriptor of mesos.v1.scheduler.Call.ReconcileOperations.Operation. */
export const SchedulerCall_ReconcileOperations_Operation: MessageType<SchedulerCall_ReconcileOperations_Operation> = defineMessage('mesos.v1.scheduler.Call.ReconcileOperations.Operation', () => [
  [1, 'operation_id', 'required', OperationID],
  [2, 'agent_id', 'optional', AgentID],
  [3, 'resource_provider_id', 'optional', ResourceProviderID],
]);

/** Message mesos.v1.scheduler.Call.Message. */
export interface SchedulerCall_Message {
  agent_id: AgentID;
  executor_id: ExecutorID;
  data: Uint8Array;
}
/** Descriptor of mesos.v1.scheduler.Call.Message. */
export const SchedulerCall_Message: MessageType<SchedulerCall_Message> = defineMessage('mesos.v1.scheduler.Call.Message', () => [
  [1, 'agent_id', 'required', AgentID],
  [2, 'executor_id', 'required', ExecutorID],
  [3, 'data', 'required', 'bytes'],
]);

/** Message mesos.v1.scheduler.Call.Request. */
export interface SchedulerCall_Request {
  requests?: Request[];
}
/** Descriptor of mesos.v1.scheduler.Call.Request. */
export const SchedulerCall_Request: MessageType<SchedulerCall_Request> = defineMessage('mesos.v1.scheduler.Call.Request', () => [
  [1, 'requests', 'repeated', Request],
]);

/** Message mesos.v1.scheduler.Call.Suppress. */
export interface SchedulerCall_Suppress {
  roles?: string[];
}
/** Descriptor of mesos.v1.scheduler.Call.Suppress. */
export const SchedulerCall_Suppress: MessageType<SchedulerCall_Suppress> = defineMessage('mesos.v1.scheduler.Call.Suppress', () => [
  [1, 'roles', 'repeated', 'string'],
]);

/** Message mesos.v1.scheduler.Call.UpdateFramework. */
export interface SchedulerCall_UpdateFramework {
  framework_info: FrameworkInfo;
  suppressed_roles?: string[];
  offer_constraints?: SchedulerOfferConstraints;
}
/** Descriptor of mesos.v1.scheduler.Call.UpdateFramework. */
export const SchedulerCall_UpdateFramework: MessageType<SchedulerCall_UpdateFramework> = defineMessage('mesos.v1.scheduler.Call.UpdateFramework', () => [
  [1, 'framework_info', 'required', FrameworkInfo],
  [2, 'suppressed_roles', 'repeated', 'string'],
  [3, 'offer_constraints', 'optional', SchedulerOfferConstraints],
]);

/** How the upstream library reports the answer to a call. */
export interface SchedulerAPIResult {
  status_code: number;
  response?: SchedulerResponse;
  error?: string;
}
/** Descriptor of mesos.v1.scheduler.APIResult. */
export const SchedulerAPIResult: MessageType<SchedulerAPIResult> = defineMessage('mesos.v1.scheduler.APIResult', () => [
  [1, 'status_code', 'required', 'uint32'],
  [2, 'response', 'optional', SchedulerResponse],
  [3, 'error', 'optional', 'string'],
]);
