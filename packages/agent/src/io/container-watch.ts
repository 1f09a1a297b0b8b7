/** Looks now and then whether containers stay within their disk and their ports, and ends those that do not. */
import { existsSync } from 'node:fs';
import { type Clock, errorMessage, type Logger, runCommand, type Timer } from '@stoke/kit';
import type { Ranges } from '@stoke/resources';
import { type DiskQuota, diskLimitation, diskQuotas } from '../core/disk-quotas.ts';
import type { Limitation } from '../core/events.ts';
import { executorResources } from '../core/executor-resources.ts';
import { foreignPorts, portLimitation, portsOf } from '../core/port-quotas.ts';
import type { AgentState, Executor } from '../core/state.ts';
import { listeningPorts, listeningSockets } from './listening-ports.ts';

const measureTimeoutMs = 120_000;
const blockBytes = 1024;
const maxReasonLength = 500;

export interface ContainerWatchOptions {
  readonly state: AgentState;
  readonly workDir: string;
  /** Undefined: nobody's disk is measured. */
  readonly diskEveryMs: number | undefined;
  /** Undefined: nobody's ports are looked at. */
  readonly portsEveryMs: number | undefined;
  readonly offeredPorts: Ranges;
  readonly processes: (containerIds: readonly string[]) => ReadonlyMap<string, readonly number[]>;
  readonly kill: (containerId: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

export class ContainerWatch {
  readonly #options: ContainerWatchOptions;
  readonly #limitations = new Map<string, Limitation>();
  readonly #timers = new Map<string, Timer>();
  #closed = false;

  constructor(options: ContainerWatchOptions) {
    this.#options = options;
  }

  start(): void {
    const { diskEveryMs, portsEveryMs } = this.#options;
    if (diskEveryMs !== undefined) this.#repeat('disk', diskEveryMs, () => this.checkDisks());
    if (portsEveryMs !== undefined) {
      this.#repeat('ports', portsEveryMs, async () => this.checkPorts());
    }
  }

  /** The next look comes that long after the last one ended. */
  #repeat(name: string, everyMs: number, look: () => Promise<void>): void {
    const timer = this.#options.clock.setTimer(everyMs, () => {
      look()
        .catch((error: unknown) => {
          this.#options.log.warn(
            { reason: errorMessage(error) },
            `${name} of containers not checked`,
          );
        })
        .finally(() => {
          if (!this.#closed) this.#repeat(name, everyMs, look);
        });
    });
    this.#timers.set(name, timer);
  }

  /** Why the container was ended, if it was ended from here; asked once, at its end. */
  takeLimitation(containerId: string): Limitation | undefined {
    const limitation = this.#limitations.get(containerId);
    this.#limitations.delete(containerId);
    return limitation;
  }

  async checkDisks(): Promise<void> {
    const { workDir } = this.#options;
    for (const executor of this.#running()) {
      for (const quota of diskQuotas(workDir, executor)) {
        const used = await this.#usedBytes(quota);
        if (used > quota.limitBytes) this.#limit(executor, diskLimitation(quota, used));
      }
    }
  }

  /** By the machine's own program, away from the event loop: a sandbox may hold a million files. */
  async #usedBytes({ path }: DiskQuota): Promise<number> {
    if (!existsSync(path)) return 0;
    const ended = await runCommand({
      file: 'du',
      args: ['-skx', '--', path],
      timeoutMs: measureTimeoutMs,
    });
    // It reports what vanished while it looked with a status of its own, and the sum all the same.
    const blocks = Number.parseInt(ended.stdout, 10);
    if (Number.isInteger(blocks)) return blocks * blockBytes;
    const reason = ended.stderr.slice(0, maxReasonLength) || ended.cause;
    this.#options.log.warn({ path, reason }, 'disk usage unknown');
    return 0;
  }

  checkPorts(): void {
    const { offeredPorts, processes } = this.#options;
    const running = this.#running();
    const pids = processes(running.map(({ containerId }) => containerId));
    const sockets = pids.size === 0 ? new Map<string, number>() : listeningSockets();
    for (const executor of running) {
      const listening = listeningPorts(pids.get(executor.containerId) ?? [], sockets);
      const allocated = portsOf(executorResources(executor));
      const foreign = foreignPorts(listening, { offered: offeredPorts, allocated });
      if (foreign.length > 0) this.#limit(executor, portLimitation(foreign));
    }
  }

  #running(): Executor[] {
    const { containers, nested } = this.#options.state;
    return [...containers.values(), ...nested.values()];
  }

  #limit({ containerId }: Executor, limitation: Limitation): void {
    const { containers, nested } = this.#options.state;
    if (this.#closed) return;
    if (!containers.has(containerId) && !nested.has(containerId)) return;
    this.#options.log.warn({ containerId, reason: limitation.message }, 'container limited');
    this.#limitations.set(containerId, limitation);
    this.#options.kill(containerId);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) timer.cancel();
  }
}
