/** Runs the checks of command tasks: when each is due, and the updates and kills that follow from its results. */
import type { CheckStatusInfo, CommandInfo, FrameworkInfo, TaskInfo } from '@stoke/protocol';
import {
  type CheckProgress,
  checkTimes,
  emptyCheckStatus,
  type HealthProgress,
  judgeCheck,
  judgeHealth,
  type ProbeResult,
} from './checks.ts';
import { probeAddress } from './container-status.ts';
import type { Probe } from './effects.ts';
import { containerEnvironment } from './environment.ts';
import { type Executor, type Framework, type TaskEntry, visibleId } from './state.ts';
import { cancelTimer, logEvent, setTimer, type Turn } from './turn.ts';
import { reportTask } from './update-streams.ts';

export type CheckKind = 'health-check' | 'general-check';

/** The checks of a running task. */
export interface TaskChecks {
  readonly taskId: string;
  readonly health: HealthProgress | undefined;
  readonly general: CheckProgress | undefined;
}

/** What every update of a task with a check carries, though there may be no result. */
export function initialCheckStatus(info: TaskInfo): CheckStatusInfo | undefined {
  return info.check === undefined ? undefined : emptyCheckStatus(info.check);
}

/** The task runs. `resumed`: it ran before this agent did, and its delays are over. */
export function startChecks(
  turn: Turn,
  executor: Executor,
  { entry, resumed }: { readonly entry: TaskEntry; readonly resumed: boolean },
): void {
  const { health_check, check } = entry.info;
  if (health_check === undefined && check === undefined) return;
  const statuses = entry.task.statuses ?? [];
  const last = resumed ? statuses.at(-1) : undefined;
  const startedMs = (statuses[0]?.timestamp ?? turn.nowMs / 1000) * 1000;
  const health = health_check && {
    check: health_check,
    startedMs,
    succeeded: last?.healthy !== undefined,
    failures: last?.healthy === false ? 1 : 0,
  };
  const general = check && { check, last: last?.check_status ?? emptyCheckStatus(check) };
  executor.checks = { taskId: entry.info.task_id.value, health, general };
  for (const kind of ['health-check', 'general-check'] as const) {
    const times = timesOf(executor.checks, kind);
    if (times === undefined) continue;
    const { containerId } = executor;
    setTimer(turn, { kind, containerId }, resumed ? times.intervalMs : times.delayMs);
  }
}

/** The task is told to end, or has ended: nothing is checked any more. */
export function stopChecks(turn: Turn, executor: Executor): void {
  if (executor.checks === undefined) return;
  const { containerId } = executor;
  executor.checks = undefined;
  cancelTimer(turn, { kind: 'health-check', containerId });
  cancelTimer(turn, { kind: 'general-check', containerId });
  turn.effects.push({ type: 'stop-probes', containerId });
}

function timesOf(checks: TaskChecks, kind: CheckKind): ReturnType<typeof checkTimes> | undefined {
  const check = (kind === 'health-check' ? checks.health : checks.general)?.check;
  return check === undefined ? undefined : checkTimes(check);
}

/** It is time for the next run of a check. */
export function checkDue(
  turn: Turn,
  framework: Framework,
  { executor, kind }: { readonly executor: Executor; readonly kind: CheckKind },
): void {
  const { checks, containerId } = executor;
  const entry = executor.tasks.get(checks?.taskId ?? '');
  if (checks === undefined || entry === undefined) return;
  const launch = { turn, framework: framework.info, executor, task: entry.info };
  const probe =
    kind === 'health-check' ? healthProbe(checks, launch) : generalProbe(checks, launch);
  const timeoutMs = timesOf(checks, kind)?.timeoutMs;
  if (probe === undefined) return;
  turn.effects.push({ type: 'run-probe', containerId, kind, probe, timeoutMs });
}

interface ProbeScene {
  readonly turn: Turn;
  readonly framework: FrameworkInfo;
  readonly executor: Executor;
  readonly task: TaskInfo;
}

function healthProbe({ health }: TaskChecks, scene: ProbeScene): Probe | undefined {
  const { command, http, tcp } = health?.check ?? {};
  if (command !== undefined) return commandProbe(command, scene);
  if (http !== undefined) {
    const { port, path = '', scheme = 'http' } = http;
    const host = probeAddress(scene.executor, http.protocol);
    const named = http.protocol === 'IPv6' ? `[${host}]` : host;
    return { type: 'http', url: `${scheme}://${named}:${port}${path}` };
  }
  if (tcp === undefined) return undefined;
  return { type: 'tcp', host: probeAddress(scene.executor, tcp.protocol), port: tcp.port };
}

function generalProbe({ general }: TaskChecks, scene: ProbeScene): Probe | undefined {
  const { command, http, tcp } = general?.check ?? {};
  const host = probeAddress(scene.executor);
  if (command !== undefined) return commandProbe(command.command, scene);
  if (http !== undefined) {
    return { type: 'http', url: `http://${host}:${http.port}${http.path ?? ''}` };
  }
  return tcp === undefined ? undefined : { type: 'tcp', host, port: tcp.port };
}

/** A check's command has the environment of the task, and its own variables over it. */
function commandProbe(
  command: CommandInfo,
  { turn, framework, executor, task }: ProbeScene,
): Probe {
  const variables = (of: CommandInfo | undefined) => of?.environment?.variables ?? [];
  return {
    type: 'command',
    command,
    directory: executor.directory,
    user: command.user ?? task.command?.user ?? framework.user,
    environment: containerEnvironment({
      settings: turn.state.settings,
      agentId: turn.state.info.id?.value ?? '',
      framework,
      executor,
      command: {
        ...command,
        environment: { variables: [...variables(task.command), ...variables(command)] },
      },
      allocationRole: task.resources?.[0]?.allocation_info?.role,
    }),
  };
}

/** What a run found. Answers whether the task has to be killed for it. */
export function probeEnded(
  turn: Turn,
  framework: Framework,
  probed: {
    readonly executor: Executor;
    readonly kind: CheckKind;
    readonly result: ProbeResult;
  },
): 'kill' | 'go on' {
  const { executor, kind, result } = probed;
  const { checks, containerId } = executor;
  const entry = executor.tasks.get(checks?.taskId ?? '');
  if (checks === undefined || entry === undefined) return 'go on';
  if (result.type === 'failed') {
    logEvent(turn, 'check gave no answer', { containerId, kind, reason: result.reason });
  }
  setTimer(turn, { kind, containerId }, timesOf(checks, kind)?.intervalMs ?? 0);
  if (kind === 'general-check') {
    const checkStatus = checks.general && judgeCheck(checks.general, result);
    if (checkStatus === undefined) return 'go on';
    const reason = 'REASON_TASK_CHECK_STATUS_UPDATED';
    repeatState(turn, framework, { executor, entry, news: { reason, checkStatus } });
    return 'go on';
  }
  const verdict = checks.health && judgeHealth(checks.health, result, turn.nowMs);
  if (verdict === undefined) return 'go on';
  const reason = 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED';
  repeatState(turn, framework, { executor, entry, news: { reason, healthy: verdict.healthy } });
  return verdict.kill ? 'kill' : 'go on';
}

interface CheckNews {
  readonly reason: 'REASON_TASK_CHECK_STATUS_UPDATED' | 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED';
  readonly healthy?: boolean;
  readonly checkStatus?: CheckStatusInfo;
}

/** The state of before, with all that was known, and the news. */
function repeatState(
  turn: Turn,
  framework: Framework,
  repeated: { readonly executor: Executor; readonly entry: TaskEntry; readonly news: CheckNews },
): void {
  const { executor, entry, news } = repeated;
  const last = entry.task.statuses?.at(-1);
  reportTask(turn, framework, {
    taskId: entry.info.task_id.value,
    state: entry.task.state,
    source: 'SOURCE_EXECUTOR',
    executorId: visibleId(executor),
    containerStatus: last?.container_status,
    healthy: last?.healthy,
    checkStatus: last?.check_status,
    ...news,
  });
}
