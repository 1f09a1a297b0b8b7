/** A framework that launches, kills and reconciles without pause, and remembers all it was ever told of its tasks. */
import type { Offer, TaskInfo, TaskState, TaskStatus } from '@stoke/protocol';
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';
import type { Chance } from '../support/chance.ts';
import type { Happenings } from './happenings.ts';

/** How a task ends: by itself, or when it is killed. */
const endings = {
  finish: { command: 'exec sleep 0.1', end: 'TASK_FINISHED' },
  fail: { command: 'sleep 0.1; exit 3', end: 'TASK_FAILED' },
  long: { command: 'exec sleep 100000', end: 'TASK_KILLED' },
} as const satisfies Record<string, { command: string; end: TaskState }>;

/** What is known of one task. */
interface Known {
  readonly agentId: string;
  readonly end: TaskState;
  seenRunning: boolean;
  /** Ends by their uuid: sending one again is right, a second one is not. */
  readonly ends: Map<string, TaskState>;
}

const live = /TASK_(STAGING|STARTING|RUNNING|KILLING)/;

export interface LoadFrameworkOptions {
  readonly master: string;
  readonly chance: Chance;
  readonly happenings: Happenings;
  /** A directory in which each start of a task leaves a line. */
  readonly marks: string;
  readonly targetTasks: number;
}

export class LoadFramework {
  readonly problems: string[] = [];
  readonly tasks = new Map<string, Known>();
  readonly #options: LoadFrameworkOptions;
  readonly #driver: SchedulerDriver;
  readonly #ended: Promise<void>;
  #stopping = false;

  constructor(options: LoadFrameworkOptions) {
    this.#options = options;
    const { happenings } = options;
    this.#driver = createSchedulerDriver({
      masters: [options.master],
      framework: {
        user: 'root',
        name: 'load',
        roles: ['load'],
        checkpoint: true,
        failover_timeout: 3600,
        capabilities: [
          { type: 'MULTI_ROLE' },
          { type: 'RESERVATION_REFINEMENT' },
          { type: 'PARTITION_AWARE' },
          { type: 'TASK_KILLING_STATE' },
        ],
      },
      handlers: {
        subscribed: () => {
          happenings.tell('subscribed');
          return this.#reconcile();
        },
        offers: (offers) => {
          happenings.tell('offers');
          return this.#use(offers);
        },
        update: (status) => {
          happenings.tell('update');
          return this.#take(status);
        },
      },
    });
    this.#ended = this.#driver.run();
  }

  get id(): string {
    return this.#driver.frameworkId ?? '';
  }

  /** Tasks that were reported running and not yet reported ended. */
  running(): string[] {
    return [...this.tasks]
      .filter(([, one]) => one.seenRunning && one.ends.size === 0)
      .map(([id]) => id);
  }

  /** Launches no more. */
  stopLaunching(): void {
    this.#stopping = true;
  }

  /** Kills again whatever runs: a kill may have died with the master that took it. */
  async killAll(): Promise<void> {
    await Promise.all(this.running().map((id) => this.#kill(id)));
  }

  async end(): Promise<void> {
    await this.#driver.teardown();
    await this.#ended;
  }

  #kill(taskId: string): Promise<void> {
    const agentId = this.tasks.get(taskId)?.agentId;
    return this.#driver.kill({ taskId, ...(agentId === undefined ? {} : { agentId }) });
  }

  /** Both ways: nothing may be said to be unknown, gone or lost that runs. */
  async #reconcile(): Promise<void> {
    const tasks = this.running().map((taskId) => ({
      taskId,
      agentId: this.tasks.get(taskId)?.agentId ?? '',
    }));
    if (tasks.length > 0) await this.#driver.reconcile(tasks);
    await this.#driver.reconcile();
  }

  async #use(offers: readonly Offer[]): Promise<void> {
    const { chance, targetTasks } = this.#options;
    for (const offer of offers) {
      const wanted =
        this.#stopping || this.running().length >= targetTasks ? 0 : 2 + chance.below(4);
      const tasks = Array.from({ length: wanted }, () => this.#newTask(offer));
      const ids = [offer.id.value];
      if (tasks.length === 0) await this.#driver.decline(ids, { refuseSeconds: 0.2 });
      else await this.#driver.launch(ids, tasks, { refuseSeconds: 0 });
    }
  }

  #newTask(offer: Offer): TaskInfo {
    const { chance, marks } = this.#options;
    const { command, end } = endings[chance.pick(['finish', 'fail', 'long', 'long'] as const)];
    const id = `t${this.tasks.size}`;
    const agentId = offer.agent_id.value;
    this.tasks.set(id, { agentId, end, seenRunning: false, ends: new Map() });
    return {
      name: id,
      task_id: { value: id },
      agent_id: offer.agent_id,
      resources: [
        { name: 'cpus', type: 'SCALAR', scalar: { value: 0.01 } },
        { name: 'mem', type: 'SCALAR', scalar: { value: 1 } },
      ],
      command: { value: `echo started >> ${marks}/${id}; ${command}` },
    };
  }

  async #take(status: TaskStatus): Promise<void> {
    const id = status.task_id.value;
    const known = this.tasks.get(id);
    if (known === undefined) {
      this.problems.push(`an update of ${id}, which was never launched`);
      return;
    }
    const problem = problemOf(known, status);
    if (problem !== undefined) this.problems.push(`${id}: ${problem}; ${JSON.stringify(status)}`);
    if (live.test(status.state)) {
      known.seenRunning ||= status.state === 'TASK_RUNNING';
      if (status.state === 'TASK_RUNNING' && this.#options.chance.oneIn(4)) await this.#kill(id);
    } else if (status.uuid !== undefined) {
      known.ends.set(Buffer.from(status.uuid).toString('hex'), status.state);
    }
  }
}

/** What is wrong with a status, if anything. */
function problemOf(known: Known, { state, uuid }: TaskStatus): string | undefined {
  if (live.test(state)) return undefined;
  const hex = uuid === undefined ? undefined : Buffer.from(uuid).toString('hex');
  const isExpected = state === known.end || state === 'TASK_KILLED';
  if (known.seenRunning && !isExpected) return `ran, was to be ${known.end}, and is ${state}`;
  if (hex === undefined || known.ends.size === 0 || known.ends.has(hex)) return undefined;
  return `ended twice, ${[...known.ends.values()].join()} and ${state}`;
}
