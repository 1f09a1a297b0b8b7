/** Every route of the agent, in one table. */
import { type Clock, createTurnstile, type LogVerbosity } from '@stoke/kit';
import type { AgentConfig } from './config.ts';
import { flagTexts } from './flag-texts.ts';
import { type ExecutorApiOptions, executorRoute } from './http/executor-api.ts';
import { filesRoutes } from './http/files.ts';
import { type MetricsOptions, metricsRoutes, snapshot } from './http/metrics.ts';
import { type MonitorOptions, monitorRoutes } from './http/monitor.ts';
import { containerCalls } from './http/operator/container-calls.ts';
import { fileCalls } from './http/operator/file-calls.ts';
import { getContainersCall } from './http/operator/get-containers.ts';
import { imageCalls } from './http/operator/image-calls.ts';
import { loggingCalls } from './http/operator/logging-calls.ts';
import { operatorRoute } from './http/operator/operator-api.ts';
import type { CallHandlers } from './http/operator/operator-call.ts';
import { readCalls } from './http/operator/read-calls.ts';
import { sessionCalls } from './http/operator/session-calls.ts';
import type { Route } from './http/router.ts';
import { stateRoutes } from './http/state.ts';
import { attachmentsOf } from './io/attached-files.ts';
import type { ContainerLauncher } from './io/container-launcher.ts';
import type { Containerizer } from './io/containerizer.ts';
import type { ExecutorEnds } from './io/operator/executor-ends.ts';
import type { OperatorContainers } from './io/operator/operator-containers.ts';

/** The parts that answer. */
export interface AgentRouteOptions extends ExecutorApiOptions, MetricsOptions {
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly startedMs: number;
  readonly containerizers: readonly Containerizer[];
  readonly launcher: ContainerLauncher;
  readonly containers: OperatorContainers;
  readonly ends: ExecutorEnds;
  readonly verbosity: LogVerbosity;
}

export function agentRoutes(options: AgentRouteOptions): Route[] {
  const { clock, config, startedMs, state } = options;
  return [
    executorRoute(options),
    operatorRoute({
      handlers: operatorCalls(options),
      facts: { state, attachments: () => attachmentsOf(state, config.external_log_file) },
    }),
    ...stateRoutes({
      state,
      startTime: startedMs / 1000,
      flags: flagTexts(config),
      externalLogFile: config.external_log_file,
    }),
    ...monitorRoutes(monitorOf(options)),
    ...filesRoutes({ attachments: () => attachmentsOf(state, config.external_log_file) }),
    ...metricsRoutes(options, createTurnstile(config.metrics_snapshot_rate_limit, clock)),
  ];
}

function monitorOf({ state, containerizers, config, clock }: AgentRouteOptions): MonitorOptions {
  return {
    state,
    containerizers,
    hardCpu: config.cgroups_enable_cfs,
    now: () => clock.now() / 1000,
  };
}

function operatorCalls(options: AgentRouteOptions): CallHandlers {
  const { state, config, containers, launcher } = options;
  return {
    ...readCalls({ state, flags: flagTexts(config), metrics: () => snapshot(options) }),
    ...loggingCalls(options.verbosity),
    ...fileCalls(() => attachmentsOf(state, config.external_log_file)),
    ...imageCalls(options.containerizers),
    ...getContainersCall({ ...monitorOf(options), containers }),
    ...containerCalls({
      state,
      containers,
      ends: options.ends,
      signal: (containerId, signal) => launcher.signal(containerId, signal),
    }),
    ...sessionCalls({
      ...options,
      openConsole: (containerId, listener) => launcher.openConsole(containerId, listener),
    }),
  };
}
