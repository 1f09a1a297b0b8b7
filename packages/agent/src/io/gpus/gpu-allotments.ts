/** Which container has which GPU. It is on disk before the container is made, so a restart of the agent changes nothing. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Clock, systemErrorCode, writeFileAtomic } from '@stoke/kit';
import type { Resource } from '@stoke/protocol';
import { z } from 'zod';
import { agentError } from '../../errors.ts';
import type { DeviceNode, GpuDevices } from './gpu-devices.ts';

/** A task may start before the container of the one that had the GPU is all gone. */
const patienceMs = 15_000;

const record = z.record(z.string(), z.array(z.string()));

export interface GpuAllotmentsOptions {
  readonly gpus: GpuDevices;
  /** The file that keeps them. */
  readonly path: string;
  readonly clock: Clock;
}

/** How many whole GPUs there are in resources. */
export function gpuCount(resources: readonly Resource[]): number {
  const found = resources.filter(({ name }) => name === 'gpus');
  return found.reduce((sum, { scalar }) => sum + (scalar?.value ?? 0), 0);
}

export class GpuAllotments {
  readonly #options: GpuAllotmentsOptions;
  /** Names of cards, by container id. */
  readonly #taken = new Map<string, readonly string[]>();
  readonly #waiting = new Set<() => void>();
  #writing: Promise<void> = Promise.resolve();

  constructor(options: GpuAllotmentsOptions) {
    this.#options = options;
  }

  /** Takes up what a former run allotted; containers that nobody knows have nothing any more. */
  async recover(known: ReadonlySet<string>): Promise<void> {
    for (const [containerId, names] of Object.entries(await this.#read())) {
      if (known.has(containerId)) this.#taken.set(containerId, names);
    }
    await this.#write();
  }

  async #read(): Promise<Readonly<Record<string, readonly string[]>>> {
    try {
      return record.parse(JSON.parse(await readFile(this.#options.path, 'utf8')));
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return {};
      throw error;
    }
  }

  /**
   * The devices of a container with so many GPUs, those that all GPUs share among them.
   * @throws AppError `LAUNCH_FAILED` when there are not so many
   */
  async take(containerId: string, count: number): Promise<readonly DeviceNode[]> {
    if (count === 0) return [];
    const deadline = this.#options.clock.now() + patienceMs;
    let cards = this.#free();
    while (cards.length < count && this.#options.clock.now() < deadline) {
      await this.#release(deadline);
      cards = this.#free();
    }
    if (cards.length < count) {
      throw agentError('LAUNCH_FAILED', {
        message: `Cannot give ${count} GPUs to container '${containerId}': ${cards.length} are free`,
      });
    }
    const chosen = cards.slice(0, count);
    this.#taken.set(
      containerId,
      chosen.map(({ name }) => name),
    );
    await this.#write();
    return [...chosen, ...this.#options.gpus.controls];
  }

  #free(): readonly DeviceNode[] {
    const taken = new Set([...this.#taken.values()].flat());
    return this.#options.gpus.cards.filter(({ name }) => !taken.has(name));
  }

  /** Resolves when something is given back, or at the deadline. */
  #release(deadline: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        this.#waiting.delete(wake);
        resolve();
      };
      const { clock } = this.#options;
      const timer = clock.setTimer(Math.max(0, deadline - clock.now()), wake);
      this.#waiting.add(wake);
    });
  }

  /** The container is gone. */
  async giveBack(containerId: string): Promise<void> {
    if (!this.#taken.delete(containerId)) return;
    await this.#write();
    for (const wake of [...this.#waiting]) wake();
  }

  /** One write after the other; the last has what counts. */
  #write(): Promise<void> {
    const { path } = this.#options;
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        await mkdir(dirname(path), { recursive: true });
        await writeFileAtomic(path, JSON.stringify(Object.fromEntries(this.#taken)));
      });
    return this.#writing;
  }
}
