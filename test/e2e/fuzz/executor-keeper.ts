/** Keeps the recorded executor `ex-1` with its tasks alive on the real agent, for mutated executor calls. */
import type { Offer, TaskInfo } from '@stoke/protocol';
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';
import { waitFor } from '@stoke/testing';

const taskIds = ['x-1', 'x-2', 'x-3'];

function small(offer: Offer, id: string): TaskInfo {
  const resources = [
    { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
    { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
  ] as const;
  return {
    name: id,
    task_id: { value: id },
    agent_id: offer.agent_id,
    resources: [...resources],
    executor: {
      type: 'CUSTOM',
      executor_id: { value: 'ex-1' },
      resources: [...resources],
      command: { value: 'exec sleep 100000' },
    },
  };
}

/** Launches what is missing, whenever the agent is offered. */
export class ExecutorKeeper {
  readonly #driver: SchedulerDriver;
  readonly #ended: Promise<void>;
  readonly #missing = new Set(taskIds);
  readonly #hostname: string;

  constructor(master: string, hostname: string) {
    this.#hostname = hostname;
    this.#driver = createSchedulerDriver({
      masters: [master],
      framework: {
        user: 'root',
        name: 'executor-keeper',
        roles: ['keeper'],
        checkpoint: true,
        failover_timeout: 600,
        capabilities: [{ type: 'MULTI_ROLE' }, { type: 'RESERVATION_REFINEMENT' }],
      },
      handlers: {
        offers: (offers) => this.#use(offers),
        update: ({ task_id, state }) => {
          if (!/STAGING|STARTING|RUNNING/.test(state)) this.#missing.add(task_id.value);
        },
      },
    });
    this.#ended = this.#driver.run();
  }

  /** Resolves to the framework's id once the executor is being started. */
  async ready(): Promise<string> {
    await waitFor(() => this.#missing.size === 0, { what: 'the executor to be launched' });
    return this.#driver.frameworkId ?? '';
  }

  async end(): Promise<void> {
    this.#driver.close();
    await this.#ended;
  }

  async #use(offers: readonly Offer[]): Promise<void> {
    for (const offer of offers) {
      const tasks = [...this.#missing].map((id) => small(offer, id));
      if (offer.hostname !== this.#hostname || tasks.length === 0) {
        await this.#driver.decline([offer.id.value], { refuseSeconds: 1 });
        continue;
      }
      this.#missing.clear();
      await this.#driver.launch([offer.id.value], tasks, { refuseSeconds: 1 });
    }
  }
}
