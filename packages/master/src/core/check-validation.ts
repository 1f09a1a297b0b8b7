/** Validation of the parts a task is made of: checks, commands, containers. */
import type { CheckInfo, CommandInfo, ContainerInfo, HealthCheck } from '@stoke/protocol';

function negativeTimes(
  what: string,
  times: Readonly<Record<string, number | undefined>>,
): string[] {
  return Object.entries(times)
    .filter(([, seconds]) => seconds !== undefined && !(seconds >= 0))
    .map(([name]) => `Expecting '${name}' of ${what} to be non-negative`);
}

function httpPathProblems(path: string | undefined): string[] {
  if (path === undefined || path.startsWith('/')) return [];
  return [`The path '${path}' of HTTP  check must start with '/'`.replace('  ', ' ')];
}

/** The type of a health check, inferred for old frameworks that do not set it. */
export function inferHealthCheckType(check: HealthCheck): HealthCheck {
  if (check.type !== undefined) return check;
  if (check.command !== undefined) return { ...check, type: 'COMMAND' };
  return check.http === undefined ? check : { ...check, type: 'HTTP' };
}

export function healthCheckProblems(check: HealthCheck): string[] {
  const times = negativeTimes('health check', {
    delay_seconds: check.delay_seconds,
    grace_period_seconds: check.grace_period_seconds,
    interval_seconds: check.interval_seconds,
    timeout_seconds: check.timeout_seconds,
  });
  switch (inferHealthCheckType(check).type) {
    case 'COMMAND':
      if (check.command === undefined) {
        return ["Expecting 'command' to be set for COMMAND health check", ...times];
      }
      return [...commandProblems(check.command), ...times];
    case 'HTTP':
      if (check.http === undefined) {
        return ["Expecting 'http' to be set for HTTP health check", ...times];
      }
      return [...httpPathProblems(check.http.path), ...times];
    case 'TCP':
      return check.tcp === undefined
        ? ["Expecting 'tcp' to be set for TCP health check", ...times]
        : times;
    default:
      return ["HealthCheck must specify 'type'", ...times];
  }
}

export function checkProblems(check: CheckInfo): string[] {
  const times = negativeTimes('check', {
    delay_seconds: check.delay_seconds,
    interval_seconds: check.interval_seconds,
    timeout_seconds: check.timeout_seconds,
  });
  switch (check.type) {
    case 'COMMAND':
      if (check.command === undefined) {
        return ["Expecting 'command' to be set for COMMAND check", ...times];
      }
      return [...commandProblems(check.command.command), ...times];
    case 'HTTP':
      if (check.http === undefined) return ["Expecting 'http' to be set for HTTP check", ...times];
      return [...httpPathProblems(check.http.path), ...times];
    case 'TCP':
      return check.tcp === undefined
        ? ["Expecting 'tcp' to be set for TCP check", ...times]
        : times;
    default:
      return ["CheckInfo must specify 'type'", ...times];
  }
}

/** Variables of type VALUE need a value, those of type SECRET a secret. */
export function commandProblems(command: CommandInfo): string[] {
  return (command.environment?.variables ?? []).flatMap((variable) => {
    if (variable.type === 'SECRET') {
      return variable.secret === undefined
        ? [`Environment variable '${variable.name}' of type 'SECRET' must have a secret set`]
        : [];
    }
    return variable.value === undefined
      ? [`Environment variable '${variable.name}' of type 'VALUE' must have a value set`]
      : [];
  });
}

export function containerProblems(container: ContainerInfo): string[] {
  const problems: string[] = [];
  for (const volume of container.volumes ?? []) {
    const sources = [volume.host_path, volume.image, volume.source].filter(
      (entry) => entry !== undefined,
    );
    if (sources.length !== 1) {
      problems.push(
        `Volume '${volume.container_path}' should have exactly one of 'host_path', 'image' or 'source' set`,
      );
    }
  }
  if ((container.docker?.parameters ?? []).some((parameter) => parameter.key === 'name')) {
    problems.push("Parameter in DockerInfo must not be 'name'");
  }
  return problems;
}
