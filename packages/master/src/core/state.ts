/** The master's books: agents, frameworks, tasks, executors, offers, and what is remembered of the past. */
import type { Allocator } from '@stoke/allocator';
import type { Authorizer } from '@stoke/kit';
import type {
  AgentInfo,
  AgentInfo_Capability_Type,
  AllocatorInverseOfferStatus,
  DrainConfig,
  ExecutorInfo,
  FrameworkInfo,
  InverseOffer,
  LinkAgentMessage_Reregister,
  MachineID,
  MaintenanceSchedule,
  MasterInfo,
  Operation,
  QuotaConfig,
  SchedulerOfferConstraints,
  Task,
  Unavailability,
  Offer as WireOffer,
} from '@stoke/protocol';
import type { Resources } from '@stoke/resources';
import type { Counters } from './counters.ts';
import type { Viewer } from './viewer.ts';

/** Settings of the core, in milliseconds and counts. */
export type CoreSettings = {
  /** Of the master's own address. */
  readonly scheme: 'http' | 'https';
  readonly agentPingTimeoutMs: number;
  readonly maxAgentPingTimeouts: number;
  readonly agentReregisterTimeoutMs: number;
  readonly allocationIntervalMs: number;
  readonly heartbeatIntervalMs: number;
  readonly offerTimeoutMs: number | undefined;
  readonly maxCompletedFrameworks: number;
  readonly maxCompletedTasksPerFramework: number;
  readonly maxUnreachableTasksPerFramework: number;
  readonly registryMaxAgentAgeMs: number;
  readonly registryMaxAgentCount: number;
  readonly registryGcIntervalMs: number;
  readonly maxOperatorSubscribers: number;
  /** Whitelist of roles; undefined: all. */
  readonly roles: readonly string[] | undefined;
  readonly rootSubmissions: boolean;
  /** Agents without a fault domain are refused. */
  readonly requireAgentDomain: boolean;
  /** False: metrics of each framework would be too many. */
  readonly publishFrameworkMetrics: boolean;
};

/** Where ids and chance come from: injected, so that the same input gives the same output. */
export type Sources = { readonly uuid: () => string; readonly random: () => number };

/** A task in the books. `task` is the wire object, changed in place. */
export type TaskRecord = {
  readonly task: Task;
  readonly frameworkId: string;
  readonly agentId: string;
  /** Allocated form; given back once when the task ends. */
  readonly resources: Resources;
  /** True once the resources went back to the allocator. */
  released: boolean;
};

/** An executor on an agent: its resources count once, whatever the number of its tasks. */
export type ExecutorRecord = {
  readonly info: ExecutorInfo;
  readonly frameworkId: string;
  readonly agentId: string;
  readonly resources: Resources;
};

export type OfferRecord = {
  readonly id: string;
  readonly frameworkId: string;
  readonly agentId: string;
  readonly role: string;
  readonly resources: Resources;
  /** All but the resources, which depend on the framework's capabilities. */
  readonly wire: WireOffer;
};

/** The wish that a framework leaves an agent before its maintenance. */
export type InverseOfferRecord = {
  readonly id: string;
  readonly frameworkId: string;
  readonly agentId: string;
  readonly wire: InverseOffer;
};

/** A machine of the maintenance schedule. Until it is down it is DRAINING. */
export type Machine = {
  readonly id: MachineID;
  readonly unavailability: Unavailability;
  down: boolean;
};

export type Framework = {
  readonly id: string;
  info: FrameworkInfo;
  roles: readonly string[];
  suppressed: Set<string>;
  constraints: SchedulerOfferConstraints | undefined;
  principal: string | undefined;
  /** Live stream; undefined while disconnected. */
  stream: string | undefined;
  /** Known only through agents, has not subscribed to this master yet. */
  recovered: boolean;
  readonly registeredMs: number;
  reregisteredMs: number | undefined;
  unregisteredMs: number | undefined;
  readonly tasks: Map<string, TaskRecord>;
  readonly unreachableTasks: Map<string, Task>;
  readonly completedTasks: Task[];
  readonly executors: Map<string, ExecutorRecord>;
  readonly offers: Set<string>;
  readonly inverseOffers: Set<string>;
  readonly counters: Counters;
  /** Grows with each change of what its tasks, executors and offers hold. */
  holdings: number;
};

export type Agent = {
  readonly id: string;
  info: AgentInfo;
  /** Open link; undefined while disconnected. */
  link: string | undefined;
  ip: string;
  /** Of its address; undefined: it did not say. */
  scheme: string | undefined;
  version: string;
  capabilities: readonly AgentInfo_Capability_Type[];
  total: Resources;
  /** As the agent told it: goes back to it with each order, so that it can refuse an outdated one. */
  resourceVersion: Uint8Array | undefined;
  readonly registeredMs: number;
  reregisteredMs: number | undefined;
  readonly tasks: Map<string, TaskRecord>;
  readonly executors: Map<string, ExecutorRecord>;
  readonly offers: Set<string>;
  readonly inverseOffers: Set<string>;
  /** By framework: what it said to the last inverse offer about the present plan. */
  readonly inverseAnswers: Map<string, AllocatorInverseOfferStatus>;
  /** Its planned absence, as offers and the allocator have it. */
  unavailability: Unavailability | undefined;
  /** Grows with each change of what its tasks, executors and offers hold. */
  holdings: number;
  /** By the uuid of the operation in hex: sent, and not acknowledged by the framework yet. */
  readonly operations: Map<string, Operation>;
  /** Requests of operators that wait until their operation (the key) is on the agent's disk. */
  readonly waiting: Map<string, string>;
  /** Kills asked for, replayed when the agent comes back: framework id, task id. */
  readonly killed: Map<string, Set<string>>;
  missedPings: number;
  awaitingPong: boolean;
  /** A removal is being written to the registry. */
  removing: boolean;
  /** An operator wants no new work there. */
  deactivated: boolean;
};

/** An agent that is being emptied, or is empty and waits for what the operator has in mind. */
export type DrainRecord = {
  readonly state: 'DRAINING' | 'DRAINED';
  readonly config: DrainConfig;
  readonly startedMs: number;
};

/** An agent of which the registry knows and that has not come back since this master started. */
export type RecoveredAgent = {
  readonly id: string;
  readonly info: AgentInfo;
  /** It did not come back in time: the registry is about to forget it. */
  readonly leaving?: boolean;
};

/** An agent on its way in; `report` is what a returning one says it runs. */
export type Admission = {
  readonly agent: Agent;
  readonly report: LinkAgentMessage_Reregister | undefined;
  readonly wasUnreachable: boolean;
};

export type MasterState = {
  readonly settings: CoreSettings;
  readonly sources: Sources;
  readonly info: MasterInfo;
  readonly startedMs: number;
  /** Since when it leads. */
  electedMs: number;
  readonly allocator: Allocator;
  /** Who may do what. */
  readonly authorizer: Authorizer;
  readonly frameworks: Map<string, Framework>;
  /** By id, oldest first; such ids cannot subscribe again. */
  readonly completedFrameworks: Map<string, Framework>;
  /** Stream to framework id. */
  readonly streams: Map<string, string>;
  /** Event streams of the operator API, oldest first, each with what its reader may see. */
  readonly operatorStreams: Map<string, Viewer>;
  readonly agents: Map<string, Agent>;
  /** Where agents listen (see `addressOf`) to agent id: a newcomer there replaces the old one. */
  readonly addresses: Map<string, string>;
  /** Link to agent id. */
  readonly links: Map<string, string>;
  readonly recoveredAgents: Map<string, RecoveredAgent>;
  /** Id to the time of loss in nanoseconds; oldest first. */
  readonly unreachableAgents: Map<string, number>;
  readonly goneAgents: Map<string, number>;
  /** Ids of agents that are out of service, here or not. */
  readonly deactivatedAgents: Set<string>;
  /** By agent id, here or not; those are deactivated too. */
  readonly draining: Map<string, DrainRecord>;
  /** Ids of draining agents where something ended in this step. */
  readonly drainChecks: Set<string>;
  /** (Re)registrations that wait for the registry, by agent id. */
  readonly admissions: Map<string, Admission>;
  readonly offers: Map<string, OfferRecord>;
  readonly inverseOffers: Map<string, InverseOfferRecord>;
  /** Planned maintenance as the operator gave it, and its machines by `machineKey`. */
  schedule: MaintenanceSchedule;
  readonly machines: Map<string, Machine>;
  /** By role; 1 where there is none. */
  readonly weights: Map<string, number>;
  /** By role; also those that were set back to nothing. */
  readonly quotas: Map<string, QuotaConfig>;
  readonly counters: Counters;
  nextFramework: number;
  nextAgent: number;
  nextOffer: number;
  /** Scope of the allocator run that was asked for and has not begun. */
  queuedAllocation: 'batch' | 'events' | undefined;
};

/** Key of a task or executor in an agent's maps: ids are unique per framework only. */
export function ownedKey(frameworkId: string, id: string): string {
  return `${frameworkId}/${id}`;
}

/** True when the framework can receive events and offers. */
export function isConnected(framework: Framework): boolean {
  return framework.stream !== undefined;
}

/** True when offers of the agent may be made. */
export function isActive(agent: Agent): boolean {
  return agent.link !== undefined && !agent.removing && !agent.deactivated;
}
