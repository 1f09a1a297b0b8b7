/** The calls of a framework as methods: ids in, messages out. */
import type {
  AgentID,
  DurationInfo,
  Filters,
  FrameworkInfo,
  Offer_Operation,
  SchedulerCall,
  SchedulerOfferConstraints,
  TaskInfo,
  TaskStatus,
} from '@stoke/protocol';

/** Filters as people say them. */
export interface RefuseFor {
  /** Seconds in which the declined resources are not offered again; the master's default is 5. */
  readonly refuseSeconds?: number;
}

/** A task as RECONCILE and KILL name it. */
export interface TaskName {
  readonly taskId: string;
  /** Helps the master when it does not know the task. */
  readonly agentId?: string;
}

/** An executor on an agent. */
export interface ExecutorName {
  readonly agentId: string;
  readonly executorId: string;
}

/** Everything a framework can ask of the master. Each resolves when the master took the call. */
export interface SchedulerCalls {
  /** Uses offers of one agent for operations; what they leave over is declined with the filter. */
  accept(
    offerIds: readonly string[],
    operations: readonly Offer_Operation[],
    filter?: RefuseFor,
  ): Promise<void>;
  /** Accept with one LAUNCH. */
  launch(
    offerIds: readonly string[],
    tasks: readonly TaskInfo[],
    filter?: RefuseFor,
  ): Promise<void>;
  decline(offerIds: readonly string[], filter?: RefuseFor): Promise<void>;
  /**
   * Promises to leave the agents of these inverse offers before their maintenance begins; the tasks
   * are the framework's to move. Until the filter ends it is not asked again.
   */
  acceptInverseOffers(inverseOfferIds: readonly string[], filter?: RefuseFor): Promise<void>;
  /** Tells the operator that the framework will not leave in time. */
  declineInverseOffers(inverseOfferIds: readonly string[], filter?: RefuseFor): Promise<void>;
  /** Clears filters and asks for offers again; for all roles when none are named. */
  revive(roles?: readonly string[]): Promise<void>;
  /** No more offers; for all roles when none are named. */
  suppress(roles?: readonly string[]): Promise<void>;
  kill(task: TaskName & { readonly gracePeriodMs?: number }): Promise<void>;
  /** Asks for the latest states; of all tasks when none are named. */
  reconcile(tasks?: readonly TaskName[]): Promise<void>;
  /** Only needed with `acknowledge: 'manual'`; updates without uuid need none. */
  acknowledge(status: TaskStatus): Promise<void>;
  /** Sends bytes to an executor, without a promise that they arrive. */
  message(executor: ExecutorName, data: Uint8Array): Promise<void>;
  shutdownExecutor(executor: ExecutorName): Promise<void>;
  /** Changes what may be changed of the framework; its id is filled in. */
  updateFramework(
    framework: FrameworkInfo,
    more?: {
      readonly suppressedRoles?: readonly string[];
      readonly offerConstraints?: SchedulerOfferConstraints;
    },
  ): Promise<void>;
  /** Any other call; its framework_id is filled in. */
  call(call: SchedulerCall): Promise<void>;
}

/** The calls, given a way to send one. `send` fills in the framework id. */
export function createSchedulerCalls(send: (call: SchedulerCall) => Promise<void>): SchedulerCalls {
  const accept: SchedulerCalls['accept'] = (offerIds, operations, filter) =>
    send({
      type: 'ACCEPT',
      accept: { offer_ids: ids(offerIds), operations: [...operations], ...filters(filter) },
    });
  return {
    accept,
    launch: (offerIds, tasks, filter) =>
      accept(offerIds, [{ type: 'LAUNCH', launch: { task_infos: [...tasks] } }], filter),
    decline: (offerIds, filter) =>
      send({ type: 'DECLINE', decline: { offer_ids: ids(offerIds), ...filters(filter) } }),
    acceptInverseOffers: (offerIds, filter) =>
      send({
        type: 'ACCEPT_INVERSE_OFFERS',
        accept_inverse_offers: { inverse_offer_ids: ids(offerIds), ...filters(filter) },
      }),
    declineInverseOffers: (offerIds, filter) =>
      send({
        type: 'DECLINE_INVERSE_OFFERS',
        decline_inverse_offers: { inverse_offer_ids: ids(offerIds), ...filters(filter) },
      }),
    revive: (roles) => send({ type: 'REVIVE', revive: { roles: [...(roles ?? [])] } }),
    suppress: (roles) => send({ type: 'SUPPRESS', suppress: { roles: [...(roles ?? [])] } }),
    kill: ({ gracePeriodMs, ...task }) =>
      send({
        type: 'KILL',
        kill: {
          ...taskFields(task),
          ...(gracePeriodMs === undefined
            ? {}
            : { kill_policy: { grace_period: duration(gracePeriodMs) } }),
        },
      }),
    reconcile: (tasks) =>
      send({ type: 'RECONCILE', reconcile: { tasks: (tasks ?? []).map(taskFields) } }),
    acknowledge: (status) => acknowledge(status, send),
    message: (executor, data) =>
      send({ type: 'MESSAGE', message: { ...executorFields(executor), data } }),
    shutdownExecutor: (executor) => send({ type: 'SHUTDOWN', shutdown: executorFields(executor) }),
    updateFramework: (framework, more) =>
      send({
        type: 'UPDATE_FRAMEWORK',
        update_framework: {
          framework_info: framework,
          suppressed_roles: [...(more?.suppressedRoles ?? [])],
          ...(more?.offerConstraints === undefined
            ? {}
            : { offer_constraints: more.offerConstraints }),
        },
      }),
    call: send,
  };
}

function ids(values: readonly string[]): { value: string }[] {
  return values.map((value) => ({ value }));
}

function filters(filter: RefuseFor | undefined): { filters?: Filters } {
  if (filter?.refuseSeconds === undefined) return {};
  return { filters: { refuse_seconds: filter.refuseSeconds } };
}

function duration(ms: number): DurationInfo {
  return { nanoseconds: Math.round(ms * 1e6) };
}

function taskFields(task: TaskName): { task_id: { value: string }; agent_id?: AgentID } {
  const agent = task.agentId === undefined ? {} : { agent_id: { value: task.agentId } };
  return { task_id: { value: task.taskId }, ...agent };
}

function executorFields(executor: ExecutorName): {
  agent_id: { value: string };
  executor_id: { value: string };
} {
  return { agent_id: { value: executor.agentId }, executor_id: { value: executor.executorId } };
}

/** Updates without a uuid, or without the agent it came from, are not to be acknowledged. */
async function acknowledge(
  status: TaskStatus,
  send: (call: SchedulerCall) => Promise<void>,
): Promise<void> {
  const { agent_id, task_id, uuid } = status;
  if (uuid === undefined || agent_id === undefined) return;
  await send({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } });
}
