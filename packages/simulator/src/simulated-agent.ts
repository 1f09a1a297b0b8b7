/** One simulated agent: says what a real one says, while its tasks exist in its books only. Does no I/O. */
import type { AgentInfo, LinkMasterMessage } from '@stoke/protocol';
import type { AgentSurroundings } from './agent-surroundings.ts';
import { SimulatedTasks } from './simulated-tasks.ts';

const VERSION = '1.11.0';
const CAPABILITIES = [
  'MULTI_ROLE',
  'HIERARCHICAL_ROLE',
  'RESERVATION_REFINEMENT',
  'TASK_RESOURCE_LIMITS',
  'AGENT_DRAINING',
] as const;

/** Until the master says how long its pings may stay away. */
const DEFAULT_PING_TIMEOUT_MS = 75_000;

type Welcome = NonNullable<LinkMasterMessage['registered' | 'reregistered']>;

export class SimulatedAgent {
  #info: AgentInfo;
  readonly #around: AgentSurroundings;
  readonly #tasks: SimulatedTasks;
  #heardMs = 0;
  #pingTimeoutMs = DEFAULT_PING_TIMEOUT_MS;
  #registered = false;
  #over = false;

  constructor(info: AgentInfo, around: AgentSurroundings) {
    this.#info = info;
    this.#around = around;
    this.#tasks = new SimulatedTasks(around);
  }

  get isRegistered(): boolean {
    return this.#registered;
  }

  /** True when it must not connect again: it left, or the master said SHUTDOWN. */
  get isOver(): boolean {
    return this.#over;
  }

  get runningTasks(): number {
    return this.#tasks.size;
  }

  /** The link is up: says who it is and all it runs. */
  connected(): void {
    this.#heardMs = this.#around.nowMs();
    const common = {
      agent_info: this.#info,
      version: VERSION,
      agent_capabilities: CAPABILITIES.map((type) => ({ type })),
    };
    if (this.#info.id === undefined) {
      this.#around.send({ type: 'REGISTER', register: common });
      return;
    }
    const reregister = { ...common, ...this.#tasks.inventory() };
    this.#around.send({ type: 'REREGISTER', reregister });
  }

  disconnected(): void {
    this.#registered = false;
  }

  /** Leaves for good: the master forgets it at once. */
  leave(): void {
    this.#over = true;
    this.#tasks.clear();
    if (this.#registered) this.#around.send({ type: 'UNREGISTER' });
  }

  receive(message: LinkMasterMessage): void {
    this.#heardMs = this.#around.nowMs();
    switch (message.type) {
      case 'PING':
        this.#around.send({ type: 'PONG' });
        return;
      case 'REGISTERED':
      case 'REREGISTERED':
        this.#welcomed(message);
        return;
      case 'RUN_TASK':
      case 'RUN_TASK_GROUP':
        this.#run(message);
        return;
      case 'ACKNOWLEDGE':
        if (message.acknowledge !== undefined) this.#tasks.acknowledged(message.acknowledge);
        return;
      case 'SHUTDOWN':
        this.#over = true;
        this.#around.heard.refused(message.shutdown?.message ?? 'the master said SHUTDOWN');
        this.#around.drop();
        return;
      default:
        this.#stop(message);
    }
  }

  #run({ run_task, run_task_group }: LinkMasterMessage): void {
    if (run_task !== undefined) this.#tasks.run(run_task.framework_info, run_task.task);
    if (run_task_group === undefined) return;
    const { framework_info, executor, task_group } = run_task_group;
    for (const task of task_group.tasks ?? [])
      this.#tasks.run(framework_info, { ...task, executor });
  }

  /** Messages that end something; what a simulation has no use for is ignored. */
  #stop({ type, kill_task, shutdown_framework, shutdown_executor }: LinkMasterMessage): void {
    if (type === 'UPDATE_FRAMEWORK') this.#tasks.resendAll();
    if (type === 'DRAIN') this.#tasks.killAll();
    if (kill_task !== undefined) {
      this.#tasks.kill(kill_task.framework_id.value, kill_task.task_id.value);
    }
    if (shutdown_framework !== undefined) {
      this.#tasks.forget(shutdown_framework.framework_id.value);
    }
    if (shutdown_executor !== undefined) {
      const { framework_id, executor_id } = shutdown_executor;
      this.#tasks.killExecutor(framework_id.value, executor_id.value);
    }
  }

  #welcomed({ registered, reregistered }: LinkMasterMessage): void {
    const welcome: Welcome | undefined = registered ?? reregistered;
    if (welcome === undefined) return;
    this.#info = { ...this.#info, id: welcome.agent_id };
    this.#pingTimeoutMs = welcome.total_ping_timeout_seconds * 1000;
    this.#registered = true;
    this.#around.heard.registered(reregistered !== undefined);
    this.#tasks.resendAll();
    const missing = reregistered?.reconciliations ?? [];
    this.#tasks.answerReconciliations(welcome.agent_id.value, missing);
  }

  /** Called now and then: late updates are sent again, a silent master is given up. */
  sweep(): void {
    if (!this.#registered) return;
    if (this.#around.nowMs() - this.#heardMs > this.#pingTimeoutMs) this.#around.drop();
    else this.#tasks.retry();
  }
}
