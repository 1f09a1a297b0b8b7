/** What a simulated agent needs of the world: its link, time, the fate of tasks, and who counts. */
import type { Timer } from '@stoke/kit';
import type { LinkAgentMessage, TaskState } from '@stoke/protocol';
import type { TaskFate } from './task-fate.ts';

export interface AgentSurroundings {
  /** Writes to the link; what is sent while there is none is lost. */
  readonly send: (message: LinkAgentMessage) => void;
  /** Gives the link up. */
  readonly drop: () => void;
  /** Milliseconds since the epoch, and fractions of them. */
  readonly nowMs: () => number;
  readonly later: (delayMs: number, run: () => void) => Timer;
  readonly fate: (taskId: string) => TaskFate;
  readonly newUuid: () => Uint8Array;
  readonly heard: AgentListener;
}

/** What becomes known while agents work; for statistics. */
export interface AgentListener {
  registered(again: boolean): void;
  /** A task was ordered to run. */
  launched(): void;
  state(state: TaskState): void;
  /** An update was acknowledged, so long after it was made. */
  acknowledged(afterMs: number): void;
  /** The master wants nothing to do with this agent. */
  refused(reason: string): void;
}
