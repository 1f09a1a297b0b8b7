/** A core with a clock, a disk and peers made of plain data, for tests: events in, what it did out. */
import type {
  ExecutorCall,
  ExecutorEvent,
  ExecutorInfo,
  FrameworkInfo,
  LinkAgentMessage,
  LinkMasterMessage,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '@stoke/protocol';
import type { ContainerSpec, Effect } from './effects.ts';
import type { AgentEvent, RecoveredContainer, TimerEvent } from './events.ts';
import { decodeRecords } from './records.ts';
import { type AgentState, createAgentState } from './state.ts';
import { step } from './step.ts';

const agentId = 'm-S0';

export class ScriptedAgent {
  nowMs = 1_000_000;
  state: AgentState = newState();
  /** The disk: it stays when the agent restarts. */
  readonly disk = new Map<string, string>();
  sent: LinkAgentMessage[] = [];
  executorEvents: { readonly connection: string; readonly event: ExecutorEvent }[] = [];
  launches: ContainerSpec[] = [];
  signals: string[] = [];
  probes: Extract<Effect, { type: 'run-probe' }>[] = [];
  stoppedProbes: string[] = [];
  exitCode: number | undefined;
  /** What the last event led to. */
  lastEffects: readonly Effect[] = [];
  #uuids = 0;
  #timers = new Map<string, { readonly atMs: number; readonly timer: TimerEvent }>();

  /** An agent that is registered. */
  static registered(): ScriptedAgent {
    const agent = new ScriptedAgent();
    agent.event({ type: 'link-up' });
    agent.master({
      type: 'REGISTERED',
      registered: {
        agent_id: { value: agentId },
        master_info: { id: 'm', ip: 1, port: 5050 },
        total_ping_timeout_seconds: 75,
      },
    });
    agent.sent = [];
    return agent;
  }

  event(event: AgentEvent): readonly Effect[] {
    const effects = step(this.state, event, {
      nowMs: this.nowMs,
      chance: { newUuid: () => this.#newUuid() },
    });
    this.lastEffects = effects;
    for (const effect of effects) this.#perform(effect);
    return effects;
  }

  #newUuid(): Uint8Array {
    this.#uuids += 1;
    const bytes = new Uint8Array(16);
    new DataView(bytes.buffer).setUint32(12, this.#uuids);
    return bytes;
  }

  #perform(effect: Effect): void {
    if (effect.type === 'store') this.disk.set(effect.key, effect.value);
    else if (effect.type === 'forget') this.disk.delete(effect.key);
    else if (effect.type === 'send-master') this.sent.push(structuredClone(effect.message));
    else if (effect.type === 'send-executor') this.executorEvents.push(effect);
    else if (effect.type === 'launch-container') this.launches.push(effect.spec);
    else if (effect.type === 'signal-container') this.signals.push(effect.signal);
    else if (effect.type === 'run-probe') this.probes.push(effect);
    else if (effect.type === 'stop-probes') this.stoppedProbes.push(effect.containerId);
    else if (effect.type === 'exit') this.exitCode = effect.code;
    else if (effect.type === 'cancel-timer') this.#timers.delete(effect.key);
    else if (effect.type === 'set-timer') {
      const atMs = this.nowMs + effect.delayMs;
      this.#timers.set(effect.key, { atMs, timer: effect.timer });
    }
  }

  /** Moves the clock and rings what is due, in order. */
  advance(ms: number): void {
    const until = this.nowMs + ms;
    for (;;) {
      const due = [...this.#timers]
        .filter(([, { atMs }]) => atMs <= until)
        .sort(([, a], [, b]) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.nowMs = due[1].atMs;
      this.event({ type: 'timer', timer: due[1].timer });
    }
    this.nowMs = until;
  }

  master(message: LinkMasterMessage): void {
    this.event({ type: 'link-message', message });
  }

  runTask(framework: FrameworkInfo, task: TaskInfo): string {
    this.master({ type: 'RUN_TASK', run_task: { framework_info: framework, task } });
    return this.launches.at(-1)?.containerId ?? '';
  }

  /** Answers the containers that were launched for it, in the order of the tasks. */
  runGroup(
    framework: FrameworkInfo,
    executor: ExecutorInfo,
    tasks: readonly TaskInfo[],
  ): readonly string[] {
    const before = this.launches.length;
    this.master({
      type: 'RUN_TASK_GROUP',
      run_task_group: { framework_info: framework, executor, task_group: { tasks: [...tasks] } },
    });
    return this.launches.slice(before).map(({ containerId }) => containerId);
  }

  started(containerId: string): void {
    this.event({ type: 'container-started', containerId, pid: 4711 });
  }

  exited(containerId: string, status: number | undefined): void {
    this.event({ type: 'container-exited', containerId, status });
  }

  kill(frameworkId: string, taskId: string, graceMs?: number): void {
    const policy =
      graceMs === undefined
        ? {}
        : { kill_policy: { grace_period: { nanoseconds: graceMs * 1e6 } } };
    this.master({
      type: 'KILL_TASK',
      kill_task: { framework_id: { value: frameworkId }, task_id: { value: taskId }, ...policy },
    });
  }

  subscribe(call: Pick<ExecutorCall, 'framework_id' | 'executor_id' | 'subscribe'>): string {
    const connection = `c${this.executorEvents.length}`;
    this.event({
      type: 'executor-subscribed',
      call: { type: 'SUBSCRIBE', subscribe: {}, ...call },
      connection,
    });
    return connection;
  }

  /** Statuses sent since the last look. */
  takeUpdates(): TaskStatus[] {
    const updates = this.sent.flatMap((message) => message.status_update?.status ?? []);
    this.sent = this.sent.filter((message) => message.type !== 'STATUS_UPDATE');
    return updates;
  }

  takeStates(): TaskState[] {
    return this.takeUpdates().map((status) => status.state);
  }

  acknowledge(frameworkId: string, status: TaskStatus): void {
    this.master({
      type: 'ACKNOWLEDGE',
      acknowledge: {
        framework_id: { value: frameworkId },
        task_id: status.task_id,
        uuid: status.uuid ?? new Uint8Array(),
      },
    });
  }

  /** Acknowledges whatever comes until nothing comes any more; answers all of it. */
  acknowledgeAll(frameworkId: string): TaskStatus[] {
    const all: TaskStatus[] = [];
    for (let updates = this.takeUpdates(); updates.length > 0; updates = this.takeUpdates()) {
      all.push(...updates);
      for (const status of updates) this.acknowledge(frameworkId, status);
    }
    return all;
  }

  /** kill -9 and a new start with the same disk. */
  restart(containers: Readonly<Record<string, RecoveredContainer>>): void {
    this.state = newState();
    this.#timers = new Map();
    this.sent = [];
    this.signals = [];
    this.event({
      type: 'recovered',
      records: decodeRecords(this.disk),
      containers: new Map(Object.entries(containers)),
    });
  }

  /** The link is up again and the master knows the agent. */
  reregister(
    reconciliations: NonNullable<LinkMasterMessage['reregistered']>['reconciliations'] = [],
  ): void {
    this.event({ type: 'link-up' });
    this.master({
      type: 'REREGISTERED',
      reregistered: {
        agent_id: { value: agentId },
        master_info: { id: 'm', ip: 1, port: 5050 },
        total_ping_timeout_seconds: 75,
        reconciliations,
      },
    });
  }
}

function newState(): AgentState {
  return createAgentState({
    settings: {
      ip: '127.0.0.1',
      port: 5051,
      workDir: '/w',
      registrationTimeoutMs: 60_000,
      reregistrationTimeoutMs: 2_000,
      shutdownGraceMs: 5_000,
      recoveryTimeoutMs: 900_000,
      httpCommandExecutor: false,
      keepsLimits: false,
      fixesGpus: false,
      executorEnvironment: {},
      maxCompletedExecutors: 150,
      scheme: 'http',
    },
    info: { hostname: 'h', port: 5051, resources: [], attributes: [] },
    resourceVersion: new Uint8Array(16),
  });
}

/** A framework with everything a modern one has; capabilities as given. */
export function frameworkInfo(
  capabilities: readonly ('PARTITION_AWARE' | 'TASK_KILLING_STATE')[] = [
    'PARTITION_AWARE',
    'TASK_KILLING_STATE',
  ],
): FrameworkInfo {
  return {
    user: 'root',
    name: 'f',
    id: { value: 'f1' },
    checkpoint: true,
    roles: ['web'],
    capabilities: capabilities.map((type) => ({ type })),
  };
}

export function commandTask(id: string, rest: Partial<TaskInfo> = {}): TaskInfo {
  return {
    name: id,
    task_id: { value: id },
    agent_id: { value: agentId },
    resources: [
      { name: 'cpus', type: 'SCALAR', scalar: { value: 1 }, allocation_info: { role: 'web' } },
    ],
    command: { value: 'sleep 100' },
    ...rest,
  };
}

/** A task on the custom executor `ex`. */
export function executorTask(id: string): TaskInfo {
  const { command: _none, ...task } = commandTask(id);
  return {
    ...task,
    executor: {
      type: 'CUSTOM',
      executor_id: { value: 'ex' },
      framework_id: { value: 'f1' },
      command: { value: './run' },
    },
  };
}
