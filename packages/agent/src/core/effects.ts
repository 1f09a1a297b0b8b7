/** What the core asks of the shell. Effects are performed in order, those after a `store` only once it is durable. */
import type {
  CommandInfo,
  ContainerInfo,
  ExecutorEvent,
  LinkAgentMessage,
  Resource,
} from '@stoke/protocol';
import type { TimerEvent } from './events.ts';
import type { CheckKind } from './task-checks.ts';
import type { VolumeLink } from './volumes.ts';

/** What a container may use when there is more than it holds; infinite where nothing bounds it. */
export interface ContainerLimits {
  readonly cpus: number;
  readonly memoryMb: number;
}

/** What changes about a container while it runs. */
export interface ContainerSize {
  readonly resources: readonly Resource[];
  readonly limits?: ContainerLimits | undefined;
}

/** Where the task of a group runs. */
export interface NestedPlace {
  readonly executorDirectory: string;
  readonly taskId: string;
  /** The container of the executor, whose networks the task shares unless it names its own. */
  readonly parent: {
    readonly containerId: string;
    readonly container: ContainerInfo | undefined;
    /** Those of the executor and of all its tasks. */
    readonly resources: readonly Resource[];
  };
}

/** All a containerizer needs to know to start a container. */
export interface ContainerSpec {
  /** Whether it is for one command, or for an executor that may be given more tasks later. */
  readonly kind: 'command' | 'custom';
  readonly containerId: string;
  readonly frameworkId: string;
  readonly executorId: string;
  /** The sandbox, absolute. */
  readonly directory: string;
  /** The user asked for; it counts only when the agent may switch users. */
  readonly user: string | undefined;
  readonly command: CommandInfo;
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly container: ContainerInfo | undefined;
  readonly resources: readonly Resource[];
  /** Undefined: what it may use is what it holds. */
  readonly limits?: ContainerLimits | undefined;
  /** Of a task in a group: its sandbox lies in that of the executor, under the name of the task. */
  readonly nested?: NestedPlace;
  /** Persistent volumes to be linked into the sandbox. */
  readonly volumes: readonly VolumeLink[];
}

/** One run of a check. */
export type Probe =
  | {
      readonly type: 'command';
      readonly command: CommandInfo;
      /** The whole environment of the process. */
      readonly environment: Readonly<Record<string, string>>;
      /** The sandbox of the task. */
      readonly directory: string;
      /** The user asked for; it counts only when the agent may switch users. */
      readonly user: string | undefined;
    }
  | { readonly type: 'http'; readonly url: string }
  | { readonly type: 'tcp'; readonly host: string; readonly port: number };

export type Effect =
  | { readonly type: 'store'; readonly key: string; readonly value: string }
  | { readonly type: 'forget'; readonly key: string }
  | { readonly type: 'send-master'; readonly message: LinkAgentMessage }
  /** Close the link and connect again. */
  | { readonly type: 'drop-link'; readonly reason: string }
  /** The watchdog of the link: without a PING for so long it is dropped. */
  | { readonly type: 'expect-pings'; readonly timeoutMs: number }
  /** The agent has its id: directories named by it can be made. */
  | { readonly type: 'identify'; readonly agentId: string }
  | { readonly type: 'launch-container'; readonly spec: ContainerSpec }
  | {
      readonly type: 'signal-container';
      readonly containerId: string;
      readonly signal: 'SIGTERM' | 'SIGKILL';
    }
  /** What a running container may use from now on, because tasks of its executor came or ended. */
  | {
      readonly type: 'resize-container';
      readonly containerId: string;
      readonly size: ContainerSize;
    }
  /** Make directories of persistent volumes; those that exist stay as they are. */
  | { readonly type: 'make-volumes'; readonly paths: readonly string[] }
  /** Remove persistent volumes with their data. */
  | { readonly type: 'drop-volumes'; readonly paths: readonly string[] }
  /**
   * Volumes for one more task of a container that runs already, answered by `volumes-linked`; or those that no task
   * of it has any more.
   */
  | {
      readonly type: 'link-volumes';
      readonly order: 'show' | 'hide';
      readonly containerId: string;
      readonly directory: string;
      readonly volumes: readonly VolumeLink[];
    }
  /** Answered by `probe-ended`. Without a timeout it may take as long as its task. */
  | {
      readonly type: 'run-probe';
      readonly containerId: string;
      readonly kind: CheckKind;
      readonly probe: Probe;
      readonly timeoutMs: number | undefined;
    }
  /** What still runs for checks of the container is ended. */
  | { readonly type: 'stop-probes'; readonly containerId: string }
  /** The container is over and its status consumed: its runtime files may go. */
  | { readonly type: 'remove-container'; readonly containerId: string }
  /** The sandbox is not used any more and may be collected later. */
  | { readonly type: 'retire-sandbox'; readonly directory: string }
  | { readonly type: 'send-executor'; readonly connection: string; readonly event: ExecutorEvent }
  | { readonly type: 'close-executor'; readonly connection: string }
  | {
      readonly type: 'set-timer';
      readonly key: string;
      readonly delayMs: number;
      readonly timer: TimerEvent;
    }
  | { readonly type: 'cancel-timer'; readonly key: string }
  | {
      readonly type: 'log';
      readonly level: 'info' | 'warn';
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'exit'; readonly code: number };
