/** Calls of the Engine API about single containers, each known by its name. */
import { z } from 'zod';
import { agentError } from '../../errors.ts';
import { clampSize, type WindowSize } from '../session/session.ts';
import { agentLabel, containerLabel, dockerName } from './container-request.ts';
import type { DockerEngine } from './engine-client.ts';
import { type Inspection, readInspection } from './inspection.ts';
import type { CreateBody } from './run-parameters.ts';

const startTimeoutMs = 60_000;
const removalTimeoutMs = 20_000;
const stopMarginMs = 10_000;
const notFound = 404;
const conflict = 409;

const listed = z.array(z.object({ State: z.string(), Labels: z.record(z.string(), z.string()) }));

export interface CallBounds {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface ListedContainer {
  readonly containerId: string;
  readonly isRunning: boolean;
}

export class EngineContainers {
  readonly #engine: DockerEngine;

  constructor(engine: DockerEngine) {
    this.#engine = engine;
  }

  /** A call that got no answer may have been carried out: the same container then stands in the way of itself. */
  async create(containerId: string, body: CreateBody, signal: AbortSignal): Promise<void> {
    const query = { name: dockerName(containerId) };
    const call = { method: 'POST', path: '/containers/create', query, body, signal } as const;
    const { status } = await this.#engine.call(call, [conflict]);
    if (status !== conflict) return;
    const inspection = await this.inspect(containerId, { signal });
    if (inspection === undefined || inspection.labels[containerLabel] === containerId) return;
    throw agentError('LAUNCH_FAILED', {
      message: `Cannot launch container '${containerId}': somebody else has one named '${query.name}'`,
    });
  }

  /** One that was started before is no error. `window` is that of its terminal. */
  async start(containerId: string, signal: AbortSignal, window?: WindowSize): Promise<void> {
    const path = `${pathOf(containerId)}/start`;
    await this.#engine.call({ method: 'POST', path, timeoutMs: startTimeoutMs, signal });
    // One that has ended already needs no size.
    if (window !== undefined) await this.resizeTerminal(containerId, window).catch(() => undefined);
  }

  async resizeTerminal(containerId: string, { rows, columns }: WindowSize): Promise<void> {
    const query = { h: String(clampSize(rows)), w: String(clampSize(columns)) };
    await this.#engine.call({ method: 'POST', path: `${pathOf(containerId)}/resize`, query });
  }

  /** Undefined when there is no such container. */
  async inspect(containerId: string, bounds: CallBounds = {}): Promise<Inspection | undefined> {
    const value = await this.#engine.find({ path: `${pathOf(containerId)}/json`, ...bounds });
    return value === undefined ? undefined : readInspection(value);
  }

  /** Those with the label of an agent, running or not. */
  async list(agent: string): Promise<readonly ListedContainer[]> {
    const filters = JSON.stringify({ label: [`${agentLabel}=${agent}`] });
    const query = { all: '1', filters };
    const { value } = await this.#engine.call({ path: '/containers/json', query });
    return listed.parse(value).map(({ State, Labels }) => ({
      containerId: Labels[containerLabel] ?? '',
      isRunning: State === 'running' || State === 'paused',
    }));
  }

  /** Answers whether it ran. */
  async kill(containerId: string, signal: string): Promise<boolean> {
    return this.#order(`${pathOf(containerId)}/kill`, { query: { signal } });
  }

  /** Asks it to end and kills it when the time is over. Answers whether it ran. */
  async stop(containerId: string, graceMs: number): Promise<boolean> {
    const query = { t: String(Math.ceil(graceMs / 1000)) };
    const timeoutMs = graceMs + stopMarginMs;
    return this.#order(`${pathOf(containerId)}/stop`, { query, timeoutMs });
  }

  /** Sets limits anew. */
  async update(containerId: string, limits: Readonly<Record<string, number>>): Promise<void> {
    await this.#order(`${pathOf(containerId)}/update`, { body: limits });
  }

  async #order(
    path: string,
    call: {
      readonly query?: Readonly<Record<string, string>>;
      readonly body?: unknown;
      readonly timeoutMs?: number;
    },
  ): Promise<boolean> {
    const request = { method: 'POST', path, ...call } as const;
    const { status } = await this.#engine.call(request, [notFound, conflict]);
    return status !== notFound && status !== conflict;
  }

  /** Kills it when it runs, and removes its unnamed volumes with it; one that is not there is no error. */
  async remove(containerId: string): Promise<void> {
    const query = { force: '1', v: '1' };
    const path = pathOf(containerId);
    const call = { method: 'DELETE', path, query, timeoutMs: removalTimeoutMs } as const;
    await this.#engine.call(call, [notFound, conflict]);
  }
}

function pathOf(containerId: string): string {
  return `/containers/${dockerName(containerId)}`;
}
