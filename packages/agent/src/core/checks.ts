/** What the results of health checks and checks mean ("Mesos HealthCheck, CheckInfo"): pure bookkeeping for one task. */
import type { CheckInfo, CheckStatusInfo, HealthCheck } from '@stoke/protocol';

const defaultDelaySeconds = 15;
const defaultIntervalSeconds = 10;
const defaultTimeoutSeconds = 20;
const defaultGraceSeconds = 10;
const defaultConsecutiveFailures = 3;

/** What one run of a check found. `failed`: no answer, or none in time. */
export type ProbeResult =
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'http'; readonly status: number }
  | { readonly type: 'tcp'; readonly connected: boolean }
  | { readonly type: 'failed'; readonly reason: string };

export interface CheckTimes {
  /** From the start of the task to the first run. */
  readonly delayMs: number;
  /** From the end of a run to the next one. */
  readonly intervalMs: number;
  /** Of one run; undefined is no bound. */
  readonly timeoutMs: number | undefined;
}

/** The times of a check or health check, in milliseconds. */
export function checkTimes(check: HealthCheck | CheckInfo): CheckTimes {
  const timeoutSeconds = check.timeout_seconds ?? defaultTimeoutSeconds;
  return {
    delayMs: (check.delay_seconds ?? defaultDelaySeconds) * 1000,
    intervalMs: (check.interval_seconds ?? defaultIntervalSeconds) * 1000,
    timeoutMs: timeoutSeconds > 0 ? timeoutSeconds * 1000 : undefined,
  };
}

/** A health check under way. */
export interface HealthProgress {
  readonly check: HealthCheck;
  /** When the task started: the grace period counts from here. */
  readonly startedMs: number;
  /** Whether it ever succeeded: the grace period ends with that. */
  succeeded: boolean;
  /** In a row, since the last success. */
  failures: number;
}

/** What the framework is told, and whether the task has to go. */
export interface HealthVerdict {
  readonly healthy: boolean;
  readonly kill: boolean;
}

/** Takes one result; undefined when there is nothing to tell. */
export function judgeHealth(
  progress: HealthProgress,
  result: ProbeResult,
  nowMs: number,
): HealthVerdict | undefined {
  if (isHealthy(result)) {
    const isNews = !progress.succeeded || progress.failures > 0;
    progress.succeeded = true;
    progress.failures = 0;
    return isNews ? { healthy: true, kill: false } : undefined;
  }
  const graceMs = (progress.check.grace_period_seconds ?? defaultGraceSeconds) * 1000;
  const inGrace = graceMs > 0 && nowMs - progress.startedMs <= graceMs;
  if (!progress.succeeded && inGrace) return undefined;
  progress.failures += 1;
  const limit = progress.check.consecutive_failures ?? defaultConsecutiveFailures;
  return { healthy: false, kill: limit > 0 && progress.failures >= limit };
}

function isHealthy(result: ProbeResult): boolean {
  switch (result.type) {
    case 'exit':
      return result.code === 0;
    case 'http':
      return result.status >= 200 && result.status < 400;
    case 'tcp':
      return result.connected;
    case 'failed':
      return false;
  }
}

/** A general check under way. */
export interface CheckProgress {
  readonly check: CheckInfo;
  last: CheckStatusInfo;
}

/** Takes one result; undefined when it is the one of before. */
export function judgeCheck(
  progress: CheckProgress,
  result: ProbeResult,
): CheckStatusInfo | undefined {
  const status = checkStatus(progress.check, result);
  if (resultKey(status) === resultKey(progress.last)) return undefined;
  progress.last = status;
  return status;
}

/** The status of a check that has no result: not run yet, or no answer in time. */
export function emptyCheckStatus({ type }: CheckInfo): CheckStatusInfo {
  switch (type) {
    case 'COMMAND':
      return { type, command: {} };
    case 'HTTP':
      return { type, http: {} };
    case 'TCP':
      return { type, tcp: {} };
    default:
      return {};
  }
}

function checkStatus(check: CheckInfo, result: ProbeResult): CheckStatusInfo {
  switch (result.type) {
    case 'exit':
      return { type: 'COMMAND', command: { exit_code: result.code } };
    case 'http':
      return { type: 'HTTP', http: { status_code: result.status } };
    case 'tcp':
      return { type: 'TCP', tcp: { succeeded: result.connected } };
    case 'failed':
      return emptyCheckStatus(check);
  }
}

function resultKey({ command, http, tcp }: CheckStatusInfo): string {
  return String(command?.exit_code ?? http?.status_code ?? tcp?.succeeded);
}
