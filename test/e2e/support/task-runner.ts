/** A framework for tests that runs single tasks and keeps every update of them. */
import type { Credential } from '@stoke/kit';
import type {
  FrameworkInfo_Capability,
  Offer,
  Offer_Operation,
  OperationStatus,
  TaskInfo,
  TaskStatus,
} from '@stoke/protocol';
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';
import { waitFor } from '@stoke/testing';

const defaultCpus = 0.1;
const defaultMemMb = 32;

/** Of ports it is their number. */
function amountIn({ resources = [] }: Pick<Offer, 'resources'>, name: string): number {
  const found = resources.filter((resource) => resource.name === name);
  const amounts = found.map(({ scalar, ranges }) => {
    const ports = (ranges?.range ?? []).map(({ begin, end }) => end - begin + 1);
    return ports.reduce((total, count) => total + count, scalar?.value ?? 0);
  });
  return amounts.reduce((total, amount) => total + amount, 0);
}

export interface TaskRequest {
  readonly id: string;
  /** For a shell. */
  readonly command: string;
  readonly cpus?: number;
  readonly memMb?: number;
  /** Further fields of the TaskInfo. */
  readonly more?: Partial<TaskInfo>;
}

/** The task as it is launched out of an offer. */
export function taskInfo(
  { id, command, cpus = defaultCpus, memMb = defaultMemMb, more }: TaskRequest,
  offer: Offer,
): TaskInfo {
  return {
    name: id,
    task_id: { value: id },
    agent_id: offer.agent_id,
    resources: [
      { name: 'cpus', type: 'SCALAR', scalar: { value: cpus } },
      { name: 'mem', type: 'SCALAR', scalar: { value: memMb } },
    ],
    command: { value: command },
    ...more,
  };
}

export interface RunnerOptions {
  readonly credential?: Credential;
  /** Beside those that every framework of today has. */
  readonly capabilities?: readonly FrameworkInfo_Capability['type'][];
}

export class TaskRunner {
  readonly updates: TaskStatus[] = [];
  /** How long it may take until an update is seen. */
  patienceMs = 30_000;
  readonly #operations: OperationStatus[] = [];
  readonly #driver: SchedulerDriver;
  readonly #ended: Promise<void>;
  #offers: Offer[] = [];
  #frameworkId = '';

  get frameworkId(): string {
    return this.#frameworkId;
  }

  constructor(
    name: string,
    masters: string | readonly string[],
    { credential, capabilities = [] }: RunnerOptions = {},
  ) {
    this.#driver = createSchedulerDriver({
      masters: typeof masters === 'string' ? [masters] : masters,
      ...(credential === undefined ? {} : { credential }),
      framework: {
        user: 'root',
        name,
        roles: ['e2e'],
        checkpoint: true,
        failover_timeout: 60,
        capabilities: [
          { type: 'MULTI_ROLE' },
          { type: 'RESERVATION_REFINEMENT' },
          { type: 'PARTITION_AWARE' },
          { type: 'TASK_KILLING_STATE' },
          ...capabilities.map((type) => ({ type })),
        ],
      },
      handlers: {
        subscribed: ({ frameworkId }) => {
          this.#frameworkId = frameworkId;
          this.#offers = [];
        },
        // Offers of a master that is gone are void.
        disconnected: () => {
          this.#offers = [];
        },
        offers: (fresh) => {
          this.#offers.push(...fresh);
        },
        rescind: (id) => {
          this.#offers = this.#offers.filter((offer) => offer.id.value !== id);
        },
        update: (status) => {
          this.updates.push(status);
        },
        updateOperation: (status) => {
          this.#operations.push(status);
        },
      },
    });
    this.#ended = this.#driver.run();
  }

  /** @param agentId undefined: wherever there is room */
  async launch(requests: readonly TaskRequest[], agentId?: string): Promise<void> {
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    const need = {
      cpus: sum(requests.map(({ cpus = defaultCpus }) => cpus)),
      mem: sum(requests.map(({ memMb = defaultMemMb }) => memMb)),
      ports: sum(requests.map(({ more = {} }) => amountIn(more, 'ports'))),
    };
    const offer = await waitFor(() => this.#take(need, agentId), {
      what: 'an offer that is large enough',
    });
    const tasks = requests.map((request) => taskInfo(request, offer));
    await this.#driver.launch([offer.id.value], tasks, { refuseSeconds: 0 });
  }

  /** Accepts an offer of the agent with what `build` makes of it; undefined: no offer came yet. */
  tryAccept(
    agentId: string,
    need: Readonly<Record<string, number>>,
    build: (offer: Offer, frameworkId: string) => Offer_Operation,
  ): Promise<void> | undefined {
    const offer = this.#take(need, agentId);
    if (offer === undefined) return undefined;
    const operation = build(offer, this.#frameworkId);
    return this.#driver.accept([offer.id.value], [operation], { refuseSeconds: 0 });
  }

  /** What ended tasks give back comes as offers of its own, which may be small. */
  #take(need: Readonly<Record<string, number>>, agentId?: string): Offer | undefined {
    const offer = this.#offers.find(
      (one) =>
        (agentId === undefined || one.agent_id.value === agentId) &&
        Object.entries(need).every(([name, amount]) => amountIn(one, name) >= amount),
    );
    this.#offers = this.#offers.filter((one) => one !== offer);
    return offer;
  }

  /** The first update of the task with one of these states, past or to come. */
  seen(taskId: string, ...states: readonly TaskStatus['state'][]): Promise<TaskStatus> {
    const { patienceMs: timeoutMs } = this;
    const found = (): TaskStatus | undefined =>
      this.updates.find(({ task_id, state }) => task_id.value === taskId && states.includes(state));
    return waitFor(found, { what: `${taskId} to be ${states.join(' or ')}`, timeoutMs });
  }

  /** The first update of the task that is so, past or to come. */
  told(
    taskId: string,
    what: string,
    isSo: (status: TaskStatus) => boolean | undefined,
  ): Promise<TaskStatus> {
    const found = (): TaskStatus | undefined =>
      this.updates.find((status) => status.task_id.value === taskId && isSo(status));
    return waitFor(found, { what: `${taskId} to be ${what}`, timeoutMs: 30_000 });
  }

  /** The next offer that fits; those before it are declined. */
  offerWith(what: string, fits: (offer: Offer) => boolean): Promise<Offer> {
    const find = async (): Promise<Offer | undefined> => {
      const offer = this.#offers.shift();
      if (offer === undefined || fits(offer)) return offer;
      await this.decline(offer);
      return undefined;
    };
    return waitFor(find, { what: `an offer with ${what}`, timeoutMs: 30_000 });
  }

  async accept(offer: Offer, operations: readonly Offer_Operation[]): Promise<void> {
    await this.#driver.accept([offer.id.value], operations, { refuseSeconds: 0 });
  }

  async decline(offer: Offer): Promise<void> {
    await this.#driver.decline([offer.id.value], { refuseSeconds: 0 });
  }

  /** The first status of the operation with this id, past or to come. */
  operation(id: string): Promise<OperationStatus> {
    const found = (): OperationStatus | undefined =>
      this.#operations.find(({ operation_id }) => operation_id?.value === id);
    return waitFor(found, { what: `the end of operation ${id}` });
  }

  async kill(taskId: string): Promise<void> {
    await this.#driver.kill({ taskId });
  }

  async end(): Promise<void> {
    await this.#driver.teardown();
    await this.#ended;
  }
}
