/** From the agent's flags to the settings of its core. */
import { resolve } from 'node:path';
import type { AgentConfig } from './config.ts';
import type { AgentSettings } from './core/state.ts';
import { containerizerNames } from './io/containerizers.ts';
import { isolatesGpus } from './io/gpus/gpu-devices.ts';

/** How executors learn that their agent speaks TLS, and what verifies it: Mesos's variables, and those of our driver. */
function tlsVariables({ tls_cert, tls_ca }: AgentConfig): Record<string, string> {
  if (tls_cert === undefined) return {};
  const ca = tls_ca === undefined ? undefined : resolve(tls_ca);
  return {
    LIBPROCESS_SSL_ENABLED: 'true',
    ...(ca === undefined ? {} : { LIBPROCESS_SSL_CA_FILE: ca, STOKE_MESOS_CA_FILE: ca }),
  };
}

/** The settings of the core: what its stories need of the flags. */
export function settingsOf(config: AgentConfig, workDir: string): AgentSettings {
  return {
    ip: config.ip,
    port: config.port,
    scheme: config.tls_cert === undefined ? 'http' : 'https',
    workDir,
    registrationTimeoutMs: config.executor_registration_timeout,
    reregistrationTimeoutMs: config.executor_reregistration_timeout,
    shutdownGraceMs: config.executor_shutdown_grace_period,
    recoveryTimeoutMs: config.recovery_timeout,
    httpCommandExecutor: config.http_command_executor,
    keepsLimits: containerizerNames(config.containerizers).every((name) => name === 'oci'),
    fixesGpus: isolatesGpus(config),
    executorEnvironment: { ...tlsVariables(config), ...config.executor_environment_variables },
    maxCompletedExecutors: config.max_completed_executors_per_framework,
  };
}
