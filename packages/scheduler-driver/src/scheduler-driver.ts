/** The framework side of the scheduler API: stays subscribed, hands out events, sends calls. */
import { type Clock, errorMessage, type Logger, systemClock } from '@stoke/kit';
import {
  type ExecutorID,
  type FrameworkInfo,
  type InverseOffer,
  isAppError,
  type MasterInfo,
  type Offer,
  type OperationStatus,
  type SchedulerCall,
  type SchedulerEvent,
  type SchedulerOfferConstraints,
  type TaskStatus,
} from '@stoke/protocol';
import { backoffMs } from './backoff.ts';
import { type CallQueue, createCallQueue } from './call-queue.ts';
import { dispatchEvent } from './dispatch-event.ts';
import { driverError } from './errors.ts';
import { createSchedulerCalls, type SchedulerCalls } from './scheduler-calls.ts';
import { schedulerUrl } from './scheduler-url.ts';
import { type Subscription, subscribe } from './subscription.ts';
import { type WireFormat, wireFormats } from './wire-format.ts';

/**
 * What a framework does when something happens. A handler that throws, or whose promise rejects, ends
 * the driver with its error; only retryable AppErrors (a call that did not get through because the
 * master went away) are logged and forgiven, since everything is told again after the next SUBSCRIBED.
 */
export interface SchedulerHandlers {
  /** Subscribed, for the first time or again. Offers known so far are gone. */
  subscribed?(info: {
    readonly frameworkId: string;
    readonly masterInfo: MasterInfo | undefined;
    readonly again: boolean;
  }): void | Promise<void>;
  offers?(offers: readonly Offer[]): void | Promise<void>;
  inverseOffers?(offers: readonly InverseOffer[]): void | Promise<void>;
  rescind?(offerId: string): void | Promise<void>;
  rescindInverseOffer?(inverseOfferId: string): void | Promise<void>;
  /** News of a task. Acknowledged after this returns, or after its promise resolves. */
  update?(status: TaskStatus): void | Promise<void>;
  updateOperation?(status: OperationStatus): void | Promise<void>;
  /** Bytes from an executor. */
  message?(message: {
    readonly agentId: string;
    readonly executorId: string;
    readonly data: Uint8Array;
  }): void | Promise<void>;
  /** An executor ended, or, without executorId, an agent was lost. */
  failure?(failure: {
    readonly agentId: string | undefined;
    readonly executorId: ExecutorID['value'] | undefined;
    readonly status: number | undefined;
  }): void | Promise<void>;
  /** The stream broke; the driver is about to subscribe again. */
  disconnected?(reason: string): void | Promise<void>;
}

/** How a driver is made. */
export interface SchedulerDriverOptions {
  /** `host:port` or URL of one or more masters; any of them leads to the leader. */
  readonly masters: readonly string[];
  /** With `id` set it subscribes as that framework: failover of an earlier run. */
  readonly framework: FrameworkInfo;
  readonly suppressedRoles?: readonly string[];
  readonly offerConstraints?: SchedulerOfferConstraints;
  readonly handlers: SchedulerHandlers;
  /** Default protobuf, which is smaller. */
  readonly format?: 'json' | 'protobuf';
  /** Default auto: every update, of tasks and operations, is acknowledged once its handler is done. */
  readonly acknowledge?: 'auto' | 'manual';
  readonly credential?: { readonly principal: string; readonly secret: string };
  /** How long to look for a master before giving up. Default 15 minutes. */
  readonly giveUpAfterMs?: number;
  readonly log?: Logger;
  readonly clock?: Clock;
  /** Chance for the jitter of retries, in [0, 1). */
  readonly random?: () => number;
}

/** A framework's connection to its master. */
export interface SchedulerDriver extends SchedulerCalls {
  /** Known from the first subscription on. */
  readonly frameworkId: string | undefined;
  /**
   * Subscribes and stays subscribed until `teardown` or `close`.
   * @throws AppError FRAMEWORK_ENDED, SUBSCRIBE_REFUSED, MASTER_GIVEN_UP, or what a handler threw.
   */
  run(): Promise<void>;
  /** Ends the framework and all its tasks, then closes. */
  teardown(): Promise<void>;
  /** Leaves: the tasks live on for failover_timeout, so that another run can take over. */
  close(): void;
}

const defaultGiveUpAfterMs = 15 * 60_000;

/** Makes a driver; `run` starts it. */
export function createSchedulerDriver(options: SchedulerDriverOptions): SchedulerDriver {
  const driver = new Driver(options);
  return Object.assign(
    driver,
    createSchedulerCalls((call) => driver.send(call)),
  );
}

class Driver {
  readonly #options: SchedulerDriverOptions;
  readonly #clock: Clock;
  readonly #format: WireFormat;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #calls: CallQueue;
  readonly #closing = new AbortController();
  #framework: FrameworkInfo;
  #subscription: Subscription | undefined;
  #subscribedBefore = false;
  /** While a TEARDOWN is on its way: the master may end the stream before it answers. */
  #leaving: Promise<void> | undefined;
  #failure: { readonly cause: unknown } | undefined;

  constructor(options: SchedulerDriverOptions) {
    this.#options = options;
    this.#framework = options.framework;
    this.#clock = options.clock ?? systemClock;
    this.#format = wireFormats[options.format ?? 'protobuf'];
    this.#headers = authorizationOf(options.credential);
    this.#calls = createCallQueue({
      format: this.#format,
      headers: this.#headers,
      target: () => this.#target(),
      onLeaderMoved: (target) => {
        if (this.#subscription?.streamId === target.streamId) this.#subscription.close();
      },
    });
  }

  get frameworkId(): string | undefined {
    return this.#framework.id?.value;
  }

  async run(): Promise<void> {
    let attempt = 0;
    let since = this.#clock.now();
    while (!this.#closing.signal.aborted) {
      const before = this.#clock.now();
      const subscribed = await this.#session(attempt);
      await this.#leaving;
      if (this.#failure !== undefined) throw this.#failure.cause;
      if (this.#closing.signal.aborted) return;
      if (subscribed) {
        attempt = 0;
        since = this.#clock.now();
      }
      attempt++;
      this.#checkGiveUp(since, before);
      await this.#pause(backoffMs(attempt, (this.#options.random ?? Math.random)()));
    }
  }

  /** Resolves when the master took the call; fills in the framework id. */
  send(call: SchedulerCall): Promise<void> {
    const id = this.#framework.id;
    if (call.type === 'UPDATE_FRAMEWORK' && call.update_framework !== undefined) {
      const { id: _, ...info } = call.update_framework.framework_info;
      const framework = id === undefined ? info : { ...info, id };
      this.#framework = framework;
      return this.#calls.send({
        ...call,
        ...(id === undefined ? {} : { framework_id: id }),
        update_framework: { ...call.update_framework, framework_info: framework },
      });
    }
    return this.#calls.send(id === undefined ? call : { ...call, framework_id: id });
  }

  async teardown(): Promise<void> {
    const sent = this.send({ type: 'TEARDOWN' });
    const forgotten = (): undefined => {
      this.#leaving = undefined;
    };
    this.#leaving = sent.then(() => this.close(), forgotten);
    await sent;
  }

  close(): void {
    this.#closing.abort();
    this.#subscription?.close();
  }

  /** One subscription from start to end. Resolves to whether it came to SUBSCRIBED. */
  async #session(attempt: number): Promise<boolean> {
    let subscribed = false;
    try {
      this.#subscription = await this.#subscribe(attempt);
      for await (const event of this.#subscription.events) {
        subscribed ||= event.type === 'SUBSCRIBED';
        this.#handle(event);
        if (this.#closing.signal.aborted) break;
      }
    } catch (cause) {
      this.#broken(cause, subscribed);
    } finally {
      this.#subscription?.close();
      this.#subscription = undefined;
    }
    return subscribed;
  }

  #subscribe(attempt: number): Promise<Subscription> {
    const masters = this.#options.masters;
    const master = masters[attempt % masters.length];
    if (master === undefined)
      throw new RangeError('Cannot subscribe: no master is given; name at least one as host:port');
    const { suppressedRoles, offerConstraints } = this.#options;
    const id = this.#framework.id;
    return subscribe({
      url: schedulerUrl(master),
      call: {
        type: 'SUBSCRIBE',
        ...(id === undefined ? {} : { framework_id: id }),
        subscribe: {
          framework_info: this.#framework,
          suppressed_roles: [...(suppressedRoles ?? [])],
          ...(offerConstraints === undefined ? {} : { offer_constraints: offerConstraints }),
        },
      },
      format: this.#format,
      headers: this.#headers,
      clock: this.#clock,
      signal: this.#closing.signal,
    });
  }

  #handle(event: SchedulerEvent): void {
    if (event.subscribed !== undefined) {
      this.#framework = { ...this.#framework, id: event.subscribed.framework_id };
      const again = this.#subscribedBefore;
      this.#subscribedBefore = true;
      const { framework_id, master_info } = event.subscribed;
      const info = { frameworkId: framework_id.value, masterInfo: master_info, again };
      this.#options.log?.info(info, 'subscribed');
      this.#guard(() => this.#options.handlers.subscribed?.(info));
    } else if (event.type === 'ERROR') {
      const message = `Cannot run framework '${this.frameworkId ?? this.#framework.name}': ${event.error?.message}`;
      this.#fail(
        driverError('FRAMEWORK_ENDED', { message, details: { said: event.error?.message } }),
      );
    } else if (event.update !== undefined) this.#update(event.update.status);
    else if (event.update_operation_status !== undefined) {
      this.#updateOperation(event.update_operation_status.status);
    } else this.#guard(() => dispatchEvent(event, this.#options.handlers));
  }

  /** Runs a handler; its first steps run at once, so handlers begin in the order of events. */
  #guard(run: () => void | Promise<void>): void {
    const handled = async (): Promise<void> => run();
    handled().catch((cause: unknown) => {
      if (!isAppError(cause) || !cause.retryable) this.#fail(cause);
      else this.#options.log?.warn({ reason: cause.message }, 'handler failed');
    });
  }

  #update(status: TaskStatus): void {
    this.#guard(async () => {
      await this.#options.handlers.update?.(status);
      if (this.#options.acknowledge === 'manual' || status.uuid === undefined) return;
      const { agent_id, task_id, uuid } = status;
      if (agent_id === undefined || this.#failure !== undefined) return;
      const call: SchedulerCall = { type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } };
      const named = { taskId: task_id.value };
      await this.send(call).catch((cause: unknown) => this.#acknowledgeFailed(named, cause));
    });
  }

  #updateOperation(status: OperationStatus): void {
    this.#guard(async () => {
      await this.#options.handlers.updateOperation?.(status);
      const { operation_id, agent_id, uuid } = status;
      if (this.#options.acknowledge === 'manual' || uuid === undefined) return;
      if (operation_id === undefined || this.#failure !== undefined) return;
      const agent = agent_id === undefined ? {} : { agent_id };
      const call: SchedulerCall = {
        type: 'ACKNOWLEDGE_OPERATION_STATUS',
        acknowledge_operation_status: { ...agent, operation_id, uuid: uuid.value },
      };
      const named = { operationId: operation_id.value };
      await this.send(call).catch((cause: unknown) => this.#acknowledgeFailed(named, cause));
    });
  }

  /** Not fatal: the agent sends the update again until an acknowledgement arrives. */
  #acknowledgeFailed(named: Readonly<Record<string, string>>, cause: unknown): void {
    this.#options.log?.warn({ ...named, reason: errorMessage(cause) }, 'acknowledgement not sent');
  }

  #fail(cause: unknown): void {
    this.#failure ??= { cause };
    this.close();
  }

  /** A session ended: by us, for good, or to be tried again. */
  #broken(cause: unknown, subscribed: boolean): void {
    if (this.#closing.signal.aborted) return;
    if (!isAppError(cause) || !cause.retryable) {
      this.#fail(cause);
      return;
    }
    if (this.#leaving !== undefined) return;
    this.#options.log?.warn({ reason: cause.message }, 'disconnected');
    if (subscribed) this.#guard(() => this.#options.handlers.disconnected?.(cause.message));
  }

  #target(): Subscription {
    if (this.#closing.signal.aborted) {
      throw driverError('DRIVER_CLOSED', {
        message: 'Cannot send call: the driver is closed; make a new one',
      });
    }
    if (this.#subscription === undefined || this.#framework.id === undefined) {
      const message = 'Cannot send call: the framework is not subscribed; wait for `subscribed`';
      throw driverError('NOT_SUBSCRIBED', { message });
    }
    return this.#subscription;
  }

  #checkGiveUp(since: number, now: number): void {
    const limit = this.#options.giveUpAfterMs ?? defaultGiveUpAfterMs;
    if (now - since < limit) return;
    throw driverError('MASTER_GIVEN_UP', {
      message: `Cannot find a leading master at '${this.#options.masters.join(', ')}': gave up after ${limit} ms; check that one of them runs`,
    });
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#closing;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = this.#clock.setTimer(ms, done);
      signal.addEventListener('abort', done);
    });
  }
}

function authorizationOf(
  credential: SchedulerDriverOptions['credential'],
): Readonly<Record<string, string>> {
  if (credential === undefined) return {};
  const pair = Buffer.from(`${credential.principal}:${credential.secret}`);
  return { Authorization: `Basic ${pair.toString('base64')}` };
}
