import type { CheckInfo, HealthCheck } from '@stoke/protocol';
import { expect, test } from 'vitest';
import {
  checkTimes,
  emptyCheckStatus,
  type HealthProgress,
  judgeCheck,
  judgeHealth,
  type ProbeResult,
} from './checks.ts';

const fine: ProbeResult = { type: 'exit', code: 0 };
const broken: ProbeResult = { type: 'exit', code: 1 };

function progress(check: HealthCheck): HealthProgress {
  return { check: { type: 'COMMAND', ...check }, startedMs: 0, succeeded: false, failures: 0 };
}

function verdicts(check: HealthCheck, results: readonly [atMs: number, result: ProbeResult][]) {
  const one = progress(check);
  return results.map(([atMs, result]) => judgeHealth(one, result, atMs));
}

test('checkTimes has the defaults of Mesos, and no bound for a timeout of 0', () => {
  expect(checkTimes({})).toEqual({ delayMs: 15_000, intervalMs: 10_000, timeoutMs: 20_000 });
  const given = { delay_seconds: 0, interval_seconds: 0.5, timeout_seconds: 0 };
  expect(checkTimes(given)).toEqual({ delayMs: 0, intervalMs: 500, timeoutMs: undefined });
});

test('judgeHealth tells the first success, and later ones only after a failure', () => {
  const healthy = { healthy: true, kill: false };
  expect(
    verdicts({}, [
      [20_000, fine],
      [30_000, fine],
      [40_000, broken],
      [50_000, fine],
      [60_000, fine],
    ]),
  ).toEqual([healthy, undefined, { healthy: false, kill: false }, healthy, undefined]);
});

test('judgeHealth tells every failure and asks for the kill at the limit', () => {
  expect(
    verdicts({ consecutive_failures: 2, grace_period_seconds: 0 }, [
      [0, broken],
      [1, fine],
      [2, broken],
      [3, broken],
    ]).map((verdict) => verdict?.kill),
  ).toEqual([false, false, false, true]);
});

test('judgeHealth kills after three failures by default and never with a limit of 0', () => {
  const failures: [number, ProbeResult][] = [20_000, 30_000, 40_000, 50_000].map((at) => [
    at,
    broken,
  ]);
  const kills = (check: HealthCheck) => verdicts(check, failures).map((one) => one?.kill);
  expect(kills({})).toEqual([false, false, true, true]);
  expect(kills({ consecutive_failures: 0 })).toEqual([false, false, false, false]);
});

test('judgeHealth neither tells nor counts failures of the grace period', () => {
  const check = { grace_period_seconds: 5, consecutive_failures: 1 };
  expect(
    verdicts(check, [
      [1_000, broken],
      [5_000, broken],
      [5_001, broken],
    ]),
  ).toEqual([undefined, undefined, { healthy: false, kill: true }]);
});

test('judgeHealth counts failures of the grace period after a first success', () => {
  const check = { grace_period_seconds: 100, consecutive_failures: 1 };
  expect(
    verdicts(check, [
      [1_000, fine],
      [2_000, broken],
    ]),
  ).toEqual([
    { healthy: true, kill: false },
    { healthy: false, kill: true },
  ]);
});

test.each<[ProbeResult, boolean]>([
  [{ type: 'http', status: 199 }, false],
  [{ type: 'http', status: 200 }, true],
  [{ type: 'http', status: 399 }, true],
  [{ type: 'http', status: 400 }, false],
  [{ type: 'tcp', connected: true }, true],
  [{ type: 'tcp', connected: false }, false],
  [{ type: 'failed', reason: 'late' }, false],
])('judgeHealth finds %o healthy: %s', (result, healthy) => {
  expect(judgeHealth(progress({ grace_period_seconds: 0 }), result, 1)?.healthy).toBe(healthy);
});

test('judgeCheck tells changes only; no answer is a result of its own', () => {
  const check: CheckInfo = { type: 'HTTP', http: { port: 80 } };
  const one = { check, last: emptyCheckStatus(check) };
  const http = (status: number) => judgeCheck(one, { type: 'http', status });
  expect(judgeCheck(one, { type: 'failed', reason: 'refused' })).toBeUndefined();
  expect(http(500)).toEqual({ type: 'HTTP', http: { status_code: 500 } });
  expect(http(500)).toBeUndefined();
  expect(http(200)).toEqual({ type: 'HTTP', http: { status_code: 200 } });
  expect(judgeCheck(one, { type: 'failed', reason: 'late' })).toEqual({ type: 'HTTP', http: {} });
});

test('emptyCheckStatus names the kind of check', () => {
  expect(emptyCheckStatus({ type: 'COMMAND' })).toEqual({ type: 'COMMAND', command: {} });
  expect(emptyCheckStatus({ type: 'TCP' })).toEqual({ type: 'TCP', tcp: {} });
});
