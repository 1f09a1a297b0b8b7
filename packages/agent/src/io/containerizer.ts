/** What runs containers. Several may be configured; the first that supports a container gets it. */
import type { Image, ResourceStatistics } from '@stoke/protocol';
import type { ContainerSize, ContainerSpec } from '../core/effects.ts';
import type { ContainerFacts, Limitation, RecoveredContainer } from '../core/events.ts';
import type { DeviceNode } from './gpus/gpu-devices.ts';
import type { RunningPlace } from './mount-inside.ts';
import type {
  Console,
  ConsoleListener,
  Session,
  SessionCommand,
  SessionListener,
} from './session/session.ts';

/** What one container uses, summed over its processes. */
export interface ContainerUsage {
  readonly userSeconds: number;
  readonly systemSeconds: number;
  readonly residentBytes: number;
  readonly processes?: number;
  readonly threads?: number;
  /** What only control groups tell. */
  readonly more?: Partial<ResourceStatistics>;
}

export interface LaunchRequest {
  readonly spec: ContainerSpec;
  /** The user to become, when the agent may switch users and the task asks for another. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /**
   * Where the command leaves the pid of a process that goes on without it: when the command ended well, the container
   * ends as that process does.
   */
  readonly pidFile?: string;
  /** Devices that the container gets beside those that every one has. */
  readonly devices?: readonly DeviceNode[] | undefined;
}

/** A program to be run beside the task of a container. */
export interface InsideCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** Whether its standard streams are a terminal. */
  readonly terminal?: boolean;
}

/** A program with its streams attached, to be run by whoever runs the container. */
export interface InsideSession {
  readonly containerId: string;
  readonly command: SessionCommand;
  /** As the container knows it; undefined: whoever the container runs as. */
  readonly user: string | undefined;
  readonly listener: SessionListener;
}

/** Told about every container that ended, once; the status is what waitpid gave, if anybody knows it. */
export type ContainerExitListener = (
  containerId: string,
  status: number | undefined,
  limitation?: Limitation,
) => void;

export interface Containerizer {
  readonly name: string;
  /** Whether containers see only the devices they are given. */
  readonly givesDevices?: boolean;
  /** Why this containerizer cannot run the container; undefined when it can. */
  whyUnsupported(spec: ContainerSpec): string | undefined;
  /** Starts the container and returns the pid that stands for it. Its end is told to the listener. */
  launch(request: LaunchRequest): Promise<number>;
  /** Forgets all containers but these, after a restart of the agent; as far as they can be told, their processes end. */
  removeUnknown(known: ReadonlySet<string>): Promise<void>;
  /** The machine was started anew: no process that is written down is there any more, and its pid may be another's. */
  forgetProcesses?(): Promise<void>;
  /** Whether this containerizer has the container, running or not. */
  holds(containerId: string): boolean;
  /** Takes up a container that a former run of the agent started; a running one is watched from now on. */
  recover(containerId: string): Promise<RecoveredContainer>;
  /** Signals every process of the container; one that is gone is no error. */
  signal(containerId: string, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Changes what a running container may use; without this nothing limits it. */
  resize?(containerId: string, size: ContainerSize): Promise<void>;
  /** Where directories of the machine can be shown in a running container; without this it sees what the machine does. */
  runningPlace?(containerId: string, sandbox: string): RunningPlace;
  /** Forgets an ended container and what it left outside its sandbox. */
  remove(containerId: string): Promise<void>;
  /** Turns a program into one that enters the container first; without this a container is nothing to enter. */
  entering?(containerId: string, command: InsideCommand): InsideCommand;
  /** The processes of each container that runs; without this a container has no ports of the machine. */
  processes?(containerIds: readonly string[]): ReadonlyMap<string, readonly number[]>;
  /** Runs a program inside the container by means of its own and answers its exit code; rejects when it ends otherwise. */
  runInside?(containerId: string, command: InsideCommand, signal: AbortSignal): Promise<number>;
  /** As `runInside`, with the streams of the program attached. */
  openSession?(session: InsideSession): Session;
  /** File of the network namespace of a container that is not on the machine's network, when checks can enter it. */
  networkNamespace?(containerId: string): string | undefined;
  /** Keyboard and screen of a running container; undefined when it has no terminal. */
  openConsole?(containerId: string, listener: ConsoleListener): Promise<Console | undefined>;
  /** What is known of a running container beyond its pid. */
  facts?(containerId: string): ContainerFacts | undefined;
  /** By container id; those that are not running are left out. */
  usage(containerIds: readonly string[]): ReadonlyMap<string, ContainerUsage>;
  /** Removes images kept here that no container uses, but those that are named. */
  pruneImages?(excluded: readonly Image[]): Promise<void>;
  /** Stops watching; containers go on running. */
  close(): void;
}
