/** What can happen to the master: every change of its state begins as one of these. */
import type {
  DrainConfig,
  LinkAgentMessage,
  MachineID,
  MaintenanceSchedule,
  Offer_Operation,
  QuotaConfig,
  QuotaRequest,
  SchedulerCall,
  SchedulerCall_Subscribe,
  WeightInfo,
} from '@stoke/protocol';
import type { DrainRecord } from './state.ts';
import type { Viewer } from './viewer.ts';

export type MasterEvent =
  /** A scheduler opened a stream; structural checks are done, semantic ones are not. */
  | {
      readonly type: 'SUBSCRIBE';
      readonly stream: string;
      readonly subscribe: SchedulerCall_Subscribe;
      readonly principal: string | undefined;
    }
  | { readonly type: 'STREAM_CLOSED'; readonly stream: string }
  | { readonly type: 'HEARTBEAT_DUE'; readonly stream: string }
  /** A checked call of a subscribed framework, answered 202 already. */
  | { readonly type: 'CALL'; readonly frameworkId: string; readonly call: SchedulerCall }
  /** An operator opened an event stream. */
  | { readonly type: 'SUBSCRIBE_OPERATOR'; readonly stream: string; readonly viewer: Viewer }
  | { readonly type: 'OPERATOR_STREAM_CLOSED'; readonly stream: string }
  | { readonly type: 'OPERATOR_HEARTBEAT_DUE'; readonly stream: string }
  /** An operator changes resources of an agent; answered (see REPLY) at once. */
  | {
      readonly type: 'OPERATE';
      readonly request: string;
      readonly agentId: string;
      readonly operation: Offer_Operation;
      readonly principal: string | undefined;
    }
  /** Requests that are answered (see REPLY) once the registry has what they change. */
  | {
      readonly type: 'UPDATE_WEIGHTS';
      readonly request: string;
      readonly weights: readonly WeightInfo[];
    }
  | {
      readonly type: 'WEIGHTS_STORED';
      readonly request: string;
      readonly weights: readonly WeightInfo[];
    }
  | {
      readonly type: 'UPDATE_QUOTA';
      readonly request: string;
      readonly configs: readonly QuotaConfig[];
      readonly force: boolean;
    }
  | { readonly type: 'SET_QUOTA'; readonly request: string; readonly quota: QuotaRequest }
  | { readonly type: 'REMOVE_QUOTA'; readonly request: string; readonly role: string }
  | { readonly type: 'QUOTA_STORED'; readonly request: string; readonly roles: readonly string[] }
  | { readonly type: 'FAILOVER_TIMEOUT'; readonly frameworkId: string }
  /** An operator takes an agent out of service, or back into it. */
  | {
      readonly type: 'AGENT_SERVICE';
      readonly request: string;
      readonly agentId: string;
      readonly deactivated: boolean;
    }
  | {
      readonly type: 'AGENT_SERVICE_STORED';
      readonly request: string;
      readonly agentId: string;
      readonly deactivated: boolean;
    }
  /** An operator wants an agent empty. */
  | {
      readonly type: 'DRAIN_AGENT';
      readonly request: string;
      readonly agentId: string;
      readonly config: DrainConfig;
    }
  | {
      readonly type: 'DRAIN_STORED';
      readonly request: string;
      readonly agentId: string;
      readonly drain: DrainRecord;
    }
  | {
      readonly type: 'DRAINED_STORED';
      readonly agentId: string;
      readonly before: DrainRecord;
      readonly drained: DrainRecord;
    }
  /** An operator plans, starts or ends the maintenance of machines. */
  | {
      readonly type: 'UPDATE_SCHEDULE';
      readonly request: string;
      readonly schedule: MaintenanceSchedule;
    }
  | {
      readonly type: 'START_MAINTENANCE' | 'STOP_MAINTENANCE';
      readonly request: string;
      readonly machines: readonly MachineID[];
    }
  | {
      readonly type: 'MAINTENANCE_STORED';
      readonly request: string;
      /** Machines whose agents have to stop now. */
      readonly down: readonly MachineID[];
    }
  | { readonly type: 'MARK_AGENT_GONE'; readonly request: string; readonly agentId: string }
  | {
      readonly type: 'AGENT_GONE_STORED';
      /** Undefined: nobody asked, it was drained for that. */
      readonly request: string | undefined;
      readonly agentId: string;
      readonly atNs: number;
    }
  /** An operator ends a framework. */
  | { readonly type: 'TEARDOWN'; readonly frameworkId: string }
  /** An agent said something on its link; `peer` is the remote address. */
  | {
      readonly type: 'AGENT_MESSAGE';
      readonly link: string;
      readonly peer: string;
      readonly message: LinkAgentMessage;
    }
  | { readonly type: 'LINK_CLOSED'; readonly link: string }
  /** The registry holds the agent now: it may be told so. */
  | { readonly type: 'AGENT_ADMITTED'; readonly agentId: string }
  | {
      readonly type: 'AGENT_REMOVAL_STORED';
      readonly agentId: string;
      readonly cause: RemovalCause;
    }
  | { readonly type: 'PING_DUE'; readonly agentId: string }
  | { readonly type: 'REREGISTER_TIMEOUT'; readonly agentId: string }
  /** The allocator run that was asked for may begin, or go on. */
  | { readonly type: 'ALLOCATE' }
  /** The allocation interval is over. */
  | { readonly type: 'BATCH_DUE' }
  /** Hosts whose agents may be offered. */
  | { readonly type: 'WHITELIST'; readonly hostnames: ReadonlySet<string> }
  /** Agents of the registry that did not come back after a restart of the master. */
  | { readonly type: 'RECOVERY_TIMEOUT' }
  | {
      readonly type: 'RECOVERED_AGENTS_LOST';
      readonly agentIds: readonly string[];
      readonly atNs: number;
    }
  | { readonly type: 'REGISTRY_GC_STORED' }
  | { readonly type: 'OFFER_TIMEOUT'; readonly offerId: string }
  | { readonly type: 'REGISTRY_GC' };

/** Why an agent leaves the books; `message` is what its tasks' last status says. */
export type RemovalCause = {
  readonly kind: 'unreachable' | 'unregistered' | 'replaced' | 'gone' | 'machine-down';
  readonly message: string;
  /** Nanoseconds since the epoch, fixed when the removal was decided. */
  readonly atNs: number;
};
