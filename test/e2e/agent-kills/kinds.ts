/** Tasks of all kinds for one agent, each of which writes its id once to `started` in its sandbox and stays. */
import { fileURLToPath } from 'node:url';
import type { ExecutorInfo, HealthCheck, Offer, Offer_Operation, Resource } from '@stoke/protocol';
import { type TaskRequest, taskInfo } from '../support/task-runner.ts';

const executorFile = fileURLToPath(new URL('echo-executor.ts', import.meta.url));

function scalar(name: string, value: number): Resource {
  return { name, type: 'SCALAR', scalar: { value } };
}

const small: readonly Resource[] = [scalar('cpus', 0.1), scalar('mem', 32)];

function staying(id: string): string {
  return `echo ${id} >> started; exec sleep 1000000`;
}

const healthCheck: HealthCheck = {
  type: 'COMMAND',
  command: { value: 'test -s started' },
  delay_seconds: 0,
  interval_seconds: 0.5,
  grace_period_seconds: 60,
};

/** What is launched together, with what it takes. */
export interface Load {
  readonly ids: readonly string[];
  readonly cpus: number;
  readonly mem: number;
  readonly build: (offer: Offer, frameworkId: string) => Offer_Operation;
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

/** Tasks of their own, each with the command and further fields that `task` gives it. */
function single(
  prefix: string,
  count: number,
  task: (id: string, index: number) => Pick<TaskRequest, 'command' | 'more'>,
): Load {
  const ids = names(prefix, count);
  return {
    ids,
    cpus: 0.1 * count,
    mem: 32 * count,
    build: (offer) => ({
      type: 'LAUNCH',
      launch: {
        task_infos: ids.map((id, index) => taskInfo({ id, ...task(id, index) }, offer)),
      },
    }),
  };
}

/** Command tasks, every other one with a health check. */
export function commands(prefix: string, count: number): Load {
  return single(prefix, count, (id, index) => ({
    command: staying(id),
    ...(index % 2 === 0 && { more: { health_check: healthCheck } }),
  }));
}

/** Command tasks in Docker containers. */
export function docker(prefix: string, count: number): Load {
  return single(prefix, count, (id) => ({
    command: `cd "$MESOS_SANDBOX" && ${staying(id)}`,
    more: { container: { type: 'DOCKER', docker: { image: 'busybox' } } },
  }));
}

/** Tasks of one custom executor. */
export function custom(prefix: string, count: number): Load {
  const ids = names(prefix, count);
  const executor = (frameworkId: string): ExecutorInfo => ({
    type: 'CUSTOM',
    executor_id: { value: `${prefix}-executor` },
    framework_id: { value: frameworkId },
    resources: [...small],
    command: { value: `exec '${process.execPath}' '${executorFile}'` },
  });
  return {
    ids,
    cpus: 0.1 * (count + 1),
    mem: 32 * (count + 1),
    build: (offer, frameworkId) => ({
      type: 'LAUNCH',
      launch: {
        task_infos: ids.map((id) => {
          const { command: _, ...task } = taskInfo({ id, command: '' }, offer);
          return { ...task, executor: executor(frameworkId) };
        }),
      },
    }),
  };
}

/** A group on a default executor of its own. */
export function group(prefix: string, count: number): Load {
  const ids = names(prefix, count);
  const more = { resources: [...small, scalar('disk', 16)] };
  return {
    ids,
    cpus: 0.1 * (count + 1),
    mem: 32 * (count + 1),
    build: (offer, frameworkId) => ({
      type: 'LAUNCH_GROUP',
      launch_group: {
        executor: {
          type: 'DEFAULT',
          executor_id: { value: `${prefix}-executor` },
          framework_id: { value: frameworkId },
          resources: more.resources,
        },
        task_group: {
          tasks: ids.map((id) => taskInfo({ id, command: staying(id), more }, offer)),
        },
      },
    }),
  };
}
