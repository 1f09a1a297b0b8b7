/** What a simulation has seen so far: counts and latencies. */
import type { TaskState } from '@stoke/protocol';
import type { AgentListener } from './agent-surroundings.ts';
import { Latencies, type LatencySummary } from './latencies.ts';

/** What is told at the end; times in milliseconds. */
export interface SimulationSummary {
  readonly agents: {
    readonly asked: number;
    /** First registrations. */
    readonly registered: number;
    /** Registrations after a link was lost. */
    readonly returned: number;
    /** Why the master refused some, each reason once. */
    readonly refused: readonly string[];
    /** From the start until all were registered; absent when they never were. */
    readonly allRegisteredMs?: number;
  };
  readonly tasks: {
    /** Orders to run a task that reached an agent. */
    readonly launched: number;
    /** How often each state was reported. */
    readonly states: Readonly<Partial<Record<TaskState, number>>>;
  };
  readonly latencies: {
    /** From an agent's update until its acknowledgement came back. */
    readonly updateToAckMs: LatencySummary;
    /** From the moment a task was due and an offer there until its TASK_RUNNING; frameworks of the file only. */
    readonly offerToRunningMs: LatencySummary;
    /** The same from the moment the task was due: includes the wait for offers. */
    readonly dueToRunningMs: LatencySummary;
  };
  readonly elapsedMs: number;
}

const MAX_REASONS = 5;

/** Collects what agents and frameworks tell. */
export class SimulationRecord implements AgentListener {
  readonly offerToRunning = new Latencies();
  readonly dueToRunning = new Latencies();
  readonly #updateToAck = new Latencies();
  readonly #states: Partial<Record<TaskState, number>> = {};
  readonly #refused = new Set<string>();
  readonly #startMs: number;
  readonly #asked: number;
  readonly #nowMs: () => number;
  #registered = 0;
  #returned = 0;
  #launched = 0;
  #allRegisteredMs: number | undefined;

  constructor(asked: number, nowMs: () => number) {
    this.#asked = asked;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
  }

  registered(again: boolean): void {
    if (again) this.#returned++;
    else this.#registered++;
    if (this.#registered === this.#asked) {
      this.#allRegisteredMs ??= this.#nowMs() - this.#startMs;
    }
  }

  launched(): void {
    this.#launched++;
  }

  state(state: TaskState): void {
    this.#states[state] = (this.#states[state] ?? 0) + 1;
  }

  acknowledged(afterMs: number): void {
    this.#updateToAck.add(afterMs);
  }

  refused(reason: string): void {
    if (this.#refused.size < MAX_REASONS) this.#refused.add(reason);
  }

  summary(): SimulationSummary {
    const allRegisteredMs = this.#allRegisteredMs;
    return {
      agents: {
        asked: this.#asked,
        registered: this.#registered,
        returned: this.#returned,
        refused: [...this.#refused],
        ...(allRegisteredMs === undefined ? {} : { allRegisteredMs: Math.round(allRegisteredMs) }),
      },
      tasks: { launched: this.#launched, states: { ...this.#states } },
      latencies: {
        updateToAckMs: this.#updateToAck.summary(),
        offerToRunningMs: this.offerToRunning.summary(),
        dueToRunningMs: this.dueToRunning.summary(),
      },
      elapsedMs: Math.round(this.#nowMs() - this.#startMs),
    };
  }
}
