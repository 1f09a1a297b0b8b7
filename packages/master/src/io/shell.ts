/** The shell around the core: feeds it events, one at a time, and performs what it asks for. */
import type { Clock, Logger, Store, Timer } from '@stoke/kit';
import type { Effect } from '../core/effects.ts';
import type { MasterEvent } from '../core/events.ts';
import type { Outcome } from '../core/replies.ts';
import type { MasterState } from '../core/state.ts';
import { step } from '../core/step.ts';
import type { AgentLinks } from './agent-links.ts';
import { DurationSamples } from './duration-samples.ts';
import type { OperatorStreams } from './operator-streams.ts';
import { RegistrySize } from './registry-size.ts';
import { registryChanges } from './registry-store.ts';
import type { SchedulerStreams } from './scheduler-streams.ts';

export type ShellOptions = {
  readonly state: MasterState;
  readonly clock: Clock;
  readonly log: Logger;
  readonly streams: SchedulerStreams;
  readonly operatorStreams: OperatorStreams;
  readonly links: AgentLinks;
  /** Undefined: the registry lives in memory only. */
  readonly store: Store | undefined;
  /** The master cannot go on: the process must end. */
  readonly onFatal: (error: unknown) => void;
};

/** A registry on disk is a log of one replica, which is read before the master serves. */
const LOG_METRICS = { 'registrar/log/ensemble_size': 1, 'registrar/log/recovered': 1 } as const;

/** Owns the books and the timers. */
export class MasterShell {
  readonly state: MasterState;
  readonly #options: ShellOptions;
  readonly #timers = new Map<string, Timer>();
  readonly #queue: MasterEvent[] = [];
  readonly #allocationRuns = new DurationSamples();
  /** From the wish for a run to its start. */
  readonly #allocationWaits = new DurationSamples();
  readonly #commits = new DurationSamples();
  #registry: Store | undefined;
  #registrySize: RegistrySize;
  #allocationAsked = 0;
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  #nextRequest = 0;
  #running = false;
  #stopped = false;

  constructor(options: ShellOptions) {
    this.state = options.state;
    this.#options = options;
    this.#registry = options.store;
    this.#registrySize = new RegistrySize(options.store);
  }

  /** The registry of a master that was elected: from now on writes go there. */
  useRegistry(registry: Store): void {
    this.#registry = registry;
    this.#registrySize = new RegistrySize(registry);
  }

  /** Applies an event; what it causes at once is applied before this returns. */
  dispatch(event: MasterEvent): void {
    this.#queue.push(event);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        if (!this.#stopped) this.#apply(next);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#running = false;
    }
  }

  /** Dispatches a request and waits for its outcome: until the registry has it, or has not. */
  ask(event: (request: string) => MasterEvent): Promise<Outcome> {
    const request = `r${this.#nextRequest++}`;
    return new Promise((resolve) => {
      this.#waiting.set(request, resolve);
      this.dispatch(event(request));
      if (this.#stopped) this.#abandon();
    });
  }

  /** Nobody will answer any more. */
  #abandon(): void {
    const outcome = { status: 503, reason: 'Master is stopping' } as const;
    for (const resolve of this.#waiting.values()) resolve(outcome);
    this.#waiting.clear();
  }

  /** How long allocator runs and registry commits take, and how big the registry is. */
  metrics(): Record<string, number> {
    return {
      ...(this.#registry === undefined ? {} : LOG_METRICS),
      'registrar/registry_size_bytes': this.#registrySize.bytes(),
      ...this.#allocationRuns.metrics('allocator/mesos/allocation_run_ms'),
      ...this.#allocationWaits.metrics('allocator/mesos/allocation_run_latency_ms'),
      ...this.#commits.metrics('registrar/state_store_ms'),
    };
  }

  #apply(event: MasterEvent): void {
    const run = (): void => this.perform(step(this.state, event, this.#options.clock.now()));
    if (event.type === 'ALLOCATE') {
      this.#allocationWaits.add(performance.now() - this.#allocationAsked);
      this.#allocationRuns.time(run);
    } else run();
  }

  perform(effects: readonly Effect[]): void {
    for (const effect of effects) this.#performOne(effect);
  }

  /** Ends all timers; later events are ignored. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#abandon();
  }

  #performOne(effect: Effect): void {
    const { streams, operatorStreams, links, log } = this.#options;
    switch (effect.type) {
      case 'SEND_EVENT':
        streams.send(effect.stream, effect.event);
        return;
      case 'CLOSE_STREAM':
        streams.close(effect.stream);
        return;
      case 'SEND_OPERATOR':
        operatorStreams.send(effect.stream, effect.event);
        return;
      case 'BROADCAST':
        operatorStreams.broadcast(effect.event);
        return;
      case 'CLOSE_OPERATOR':
        operatorStreams.close(effect.stream);
        return;
      case 'SEND_AGENT':
        links.send(effect.link, effect.message);
        return;
      case 'CLOSE_LINK':
        links.close(effect.link);
        return;
      case 'SET_TIMER':
        this.#setTimer(effect.key, effect.delayMs, effect.event);
        return;
      case 'CANCEL_TIMER':
        this.#cancelTimer(effect.key);
        return;
      case 'STORE':
        this.#store(effect);
        return;
      case 'ALLOCATE':
        this.#allocationAsked = performance.now();
        setImmediate(() => this.dispatch({ type: 'ALLOCATE' }));
        return;
      case 'REPLY':
        this.#waiting.get(effect.request)?.(effect.outcome);
        this.#waiting.delete(effect.request);
        return;
      case 'LOG':
        log[effect.level](effect.fields, effect.message);
        return;
    }
  }

  #setTimer(key: string, delayMs: number, event: MasterEvent): void {
    this.#timers.get(key)?.cancel();
    const timer = this.#options.clock.setTimer(delayMs, () => {
      this.#timers.delete(key);
      this.dispatch(event);
    });
    this.#timers.set(key, timer);
  }

  #cancelTimer(key: string): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  #store(effect: Extract<Effect, { type: 'STORE' }>): void {
    const store = this.#registry;
    const { clock } = this.#options;
    const start = clock.now();
    const changes = registryChanges(effect.writes);
    const written = store === undefined ? Promise.resolve() : store.write(changes);
    written.then(
      () => {
        this.#commits.add(clock.now() - start);
        this.#registrySize.follow(changes);
        this.dispatch(effect.after);
      },
      (error: unknown) => this.#fail(error),
    );
  }

  /** A bug or a broken disk: recovery is a restart, which is a tested path. */
  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.stop();
    this.#options.onFatal(error);
  }
}
