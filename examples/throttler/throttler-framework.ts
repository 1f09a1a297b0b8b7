/** The framework: keeps up to `parallelism` tasks running until every range of the work is done. */
import type { Offer, TaskStatus } from '@stoke/protocol';
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';
import { cut, type Range, type Runtime, taskFor, tasksIn, type Work } from './work.ts';

/** This many tasks may fail; the next one ends the run. */
const maxFailures = 5;
const livingStates: readonly TaskStatus['state'][] = [
  'TASK_STAGING',
  'TASK_STARTING',
  'TASK_RUNNING',
  'TASK_KILLING',
];

export interface ThrottlerOptions {
  readonly master: string;
  readonly work: Work;
  readonly runtime: Runtime;
  readonly print: (line: string) => void;
}

/** How a run ended. */
export interface Summary {
  readonly requests: number;
  readonly tasks: number;
  readonly failures: number;
  readonly outcome: 'done' | 'too many failures' | 'stopped';
}

export class ThrottlerFramework {
  readonly #options: ThrottlerOptions;
  readonly #driver: SchedulerDriver;
  readonly #waiting: Range[];
  readonly #running = new Map<string, Range>();
  #launched = 0;
  #failures = 0;
  #requests = 0;
  #suppressed = false;

  constructor(options: ThrottlerOptions) {
    this.#options = options;
    this.#waiting = cut(options.work);
    this.#driver = createSchedulerDriver({
      masters: [options.master],
      framework: { user: 'root', name: 'throttler' },
      handlers: {
        subscribed: ({ again }) => {
          this.#suppressed = false;
          if (again) return this.#driver.reconcile(this.#names());
        },
        offers: async (offers) => {
          for (const offer of offers) await this.#use(offer);
        },
        update: (status) => this.#note(status),
      },
    });
  }

  /** Resolves when the work is done, or given up. */
  async run(): Promise<Summary> {
    await this.#driver.run();
    const [requests, tasks, failures] = [this.#requests, this.#launched, this.#failures];
    const failed = failures > maxFailures ? 'too many failures' : 'stopped';
    const outcome = requests === this.#options.work.requests ? 'done' : failed;
    return { requests, tasks, failures, outcome };
  }

  /** Ends the running tasks and gives up the rest. */
  stop(): Promise<void> {
    return this.#driver.teardown();
  }

  #names(): { taskId: string }[] {
    return [...this.#running.keys()].map((taskId) => ({ taskId }));
  }

  /** How many more tasks may start now. */
  #room(): number {
    return Math.min(this.#waiting.length, this.#options.work.parallelism - this.#running.size);
  }

  async #use(offer: Offer): Promise<void> {
    const { runtime, work } = this.#options;
    const ranges = this.#waiting.splice(0, Math.min(this.#room(), tasksIn(offer)));
    const tasks = ranges.map((range) => {
      const id = `throttler-${++this.#launched}`;
      this.#running.set(id, range);
      return taskFor(id, range, { ...runtime, url: work.url, offer });
    });
    if (tasks.length === 0) await this.#driver.decline([offer.id.value]);
    else await this.#driver.launch([offer.id.value], tasks);
    await this.#askForOffers();
  }

  /** Offers are wanted only while a task could start; reviving also forgets what was declined. */
  async #askForOffers(): Promise<void> {
    const enough = this.#room() === 0;
    if (enough === this.#suppressed) return;
    this.#suppressed = enough;
    await (enough ? this.#driver.suppress() : this.#driver.revive());
  }

  async #note({ task_id, state, message }: TaskStatus): Promise<void> {
    const range = this.#running.get(task_id.value);
    if (range === undefined || livingStates.includes(state)) return;
    this.#running.delete(task_id.value);
    const what = `requests ${range.from} to ${range.to - 1}`;
    if (state === 'TASK_FINISHED') {
      this.#requests += range.to - range.from;
      this.#options.print(`${what} done, ${this.#requests} of ${this.#options.work.requests}`);
    } else {
      this.#failures++;
      this.#waiting.push(range);
      this.#options.print(`${what} failed (${state}: ${message ?? ''}), to be repeated`);
    }
    const over = this.#requests === this.#options.work.requests || this.#failures > maxFailures;
    await (over ? this.#driver.teardown() : this.#askForOffers());
  }
}
