/** The tasks of one simulated agent: they start, end and tell so until it is acknowledged. Does no I/O. */
import type { Timer } from '@stoke/kit';
import type {
  ContainerStatus,
  ExecutorInfo,
  FrameworkInfo,
  LinkMasterMessage,
  LinkReconciliation,
  Task,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '@stoke/protocol';
import type { AgentSurroundings } from './agent-surroundings.ts';

interface PendingUpdate {
  readonly status: TaskStatus;
  readonly madeMs: number;
  sentMs: number;
  retryMs: number;
}

interface RunningTask {
  readonly task: Task;
  readonly executor: ExecutorInfo | undefined;
  /** Oldest first; only the first is on its way. */
  readonly pending: PendingUpdate[];
  timer: Timer | undefined;
}

/** As a real agent: sent again after 10 s, then later and later. */
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 600_000;
const NETWORK: NonNullable<ContainerStatus['network_infos']> = [
  { ip_addresses: [{ protocol: 'IPv4', ip_address: '127.0.0.1' }] },
];

const TERMINAL: ReadonlySet<TaskState> = new Set<TaskState>([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_LOST',
]);

export class SimulatedTasks {
  readonly #around: AgentSurroundings;
  readonly #tasks = new Map<string, RunningTask>();
  readonly #frameworks = new Map<string, FrameworkInfo>();
  readonly #executors = new Map<string, ExecutorInfo>();

  constructor(around: AgentSurroundings) {
    this.#around = around;
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** What a returning agent says it runs. */
  inventory(): { tasks: Task[]; executor_infos: ExecutorInfo[]; frameworks: FrameworkInfo[] } {
    return {
      tasks: [...this.#tasks.values()].map(({ task }) => task),
      executor_infos: [...this.#executors.values()],
      frameworks: [...this.#frameworks.values()],
    };
  }

  /** Ends silently: nothing is told. */
  clear(): void {
    for (const running of this.#tasks.values()) running.timer?.cancel();
    this.#tasks.clear();
    this.#executors.clear();
  }

  kill(frameworkId: string, taskId: string): void {
    this.#end(keyOf(frameworkId, taskId), 'TASK_KILLED');
  }

  killExecutor(frameworkId: string, executorId: string): void {
    const executor = keyOf(frameworkId, executorId);
    for (const [key, { task }] of this.#tasks) {
      if (executorKey(task) === executor) this.#end(key, 'TASK_KILLED');
    }
  }

  killAll(): void {
    for (const key of this.#tasks.keys()) this.#end(key, 'TASK_KILLED');
  }

  /** Updates that wait too long for their acknowledgement are sent again. */
  retry(): void {
    const nowMs = this.#around.nowMs();
    for (const running of this.#tasks.values()) {
      const [update] = running.pending;
      if (update === undefined || nowMs - update.sentMs < update.retryMs) continue;
      update.retryMs = Math.min(2 * update.retryMs, LONGEST_RETRY_MS);
      this.#sendUpdate(running, update);
    }
  }

  run(framework: FrameworkInfo, info: TaskInfo): void {
    const frameworkId = framework.id?.value ?? '';
    const taskId = info.task_id.value;
    const key = keyOf(frameworkId, taskId);
    if (this.#tasks.has(key)) return;
    this.#around.heard.launched();
    this.#frameworks.set(frameworkId, framework);
    const { executor } = info;
    const task = taskEntry(info, frameworkId);
    const running: RunningTask = { task, executor, pending: [], timer: undefined };
    this.#tasks.set(key, running);
    if (executor !== undefined) this.#executors.set(executorKey(task), executor);
    const fate = this.#around.fate(taskId);
    this.#after(running, fate.startDelayMs, () => {
      this.#update(running, 'TASK_RUNNING');
      if (fate.durationMs === undefined) return;
      this.#after(running, fate.durationMs, () =>
        this.#end(key, fate.fails ? 'TASK_FAILED' : 'TASK_FINISHED'),
      );
    });
  }

  #after(running: RunningTask, delayMs: number, run: () => void): void {
    if (delayMs <= 0) run();
    else running.timer = this.#around.later(delayMs, run);
  }

  #end(key: string, state: TaskState): void {
    const running = this.#tasks.get(key);
    if (running === undefined || TERMINAL.has(running.task.state)) return;
    running.timer?.cancel();
    this.#update(running, state);
  }

  #update(running: RunningTask, state: TaskState): void {
    const { task } = running;
    const nowMs = this.#around.nowMs();
    const status: TaskStatus = {
      task_id: task.task_id,
      state,
      source: 'SOURCE_EXECUTOR',
      ...(state === 'TASK_FAILED'
        ? { message: 'Simulated failure', reason: 'REASON_COMMAND_EXECUTOR_FAILED' as const }
        : {}),
      agent_id: task.agent_id,
      executor_id: task.executor_id ?? { value: task.task_id.value },
      timestamp: nowMs / 1000,
      uuid: this.#around.newUuid(),
      container_status: {
        container_id: { value: `simulated-${task.task_id.value}` },
        network_infos: NETWORK,
      },
    };
    task.state = state;
    task.statuses = [...(task.statuses ?? []), status];
    this.#around.heard.state(state);
    this.#enqueue(running, status);
  }

  #enqueue(running: RunningTask, status: TaskStatus): void {
    const nowMs = this.#around.nowMs();
    const update = { status, madeMs: nowMs, sentMs: nowMs, retryMs: FIRST_RETRY_MS };
    running.pending.push(update);
    if (running.pending.length === 1) this.#sendUpdate(running, update);
  }

  #sendUpdate({ task }: RunningTask, update: PendingUpdate): void {
    update.sentMs = this.#around.nowMs();
    task.status_update_state = update.status.state;
    if (update.status.uuid !== undefined) task.status_update_uuid = update.status.uuid;
    this.#around.send({
      type: 'STATUS_UPDATE',
      status_update: {
        framework_id: task.framework_id,
        status: update.status,
        latest_state: task.state,
      },
    });
  }

  resendAll(): void {
    for (const running of this.#tasks.values()) {
      const [update] = running.pending;
      if (update !== undefined) this.#sendUpdate(running, update);
    }
  }

  acknowledged(acknowledge: NonNullable<LinkMasterMessage['acknowledge']>): void {
    const key = keyOf(acknowledge.framework_id.value, acknowledge.task_id.value);
    const running = this.#tasks.get(key);
    const [update] = running?.pending ?? [];
    if (running === undefined || update === undefined) return;
    if (!sameBytes(update.status.uuid, acknowledge.uuid)) return;
    running.pending.shift();
    this.#around.heard.acknowledged(this.#around.nowMs() - update.madeMs);
    const [next] = running.pending;
    if (next !== undefined) this.#sendUpdate(running, next);
    else if (TERMINAL.has(running.task.state)) this.#remove(key, running);
  }

  #remove(key: string, { task, executor }: RunningTask): void {
    this.#tasks.delete(key);
    if (executor === undefined) return;
    const owner = executorKey(task);
    if ([...this.#tasks.values()].some((other) => executorKey(other.task) === owner)) return;
    this.#executors.delete(owner);
    this.#around.send({
      type: 'EXITED_EXECUTOR',
      exited_executor: {
        framework_id: task.framework_id,
        executor_id: executor.executor_id,
        status: 0,
      },
    });
  }

  /** The framework is gone: nobody wants to hear of its tasks. */
  forget(frameworkId: string): void {
    for (const [key, { task, timer }] of this.#tasks) {
      if (task.framework_id.value !== frameworkId) continue;
      timer?.cancel();
      this.#tasks.delete(key);
    }
    for (const key of this.#executors.keys()) {
      if (key.startsWith(`${frameworkId}/`)) this.#executors.delete(key);
    }
    this.#frameworks.delete(frameworkId);
  }

  /** Tasks the master thinks are here and are not. */
  answerReconciliations(agentId: string, reconciliations: readonly LinkReconciliation[]): void {
    for (const { framework_info, task_ids } of reconciliations) {
      for (const task_id of task_ids ?? []) {
        const frameworkId = framework_info.id?.value ?? '';
        const key = keyOf(frameworkId, task_id.value);
        if (this.#tasks.has(key)) continue;
        const info = { name: task_id.value, task_id, agent_id: { value: agentId } };
        const running: RunningTask = {
          task: taskEntry(info, frameworkId),
          executor: undefined,
          pending: [],
          timer: undefined,
        };
        this.#tasks.set(key, running);
        this.#update(running, 'TASK_LOST');
      }
    }
  }
}

function keyOf(frameworkId: string, id: string): string {
  return `${frameworkId}/${id}`;
}

function executorKey({ framework_id, executor_id, task_id }: Task): string {
  return keyOf(framework_id.value, executor_id?.value ?? task_id.value);
}

/** The task as the agent lists it. */
function taskEntry(info: TaskInfo, frameworkId: string): Task {
  const { name, task_id, agent_id, resources, labels, discovery, executor } = info;
  return {
    name,
    task_id,
    framework_id: { value: frameworkId },
    ...(executor === undefined ? {} : { executor_id: executor.executor_id }),
    agent_id,
    state: 'TASK_STAGING',
    ...(resources === undefined ? {} : { resources }),
    ...(labels === undefined ? {} : { labels }),
    ...(discovery === undefined ? {} : { discovery }),
  };
}

function sameBytes(left: Uint8Array | undefined, right: Uint8Array): boolean {
  return left?.length === right.length && left.every((byte, index) => byte === right[index]);
}
