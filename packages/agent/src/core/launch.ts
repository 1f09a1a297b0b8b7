/** From RUN_TASK to a container that starts, or to the update that says why not. */
import type {
  FrameworkInfo,
  LinkMasterMessage_RunTask,
  Resource,
  TaskInfo,
  TaskStatus,
} from '@stoke/protocol';
import { commandExecutorInfo, isImpossibleCommand } from './command-executor.ts';
import { deliverTasks } from './custom-executor.ts';
import { containerEnvironment, unresolvedSecrets } from './environment.ts';
import type { LaunchStage } from './events.ts';
import { endExecutor } from './executor-end.ts';
import { executorLimits, executorResources, resizeExecutor } from './executor-resources.ts';
import { seeVolumes } from './executor-volumes.ts';
import { storeExecutor, storeFramework, storeQueuedTask } from './records.ts';
import { isOutdated } from './resource-version.ts';
import {
  type AgentState,
  createFramework,
  droppedState,
  type Executor,
  type ExecutorKind,
  type Framework,
  newExecutor,
} from './state.ts';
import { newTaskEntry } from './task-entry.ts';
import { formatUuid, logEvent, type Turn } from './turn.ts';
import { reportTask } from './update-streams.ts';
import { missingVolumes, volumeLinks } from './volumes.ts';

/** The master wants a task run. */
export function runTask(turn: Turn, message: LinkMasterMessage_RunTask): void {
  const framework = rememberFramework(turn, message.framework_info);
  const { task } = message;
  const refusal = whyRefused(turn, framework, message);
  if (refusal !== undefined) {
    refuseTask(turn, framework, { task, ...refusal });
    return;
  }
  const executorId = (task.executor?.executor_id ?? task.task_id).value;
  const existing = framework.executors.get(executorId);
  const executor = existing ?? createExecutor(turn, framework, task);
  executor.queued.set(task.task_id.value, task);
  framework.owners.set(task.task_id.value, executor);
  storeQueuedTask(turn, executor, newTaskEntry(framework, executor, task));
  logEvent(turn, 'task accepted', {
    frameworkId: framework.id,
    taskId: task.task_id.value,
    executorId,
    containerId: executor.containerId,
  });
  if (existing === undefined) startExecutor(turn, framework, { executor, task });
  else {
    resizeExecutor(turn, executor);
    deliverTasks(turn, framework, executor);
  }
}

/** The framework's entry here, with its newest description. */
export function rememberFramework(turn: Turn, info: FrameworkInfo): Framework {
  const id = info.id?.value ?? '';
  const existing = turn.state.frameworks.get(id);
  const framework = existing ?? createFramework(id, info);
  framework.info = info;
  turn.state.frameworks.set(id, framework);
  storeFramework(turn, framework);
  return framework;
}

export interface Refusal {
  readonly state: TaskStatus['state'];
  readonly reason: NonNullable<TaskStatus['reason']>;
  readonly message: string;
}

export function whyRefused(
  turn: Turn,
  framework: Framework,
  message: LinkMasterMessage_RunTask,
): Refusal | undefined {
  const { task } = message;
  const dropped = (reason: NonNullable<TaskStatus['reason']>, text: string): Refusal => ({
    state: droppedState(framework.info),
    reason,
    message: text,
  });
  if (turn.state.closing !== undefined) {
    return dropped('REASON_EXECUTOR_TERMINATED', 'The agent is shutting down');
  }
  if (turn.state.drain !== undefined) {
    return dropped('REASON_AGENT_DRAINING', 'The agent is draining');
  }
  if (framework.terminating) {
    return dropped('REASON_EXECUTOR_TERMINATED', 'The framework is being torn down');
  }
  if (isOutdated(turn.state, message)) {
    return dropped('REASON_INVALID_OFFERS', 'Task assumes outdated resource state');
  }
  const [missing] = missingVolumes(turn.state, wholeOf(task));
  if (missing !== undefined) {
    return dropped('REASON_INVALID_OFFERS', `Persistent volume '${missing}' is not on this agent`);
  }
  const executor = framework.executors.get((task.executor?.executor_id ?? task.task_id).value);
  if (executor === undefined) return refusalOfNewExecutor(turn.state, message, dropped);
  if (task.executor === undefined || executor.kind === 'command') {
    return {
      state: 'TASK_ERROR',
      reason: 'REASON_TASK_INVALID',
      message: `Task '${task.task_id.value}' has the id of an executor that is still in use`,
    };
  }
  if (executor.phase === 'terminating' || executor.phase === 'terminated') {
    return dropped('REASON_EXECUTOR_TERMINATED', `Executor '${executor.id}' is ending`);
  }
  return refusalOfGpus(turn.state, task, executor);
}

/** Each task of a default executor has a container of its own; that of another one has its devices from the start. */
function refusalOfGpus(
  { settings }: AgentState,
  { resources = [] }: TaskInfo,
  { kind, id }: Executor,
): Refusal | undefined {
  const hasNone = !resources.some(({ name, scalar }) => name === 'gpus' && scalar?.value !== 0);
  if (!settings.fixesGpus || kind !== 'custom' || hasNone) return undefined;
  return {
    state: 'TASK_FAILED',
    reason: 'REASON_CONTAINER_UPDATE_FAILED',
    message: `Cannot give GPUs to the container of executor '${id}', which runs already: only its first task may have some`,
  };
}

/** What a task and its executor ask for. */
function wholeOf(task: TaskInfo): Resource[] {
  return [...(task.executor?.resources ?? []), ...(task.resources ?? [])];
}

function refusalOfNewExecutor(
  { settings: { keepsLimits } }: AgentState,
  { task, launch_executor }: LinkMasterMessage_RunTask,
  dropped: (reason: NonNullable<TaskStatus['reason']>, text: string) => Refusal,
): Refusal | undefined {
  if (task.executor !== undefined && launch_executor === false) {
    const text = `Executor '${task.executor.executor_id.value}' is expected to run, and does not`;
    return dropped('REASON_EXECUTOR_TERMINATED', text);
  }
  if (keepsLimits) return undefined;
  const [limited] = Object.keys(task.limits ?? {}).sort();
  return limited === undefined ? undefined : dropped('REASON_GC_ERROR', limitRefusal(limited));
}

function limitRefusal(name: string): string {
  const [said, isolator] = name === 'cpus' ? ['CPU', 'cgroups/cpu'] : ['Memory', 'cgroups/mem'];
  return `${said} limits can only be set on tasks launched in Mesos containers when the agent has loaded the '${isolator}' isolator`;
}

/** Answers a task that will not run. */
export function refuseTask(
  turn: Turn,
  framework: Framework,
  refusal: Refusal & { readonly task: TaskInfo },
): void {
  const { task, state, reason, message } = refusal;
  reportTask(turn, framework, {
    taskId: task.task_id.value,
    state,
    source: 'SOURCE_AGENT',
    reason,
    message,
    executorId: (task.executor?.executor_id ?? task.task_id).value,
  });
}

function kindOf({ executor }: TaskInfo): ExecutorKind {
  if (executor === undefined) return 'command';
  return executor.type === 'DEFAULT' ? 'default' : 'custom';
}

export function createExecutor(turn: Turn, framework: Framework, task: TaskInfo): Executor {
  const info =
    task.executor === undefined
      ? commandExecutorInfo(task, framework.id)
      : {
          ...task.executor,
          framework_id: { value: framework.id },
          type: task.executor.type ?? ('CUSTOM' as const),
        };
  const id = info.executor_id.value;
  const containerId = formatUuid(turn.chance.newUuid());
  const agentId = turn.state.info.id?.value ?? '';
  const { workDir } = turn.state.settings;
  const executor = newExecutor({
    kind: kindOf(task),
    frameworkId: framework.id,
    id,
    info,
    containerId,
    directory: `${workDir}/slaves/${agentId}/frameworks/${framework.id}/executors/${id}/runs/${containerId}`,
    parent: undefined,
  });
  framework.executors.set(id, executor);
  turn.state.containers.set(containerId, executor);
  storeExecutor(turn, executor);
  return executor;
}

export function startExecutor(
  turn: Turn,
  framework: Framework,
  launch: { readonly executor: Executor; readonly task: TaskInfo },
): void {
  const { executor, task } = launch;
  const command = executor.info.command ?? task.command ?? {};
  const secrets = unresolvedSecrets(command);
  if (secrets.length > 0) {
    failLaunch(turn, framework, {
      executor,
      message: `Cannot resolve secret variables ${secrets.join(', ')}: no secret store is configured`,
    });
    return;
  }
  const commandTask = executor.kind === 'command';
  const volumes = volumeLinks(turn.state.settings.workDir, wholeOf(task));
  seeVolumes(executor, volumes);
  turn.effects.push({
    type: 'launch-container',
    spec: {
      kind: commandTask ? 'command' : 'custom',
      containerId: executor.containerId,
      frameworkId: framework.id,
      executorId: executor.id,
      directory: executor.directory,
      user: command.user ?? framework.info.user,
      command: isImpossibleCommand(command, executor.info.container)
        ? { ...command, shell: true, value: 'exit 1' }
        : command,
      environment: containerEnvironment({
        settings: turn.state.settings,
        agentId: turn.state.info.id?.value ?? '',
        framework: framework.info,
        executor,
        command,
        allocationRole: commandTask ? task.resources?.[0]?.allocation_info?.role : undefined,
      }),
      container: executor.info.container,
      resources: executorResources(executor),
      limits: executorLimits(executor),
      volumes,
    },
  });
}

/** A container could not be made. Without a sandbox the task never counted as launched. */
export function containerFailed(
  turn: Turn,
  framework: Framework,
  failure: { readonly executor: Executor; readonly stage: LaunchStage; readonly message: string },
): void {
  const { executor, stage, message } = failure;
  if (stage !== 'sandbox') {
    failLaunch(turn, framework, { executor, message });
    return;
  }
  turn.state.counters.launchErrors += 1;
  executor.endCause = {
    state: droppedState(framework.info),
    reason: 'REASON_EXECUTOR_TERMINATED',
    message,
  };
  endExecutor(turn, framework, { executor, status: undefined });
}

function failLaunch(
  turn: Turn,
  framework: Framework,
  failure: { readonly executor: Executor; readonly message: string },
): void {
  const { executor, message } = failure;
  turn.state.counters.launchErrors += 1;
  executor.endCause ??= {
    state: 'TASK_FAILED',
    reason: 'REASON_CONTAINER_LAUNCH_FAILED',
    message: `Failed to launch container: ${message}`,
  };
  endExecutor(turn, framework, { executor, status: undefined });
}
