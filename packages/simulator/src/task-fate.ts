/** What becomes of a task: decided by the script and the task's name alone. */
import type { Behaviour, TaskScript } from './behaviour.ts';
import { drawMs, namedRandom } from './distribution.ts';

export interface TaskFate {
  readonly startDelayMs: number;
  /** Undefined: it runs until it is killed. */
  readonly durationMs: number | undefined;
  readonly fails: boolean;
}

const FOREVER: TaskScript = { prefix: '', startDelay: 0, duration: 'forever', failureRate: 0 };

/** The fate of the task with this id; the same in every run with the same seed. */
export function fateOf({ seed, tasks }: Pick<Behaviour, 'seed' | 'tasks'>, id: string): TaskFate {
  const script = tasks.find(({ prefix }) => id.startsWith(prefix)) ?? FOREVER;
  const random = namedRandom(seed, id);
  return {
    startDelayMs: drawMs(script.startDelay, random),
    durationMs: script.duration === 'forever' ? undefined : drawMs(script.duration, random),
    fails: random() < script.failureRate,
  };
}
