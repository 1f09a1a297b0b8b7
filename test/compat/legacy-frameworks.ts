/** The two frameworks that the recordings of the legacy endpoints show, run by our own driver. */
import type { FrameworkInfo, Offer, TaskInfo, TaskState } from '@stoke/protocol';
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';
import { waitFor } from '@stoke/testing';

/** Seconds for which the offers of the other agent stay away. */
const longTime = 100_000;

/** A framework at work on one agent. */
export interface LegacyFramework {
  readonly driver: SchedulerDriver;
  /** Latest state by task id. */
  readonly states: ReadonlyMap<string, TaskState>;
  readonly agentId: () => string;
  /** Resolves when the predicate holds for the states. */
  until(what: string, holds: (states: ReadonlyMap<string, TaskState>) => boolean): Promise<void>;
  /** Gives every offer back at once, so that the next one holds all that is free. */
  regroup(): Promise<void>;
  readonly ended: Promise<void>;
}

const newFramework: FrameworkInfo = {
  user: 'root',
  name: 'golden-life',
  failover_timeout: 60,
  checkpoint: true,
  roles: ['golden'],
  hostname: 'sched.golden',
  webui_url: 'http://sched.golden/ui',
  capabilities: [
    { type: 'MULTI_ROLE' },
    { type: 'RESERVATION_REFINEMENT' },
    { type: 'PARTITION_AWARE' },
    { type: 'TASK_KILLING_STATE' },
  ],
  labels: { labels: [{ key: 'fk', value: 'fv' }] },
};

function newTask(id: string, script: string, more: Partial<TaskInfo>): Omit<TaskInfo, 'agent_id'> {
  return {
    name: `task-${id}`,
    task_id: { value: id },
    command: { value: script },
    resources: [
      { name: 'cpus', type: 'SCALAR', scalar: { value: 0.5 } },
      { name: 'mem', type: 'SCALAR', scalar: { value: 64 } },
    ],
    labels: { labels: [{ key: 'tk', value: 'tv' }] },
    discovery: {
      visibility: 'FRAMEWORK',
      name: 'svc',
      ports: { ports: [{ number: 31001, name: 'http', protocol: 'tcp' }] },
    },
    ...more,
  };
}

/** Writes 151,890 bytes of lines, zeros and a folder, and ends: what browsers of sandboxes see. */
const WRITES_FILES = [
  'i=0; while [ $i -lt 3000 ]; do echo "line $i 0123456789012345678901234567890123456789"; i=$((i+1)); done',
  'head -c 100000 /dev/zero > zeros.bin',
  "mkdir -p sub/dir && : > 'sub/a b.txt'",
].join('\n');

const newTasks = [
  newTask('life-run', 'echo out; echo err >&2; sleep 1000', {
    resources: [
      { name: 'cpus', type: 'SCALAR', scalar: { value: 0.5 } },
      { name: 'mem', type: 'SCALAR', scalar: { value: 64 } },
      {
        name: 'ports',
        type: 'RANGES',
        ranges: {
          range: [
            { begin: 31001, end: 31001 },
            { begin: 31005, end: 31006 },
          ],
        },
      },
    ],
    health_check: { type: 'COMMAND', interval_seconds: 2, command: { value: 'true' } },
  }),
  newTask('life-fin', WRITES_FILES, {}),
  newTask('life-fail', 'exit 1', {}),
];

const oldTask: Omit<TaskInfo, 'agent_id'> = {
  name: 'task-life-old',
  task_id: { value: 'life-old' },
  command: { value: 'sleep 1000' },
  resources: [
    { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
    { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
  ],
};

/** With every capability, three tasks on the agent recorded at 5051: one runs on. */
export function startNewFramework(master: string, agentPort: number): LegacyFramework {
  return start({ master, agentPort, framework: newFramework, tasks: newTasks });
}

/** Without capabilities, one task on the agent recorded at 5052. */
export function startOldFramework(master: string, agentPort: number): LegacyFramework {
  const framework = { user: 'root', name: 'golden-life-old' };
  return start({ master, agentPort, framework, tasks: [oldTask] });
}

/** Subscribes a framework that has no tasks, and waits for it: offers stay with it. */
export async function startIdleFramework(
  master: string,
  framework: FrameworkInfo,
): Promise<Pick<LegacyFramework, 'driver' | 'ended'>> {
  const driver = createSchedulerDriver({
    masters: [master],
    framework,
    format: 'json',
    handlers: {},
  });
  const ended = driver.run();
  await waitFor(() => driver.frameworkId, { what: framework.name, intervalMs: 20 });
  return { driver, ended };
}

/** A framework with the recorded capabilities and no tasks. */
export const drainFramework: FrameworkInfo = {
  user: 'root',
  name: 'golden-drain',
  failover_timeout: 60,
  checkpoint: true,
  roles: ['golden'],
  capabilities: newFramework.capabilities ?? [],
};

function start(options: {
  readonly master: string;
  readonly agentPort: number;
  readonly framework: FrameworkInfo;
  readonly tasks: readonly Omit<TaskInfo, 'agent_id'>[];
}): LegacyFramework {
  const states = new Map<string, TaskState>();
  const held: string[] = [];
  let agentId: string | undefined;
  const take = async (offer: Offer): Promise<void> => {
    if (offer.url?.address.port !== options.agentPort) {
      await driver.decline([offer.id.value], { refuseSeconds: longTime });
    } else if (agentId === undefined) {
      agentId = offer.agent_id.value;
      const tasks = options.tasks.map((task) => ({ ...task, agent_id: offer.agent_id }));
      await driver.launch([offer.id.value], tasks, { refuseSeconds: 0 });
    } else held.push(offer.id.value);
  };
  const driver = createSchedulerDriver({
    masters: [options.master],
    framework: options.framework,
    format: 'json',
    handlers: {
      offers: async (offers) => {
        for (const offer of offers) await take(offer);
      },
      update: (status) => {
        states.set(status.task_id.value, status.state);
      },
    },
  });
  return {
    driver,
    states,
    agentId: () => agentId ?? '',
    until: async (what, holds) => {
      await waitFor(() => holds(states), { what, intervalMs: 20 });
    },
    regroup: () => driver.decline(held.splice(0), { refuseSeconds: 0 }),
    ended: driver.run(),
  };
}
