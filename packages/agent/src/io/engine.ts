/** Runs the core: events in, effects out, in order, those after a `store` only when it is on disk. */
import { randomBytes } from 'node:crypto';
import type { Clock, Logger, Store, StoreChange, Timer } from '@stoke/kit';
import type { Effect } from '../core/effects.ts';
import type { AgentEvent } from '../core/events.ts';
import type { AgentState } from '../core/state.ts';
import { step } from '../core/step.ts';

/** Who performs the effects that are not the engine's own business. */
export interface EffectHandlers {
  sendMaster(effect: Extract<Effect, { type: 'send-master' }>): void;
  dropLink(reason: string): void;
  expectPings(timeoutMs: number): void;
  identify(agentId: string): void;
  launch(effect: Extract<Effect, { type: 'launch-container' }>): void;
  signal(effect: Extract<Effect, { type: 'signal-container' }>): void;
  resize(effect: Extract<Effect, { type: 'resize-container' }>): void;
  makeVolumes(paths: readonly string[]): void;
  dropVolumes(paths: readonly string[]): void;
  linkVolumes(effect: Extract<Effect, { type: 'link-volumes' }>): void;
  runProbe(effect: Extract<Effect, { type: 'run-probe' }>): void;
  stopProbes(containerId: string): void;
  removeContainer(containerId: string): void;
  retireSandbox(directory: string): void;
  sendExecutor(effect: Extract<Effect, { type: 'send-executor' }>): void;
  closeExecutor(connection: string): void;
  exit(code: number): void;
}

export interface EngineOptions {
  readonly state: AgentState;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly handlers: EffectHandlers;
  /** An error nobody expected: the daemon ends, and recovers at its next start. */
  readonly onFatal: (error: unknown) => void;
}

export class Engine {
  readonly state: AgentState;
  readonly #options: EngineOptions;
  readonly #events: AgentEvent[] = [];
  readonly #timers = new Map<string, Timer>();
  /** Resolves when everything before it is durable and performed. */
  #tail: Promise<void> | undefined;
  #busy = false;
  #stopped = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.state = options.state;
  }

  /** Events are taken one at a time, in the order they come, also when an effect brings one. */
  dispatch(event: AgentEvent): void {
    if (this.#stopped) return;
    this.#events.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        this.#take(next);
      }
    } catch (error) {
      this.#options.onFatal(error);
    } finally {
      this.#busy = false;
    }
  }

  #take(event: AgentEvent): void {
    const effects = step(this.state, event, {
      nowMs: this.#options.clock.now(),
      chance: { newUuid: randomUuid },
    });
    const changes = effects.flatMap(storeChange);
    const rest = effects.filter((effect) => effect.type !== 'store' && effect.type !== 'forget');
    if (changes.length === 0 && this.#tail === undefined) {
      for (const effect of rest) this.#perform(effect);
      return;
    }
    const durable = changes.length === 0 ? undefined : this.#options.store.write(changes);
    this.#enqueue(durable, rest);
  }

  #enqueue(durable: Promise<void> | undefined, effects: readonly Effect[]): void {
    const before = this.#tail;
    const run = async (): Promise<void> => {
      await before;
      await durable;
      if (this.#stopped) return;
      for (const effect of effects) this.#perform(effect);
      if (this.#tail === current) this.#tail = undefined;
    };
    // A write that fails while an earlier one is awaited must not count as unhandled.
    durable?.catch(() => undefined);
    const current: Promise<void> = run().catch((error: unknown) => this.#options.onFatal(error));
    this.#tail = current;
  }

  #perform(effect: Effect): void {
    const { handlers } = this.#options;
    switch (effect.type) {
      case 'store':
      case 'forget':
        return;
      case 'send-master':
        handlers.sendMaster(effect);
        return;
      case 'drop-link':
        handlers.dropLink(effect.reason);
        return;
      case 'expect-pings':
        handlers.expectPings(effect.timeoutMs);
        return;
      case 'identify':
        handlers.identify(effect.agentId);
        return;
      case 'launch-container':
        handlers.launch(effect);
        return;
      case 'signal-container':
        handlers.signal(effect);
        return;
      case 'resize-container':
        handlers.resize(effect);
        return;
      case 'make-volumes':
        handlers.makeVolumes(effect.paths);
        return;
      case 'drop-volumes':
        handlers.dropVolumes(effect.paths);
        return;
      case 'link-volumes':
        handlers.linkVolumes(effect);
        return;
      case 'run-probe':
        handlers.runProbe(effect);
        return;
      case 'stop-probes':
        handlers.stopProbes(effect.containerId);
        return;
      case 'remove-container':
        handlers.removeContainer(effect.containerId);
        return;
      case 'retire-sandbox':
        handlers.retireSandbox(effect.directory);
        return;
      case 'send-executor':
        handlers.sendExecutor(effect);
        return;
      case 'close-executor':
        handlers.closeExecutor(effect.connection);
        return;
      case 'exit':
        handlers.exit(effect.code);
        return;
      default:
        this.#performOwn(effect);
    }
  }

  #performOwn(effect: Extract<Effect, { type: 'set-timer' | 'cancel-timer' | 'log' }>): void {
    if (effect.type === 'log') {
      this.#options.log[effect.level](effect.fields, effect.message);
      return;
    }
    this.#timers.get(effect.key)?.cancel();
    this.#timers.delete(effect.key);
    if (effect.type === 'cancel-timer') return;
    const { key, timer, delayMs } = effect;
    const handle = this.#options.clock.setTimer(delayMs, () => {
      this.#timers.delete(key);
      this.dispatch({ type: 'timer', timer });
    });
    this.#timers.set(key, handle);
  }

  /** Resolves when every effect so far was performed. */
  async settled(): Promise<void> {
    while (this.#tail !== undefined) await this.#tail;
  }

  /** Takes no more events and rings no more timers. */
  async stop(): Promise<void> {
    await this.settled();
    this.#stopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}

function storeChange(effect: Effect): StoreChange[] {
  if (effect.type === 'store') {
    return [{ type: 'put', key: effect.key, value: new TextEncoder().encode(effect.value) }];
  }
  return effect.type === 'forget' ? [{ type: 'delete', key: effect.key }] : [];
}

/** Sixteen random bytes with the marks of a version 4 UUID. */
export function randomUuid(): Uint8Array {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}
