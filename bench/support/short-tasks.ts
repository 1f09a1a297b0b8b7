/** A framework that keeps a number of short tasks going on one agent until all of them are over. */
import type { Offer, TaskInfo } from '@stoke/protocol';
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';

const cpusOfTask = 0.1;
const memMbOfTask = 32;

export interface ShortTasks {
  readonly master: string;
  readonly tasks: number;
  /** How many are under way together, as far as offers allow. */
  readonly width: number;
  /** Further fields of each. */
  readonly more?: Partial<TaskInfo>;
}

/** Resolves with the seconds from the first launch to the last end; rejects when one does not finish. */
export async function runShortTasks(wanted: ShortTasks): Promise<number> {
  const load = new Load(wanted);
  return load.run();
}

class Load {
  readonly #wanted: ShortTasks;
  readonly #driver: SchedulerDriver;
  #offers: Offer[] = [];
  #launched = 0;
  #ended = 0;
  #startMs = 0;
  #failure: Error | undefined;

  constructor(wanted: ShortTasks) {
    this.#wanted = wanted;
    this.#driver = createSchedulerDriver({
      masters: [wanted.master],
      framework: { user: 'root', name: 'short-tasks', checkpoint: true },
      handlers: {
        offers: (fresh) => {
          this.#offers.push(...fresh);
          return this.#launchMore();
        },
        rescind: (id) => {
          this.#offers = this.#offers.filter((offer) => offer.id.value !== id);
        },
        update: async ({ state, message }) => {
          if (state === 'TASK_STARTING' || state === 'TASK_RUNNING') return;
          if (state !== 'TASK_FINISHED') this.#failure ??= new Error(`${state}: ${message}`);
          this.#ended += 1;
          if (this.#failure !== undefined || this.#ended === this.#wanted.tasks) {
            await this.#driver.teardown();
          } else await this.#launchMore();
        },
      },
    });
  }

  async run(): Promise<number> {
    let endMs = 0;
    const ended = this.#driver.run().then(() => {
      endMs = performance.now();
    });
    await ended;
    if (this.#failure !== undefined) throw this.#failure;
    return (endMs - this.#startMs) / 1000;
  }

  async #launchMore(): Promise<void> {
    const { tasks, width } = this.#wanted;
    const room = (): number =>
      Math.min(width - this.#launched + this.#ended, tasks - this.#launched);
    while (room() > 0) {
      const offer = this.#offers.shift();
      if (offer === undefined) return;
      if (this.#launched === 0) this.#startMs = performance.now();
      const count = Math.min(room(), fitting(offer));
      const infos = Array.from({ length: count }, (_, index) =>
        this.#task(offer, this.#launched + index),
      );
      this.#launched += count;
      await this.#driver.launch([offer.id.value], infos, { refuseSeconds: 0 });
    }
  }

  #task({ agent_id }: Offer, number: number): TaskInfo {
    const id = `short-${number}`;
    return {
      name: id,
      task_id: { value: id },
      agent_id,
      resources: [
        { name: 'cpus', type: 'SCALAR', scalar: { value: cpusOfTask } },
        { name: 'mem', type: 'SCALAR', scalar: { value: memMbOfTask } },
      ],
      command: { value: 'true' },
      ...this.#wanted.more,
    };
  }
}

/** How many tasks an offer holds. */
function fitting({ resources = [] }: Offer): number {
  const amount = (name: string): number =>
    resources
      .filter((resource) => resource.name === name)
      .reduce((total, { scalar }) => total + (scalar?.value ?? 0), 0);
  return Math.floor(Math.min(amount('cpus') / cpusOfTask, amount('mem') / memMbOfTask) + 1e-6);
}
