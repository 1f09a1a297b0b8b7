/** The environment of executors and command tasks ("Mesos executor environment"). */
import type { CommandInfo, Environment_Variable, FrameworkInfo } from '@stoke/protocol';
import { durationInfoMs, formatDuration } from './durations.ts';
import type { AgentSettings, Executor } from './state.ts';

/** PATH of what does not name another. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** How long an executor may wait between two tries to subscribe again. */
const subscriptionBackoffMax = '2secs';

export interface EnvironmentRequest {
  readonly settings: AgentSettings;
  readonly agentId: string;
  readonly framework: FrameworkInfo;
  readonly executor: Executor;
  readonly command: CommandInfo;
  /** Set for command tasks only. */
  readonly allocationRole: string | undefined;
}

/** The whole environment of a container's first process, later entries over earlier ones. */
export function containerEnvironment(request: EnvironmentRequest): Record<string, string> {
  if (request.executor.kind === 'nested') return nestedEnvironment(request);
  return {
    PATH: defaultPath,
    ...request.settings.executorEnvironment,
    ...agentVariables(request),
    ...commandVariables(request.command),
  };
}

/** Tasks of a group hear little of the agent. */
function nestedEnvironment(request: EnvironmentRequest): Record<string, string> {
  const { settings, executor, command, allocationRole } = request;
  return {
    PATH: defaultPath,
    MESOS_CONTAINER_IP: settings.ip,
    MESOS_SANDBOX: executor.directory,
    ...(allocationRole === undefined ? {} : { MESOS_ALLOCATION_ROLE: allocationRole }),
    ...commandVariables(command),
  };
}

function agentVariables(request: EnvironmentRequest): Record<string, string> {
  const { settings, executor, framework, allocationRole } = request;
  const endpoint = `${settings.ip}:${settings.port}`;
  const grace = executor.info.shutdown_grace_period;
  const graceMs = grace === undefined ? settings.shutdownGraceMs : durationInfoMs(grace);
  const checkpoint = framework.checkpoint === true;
  return {
    LIBPROCESS_IP: settings.ip,
    LIBPROCESS_PORT: '0',
    MESOS_AGENT_ENDPOINT: endpoint,
    MESOS_CHECKPOINT: checkpoint ? '1' : '0',
    MESOS_DIRECTORY: executor.directory,
    MESOS_EXECUTOR_ID: executor.id,
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: formatDuration(graceMs),
    MESOS_FRAMEWORK_ID: executor.frameworkId,
    MESOS_HTTP_COMMAND_EXECUTOR: settings.httpCommandExecutor ? '1' : '0',
    MESOS_SANDBOX: executor.directory,
    MESOS_SLAVE_ID: request.agentId,
    MESOS_SLAVE_PID: `slave(1)@${endpoint}`,
    ...(checkpoint
      ? {
          MESOS_RECOVERY_TIMEOUT: formatDuration(settings.recoveryTimeoutMs),
          MESOS_SUBSCRIPTION_BACKOFF_MAX: subscriptionBackoffMax,
        }
      : {}),
    ...(allocationRole === undefined ? {} : { MESOS_ALLOCATION_ROLE: allocationRole }),
  };
}

/** The variables a command brings itself. */
export function commandVariables(command: CommandInfo): Record<string, string> {
  const variables = command.environment?.variables ?? [];
  return Object.fromEntries(variables.map((one) => [one.name, variableValue(one)]));
}

function variableValue(variable: Environment_Variable): string {
  if (variable.type === 'SECRET') {
    const data = variable.secret?.value?.data;
    return data === undefined ? '' : new TextDecoder().decode(data);
  }
  return variable.value ?? '';
}

/** Secrets that only a secret store could resolve, by variable name; a launch with them fails. */
export function unresolvedSecrets(command: CommandInfo): readonly string[] {
  return (command.environment?.variables ?? [])
    .filter((one) => one.type === 'SECRET' && one.secret?.value === undefined)
    .map((one) => one.name);
}
