/** What can happen to an agent: the only inputs of its core. */
import type {
  ExecutorCall,
  LinkMasterMessage,
  NetworkInfo,
  TaskResourceLimitation,
} from '@stoke/protocol';
import type { ProbeResult } from './checks.ts';
import type { AgentRecords } from './records.ts';
import type { CheckKind } from './task-checks.ts';

/** Which part of a launch failed: each is told to the framework in its own way. */
export type LaunchStage = 'sandbox' | 'fetch' | 'launch';

/** A container went over what it was given and was ended for it. */
export interface Limitation {
  readonly reason:
    | 'REASON_CONTAINER_LIMITATION'
    | 'REASON_CONTAINER_LIMITATION_DISK'
    | 'REASON_CONTAINER_LIMITATION_MEMORY';
  readonly message: string;
  /** What it was given. */
  readonly limits: TaskResourceLimitation;
}

/** What is known of a running container beyond its pid. */
export interface ContainerFacts {
  /** Where it can be reached, when it is not on the machine's own network. */
  readonly networks?: readonly NetworkInfo[];
  /** Whether checks are made from inside its network, at its own loopback. */
  readonly ownLoopback?: boolean;
  /** Told to the framework with TASK_RUNNING. */
  readonly data?: Uint8Array;
}

/** How a recovered container was found. */
export type RecoveredContainer =
  | {
      readonly found: 'running';
      readonly pid: number;
      readonly facts?: ContainerFacts | undefined;
    }
  /** The wait status, or undefined when nobody knows it. */
  | {
      readonly found: 'ended';
      readonly pid: number;
      readonly status: number | undefined;
      readonly limitation?: Limitation | undefined;
    }
  /** The machine was started anew, or the container was never started. */
  | { readonly found: 'nothing'; readonly rebooted: boolean };

export type TimerEvent =
  | { readonly kind: 'update-retry'; readonly frameworkId: string; readonly taskId: string }
  | { readonly kind: 'operation-retry'; readonly operation: string }
  | { readonly kind: 'kill-escalation'; readonly containerId: string }
  | { readonly kind: 'max-completion'; readonly containerId: string }
  | { readonly kind: CheckKind; readonly containerId: string }
  | { readonly kind: 'executor-registration'; readonly containerId: string }
  | { readonly kind: 'executor-reregistration'; readonly containerId: string }
  | { readonly kind: 'executor-heartbeat'; readonly containerId: string }
  | { readonly kind: 'close-deadline' };

export type AgentEvent =
  | {
      readonly type: 'recovered';
      readonly records: AgentRecords;
      /** By container id. */
      readonly containers: ReadonlyMap<string, RecoveredContainer>;
    }
  | { readonly type: 'link-up' }
  | { readonly type: 'link-down' }
  | { readonly type: 'link-message'; readonly message: LinkMasterMessage }
  | {
      readonly type: 'container-started';
      readonly containerId: string;
      readonly pid: number;
      readonly facts?: ContainerFacts | undefined;
    }
  | {
      readonly type: 'container-failed';
      readonly containerId: string;
      readonly stage: LaunchStage;
      readonly message: string;
    }
  | {
      readonly type: 'container-exited';
      readonly containerId: string;
      /** As waitpid gives it; undefined when nobody knows it. */
      readonly status: number | undefined;
      readonly limitation?: Limitation | undefined;
    }
  | {
      readonly type: 'volumes-linked';
      readonly containerId: string;
      /** Of the volumes, as in the effect. */
      readonly paths: readonly string[];
      /** Why the container does not see them. */
      readonly problem?: string | undefined;
    }
  | {
      readonly type: 'executor-subscribed';
      readonly call: ExecutorCall;
      readonly connection: string;
    }
  | { readonly type: 'executor-call'; readonly call: ExecutorCall }
  | {
      readonly type: 'executor-disconnected';
      readonly containerId: string;
      readonly connection: string;
    }
  | {
      readonly type: 'probe-ended';
      readonly containerId: string;
      readonly kind: CheckKind;
      readonly result: ProbeResult;
    }
  | { readonly type: 'timer'; readonly timer: TimerEvent }
  /** Everything is killed, then the process ends. */
  | { readonly type: 'close'; readonly unregister: boolean };
