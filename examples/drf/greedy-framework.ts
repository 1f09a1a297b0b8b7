/** A framework that takes all it can: per offer as many equal tasks as fit, else it declines with the default filter. */
import type { Offer } from '@stoke/protocol';
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';

export interface Demand {
  readonly cpus: number;
  readonly memMb: number;
}

function amount(offer: Offer, name: string): number {
  const found = (offer.resources ?? []).filter((resource) => resource.name === name);
  return found.reduce((sum, resource) => sum + (resource.scalar?.value ?? 0), 0);
}

/** How many tasks of this size fit; a small slack absorbs binary fractions. */
export function fits(demand: Demand, free: Demand): number {
  return Math.floor(Math.min(free.cpus / demand.cpus, free.memMb / demand.memMb) + 1e-9);
}

/** A master that wants to know who comes. */
export interface KnownMaster {
  readonly address: string;
  readonly credential: { readonly principal: string; readonly secret: string };
}

export class GreedyFramework {
  readonly demand: Demand;
  readonly #driver: SchedulerDriver;
  readonly #live = new Map<string, string>();
  readonly #ended: Promise<void>;
  #launched = 0;

  constructor(name: string, master: string | KnownMaster, demand: Demand) {
    const { address, ...credential } = typeof master === 'string' ? { address: master } : master;
    this.demand = demand;
    this.#driver = createSchedulerDriver({
      masters: [address],
      ...credential,
      framework: { user: 'root', name },
      handlers: {
        offers: async (offers) => {
          for (const offer of offers) await this.#take(name, offer);
        },
        update: (status) => {
          const over = status.state !== 'TASK_STARTING' && status.state !== 'TASK_RUNNING';
          if (over) this.#live.delete(status.task_id.value);
        },
      },
    });
    this.#ended = this.#driver.run();
    this.#ended.catch(() => undefined); // `end` reports it; a cluster that stops first ends it too
  }

  /** Tasks that were launched and have not ended. */
  get tasks(): readonly string[] {
    return [...this.#live.keys()];
  }

  async #take(name: string, offer: Offer): Promise<void> {
    const free = { cpus: amount(offer, 'cpus'), memMb: amount(offer, 'mem') };
    const count = fits(this.demand, free);
    if (count === 0) return this.#driver.decline([offer.id.value]);
    const ids = Array.from({ length: count }, () => `${name}-${++this.#launched}`);
    for (const id of ids) this.#live.set(id, offer.agent_id.value);
    await this.#driver.launch(
      [offer.id.value],
      ids.map((id) => ({
        name: id,
        task_id: { value: id },
        agent_id: offer.agent_id,
        command: { value: 'exec sleep 100000' },
        resources: [
          { name: 'cpus', type: 'SCALAR', scalar: { value: this.demand.cpus } },
          { name: 'mem', type: 'SCALAR', scalar: { value: this.demand.memMb } },
        ],
      })),
    );
  }

  async kill(taskId: string): Promise<void> {
    const agentId = this.#live.get(taskId);
    await this.#driver.kill({ taskId, ...(agentId === undefined ? {} : { agentId }) });
  }

  async end(): Promise<void> {
    await this.#driver.teardown();
    await this.#ended;
  }
}
