/** A framework that makes load: launches tasks as they become due, on whatever is offered. */

import { performance } from 'node:perf_hooks';
import type { Credential } from '@stoke/kit';
import { isAppError, type Offer, type TaskInfo, type TaskStatus } from '@stoke/protocol';
import {
  containsResources,
  parseResources,
  type Resources,
  resourcesFromTrustedWire,
  subtractResources,
  toPreRefinement,
  unallocate,
} from '@stoke/resources';
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';
import type { FrameworkLoad } from './behaviour.ts';
import type { SimulationRecord } from './simulation-record.ts';

export interface LoadOptions {
  readonly load: FrameworkLoad;
  readonly master: string;
  readonly credential: Credential | undefined;
  readonly record: SimulationRecord;
}

interface HeldOffer {
  readonly id: string;
  readonly agentId: string;
  readonly resources: Resources;
  readonly atMs: number;
}

interface Launched {
  readonly dueMs: number;
  readonly offerMs: number;
}

/** Offers kept for tasks that become due soon; more go back. */
const MAX_HELD = 200;
/** More calls at once only wait in the driver's queue. */
const MAX_CALLS = 1000;
const DUE_TICK_MS = 5;
const IDLE_REFUSE_SECONDS = 1;

const TERMINAL = new Set([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_LOST',
  'TASK_ERROR',
  'TASK_DROPPED',
  'TASK_GONE',
]);

export class LoadFramework {
  readonly #options: LoadOptions;
  readonly #driver: SchedulerDriver;
  readonly #demand: Resources;
  readonly #labels: Pick<TaskInfo, 'labels'>;
  readonly #held: HeldOffer[] = [];
  readonly #waiting = new Map<string, Launched>();
  readonly #done = Promise.withResolvers<void>();
  #startMs: number | undefined;
  #next = 0;
  /** Numbers of tasks whose launch never reached a master. */
  readonly #again: number[] = [];
  /** Sent and not answered. */
  #calls = 0;
  #alive = 0;
  #ended = 0;
  #tick: NodeJS.Timeout | undefined;
  #returning: NodeJS.Timeout | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    const { load, master, credential } = options;
    const labels = Object.entries(load.labels).map(([key, value]) => ({ key, value }));
    this.#labels = labels.length === 0 ? {} : { labels: { labels } };
    const parsed = parseResources(load.resources);
    this.#demand = parsed.ok ? parsed.resources : resourcesFromTrustedWire([]);
    this.#driver = createSchedulerDriver({
      masters: [master],
      framework: {
        user: 'root',
        name: load.name,
        roles: [load.role],
        capabilities: [{ type: 'MULTI_ROLE' }],
        failover_timeout: 60,
        ...(credential === undefined ? {} : { principal: credential.principal }),
      },
      ...(credential === undefined ? {} : { credential }),
      handlers: {
        subscribed: () => this.#begin(),
        offers: (offers) => this.#offered(offers),
        rescind: (offerId) => this.#rescinded(offerId),
        update: (status) => this.#updated(status),
      },
    });
  }

  /** Resolves when every task has ended; rejects when the framework cannot go on. */
  async run(): Promise<void> {
    const running = this.#driver.run();
    await Promise.race([running, this.#done.promise]);
  }

  /** Ends the framework with all its tasks. */
  async stop(): Promise<void> {
    clearInterval(this.#tick);
    clearTimeout(this.#returning);
    await this.#driver.teardown();
  }

  #begin(): void {
    this.#held.length = 0;
    this.#startMs ??= performance.now();
    // A new subscription is not suppressed.
    if (this.#isLaunched) this.#leaveOffers();
    if (this.#options.load.perSecond === undefined) return;
    this.#tick ??= setInterval(() => this.#place(), DUE_TICK_MS);
  }

  /** When the task with this number should be launched. */
  #dueMs(number: number): number {
    const { perSecond } = this.#options.load;
    const startMs = this.#startMs ?? 0;
    return perSecond === undefined ? startMs : startMs + (1000 * number) / perSecond;
  }

  /** How many tasks may be launched now. */
  #launchable(nowMs: number): number {
    const { tasks, atOnce = tasks, perSecond } = this.#options.load;
    const due =
      perSecond === undefined
        ? tasks
        : Math.floor(((nowMs - (this.#startMs ?? nowMs)) * perSecond) / 1000) + 1;
    const open = Math.min(tasks, due) - this.#next + this.#again.length;
    return Math.min(open, atOnce - this.#alive);
  }

  #offered(offers: readonly Offer[]): void {
    const atMs = performance.now();
    for (const { id, agent_id, resources } of offers) {
      this.#held.push({
        id: id.value,
        agentId: agent_id.value,
        resources: unallocate(resourcesFromTrustedWire(resources ?? [])),
        atMs,
      });
    }
    this.#place();
    this.#returning ??= setTimeout(() => this.#returnSurplus(), DUE_TICK_MS);
  }

  /** What came in the last moments and is not needed goes back in one call. */
  #returnSurplus(): void {
    this.#returning = undefined;
    if (this.#launchable(performance.now()) > 0) return;
    const back = this.#held.splice(this.#isLaunched ? 0 : MAX_HELD).map(({ id }) => id);
    if (back.length === 0) return;
    this.#call(this.#driver.decline(back, { refuseSeconds: IDLE_REFUSE_SECONDS }));
  }

  /** Whether every task was launched and none has to be again. */
  get #isLaunched(): boolean {
    return this.#next === this.#options.load.tasks && this.#again.length === 0;
  }

  #rescinded(offerId: string): void {
    const at = this.#held.findIndex(({ id }) => id === offerId);
    if (at >= 0) this.#held.splice(at, 1);
  }

  /** Uses held offers for what is due. */
  #place(): void {
    const nowMs = performance.now();
    const useless: string[] = [];
    while (this.#calls < MAX_CALLS && this.#launchable(nowMs) > 0) {
      const offer = this.#held.shift();
      if (offer === undefined) break;
      const count = this.#fitting(offer.resources, this.#launchable(nowMs));
      if (count === 0) useless.push(offer.id);
      else this.#launch(offer, count);
    }
    if (useless.length > 0) {
      this.#call(this.#driver.decline(useless, { refuseSeconds: IDLE_REFUSE_SECONDS }));
    }
  }

  #fitting(resources: Resources, wanted: number): number {
    const limit = Math.min(wanted, this.#options.load.perOffer ?? wanted);
    let left = resources;
    let count = 0;
    while (count < limit && containsResources(left, this.#demand)) {
      left = subtractResources(left, this.#demand);
      count++;
    }
    return count;
  }

  #launch(offer: HeldOffer, count: number): void {
    const numbers = Array.from({ length: count }, () => this.#again.shift() ?? this.#next++);
    const tasks = numbers.map((number) => {
      const dueMs = this.#dueMs(number);
      const id = `${this.#options.load.name}-${number}`;
      this.#waiting.set(id, { dueMs, offerMs: Math.max(dueMs, offer.atMs) });
      return {
        name: id,
        task_id: { value: id },
        agent_id: { value: offer.agentId },
        resources: toPreRefinement(this.#demand),
        command: { value: 'simulated' },
        ...this.#labels,
      };
    });
    this.#alive += count;
    this.#call(this.#driver.launch([offer.id], tasks, { refuseSeconds: 0 }), () => {
      this.#alive -= count;
      this.#again.push(...numbers);
    });
    if (this.#isLaunched) this.#leaveOffers();
  }

  /** All is launched: the offers are for others from now on. */
  #leaveOffers(): void {
    this.#call(this.#driver.suppress());
    const back = this.#held.splice(0).map(({ id }) => id);
    if (back.length > 0) this.#call(this.#driver.decline(back));
  }

  /** A master that went away is found again by the driver; what it did not take has to be done again. */
  #call(call: Promise<void>, onLost?: () => void): void {
    this.#calls++;
    call
      .catch((cause: unknown) => {
        if (isAppError(cause) && cause.retryable) onLost?.();
        else this.#done.reject(cause);
      })
      .finally(() => {
        this.#calls--;
        this.#place();
      });
  }

  #updated(status: TaskStatus): void {
    const id = status.task_id.value;
    const launched = this.#waiting.get(id);
    if (launched !== undefined) {
      this.#waiting.delete(id);
      const nowMs = performance.now();
      this.#options.record.offerToRunning.add(nowMs - launched.offerMs);
      this.#options.record.dueToRunning.add(nowMs - launched.dueMs);
    }
    if (!TERMINAL.has(status.state)) return;
    this.#alive--;
    this.#ended++;
    if (this.#ended === this.#options.load.tasks) this.#done.resolve();
  }
}
