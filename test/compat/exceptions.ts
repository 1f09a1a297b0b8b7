/** Where Stoke differs from the recordings on purpose, each with its reason. One that no longer differs fails. */
import { expect } from 'vitest';
import type { Found } from './replay-call.ts';

/** A difference that is accepted. */
interface Exception {
  /** Recording the difference is in; `*` stands for anything. */
  readonly where: string;
  /** Place in it; `*` stands for anything. */
  readonly path: string;
  readonly reason: string;
}

/** Differences of the legacy endpoints that do not depend on what runs. */
function legacy(group: string): Exception[] {
  const metrics = (path: string, reason: string): Exception => ({
    where: `${group}/master-metrics-snapshot.response`,
    path: `body.${path}`,
    reason,
  });
  return [
    {
      where: `${group}/*-state.response`,
      path: 'body.flags.*',
      reason: 'Flags are those that Stoke has; ports are chosen by the system in tests',
    },
    {
      where: `${group}/*-state.response`,
      path: 'body.log_dir',
      reason: 'Stoke logs to standard output',
    },
    metrics('allocator/mesos/allocation_run_*', 'Times of allocation runs are not measured yet'),
    metrics('allocator/mesos/offer_filters/*', 'Filters are not counted by role yet'),
    metrics('registrar/*', 'The registry of Stoke is another one'),
  ];
}

/** Metrics named after frameworks. */
function frameworkMetrics(group: string): Exception[] {
  const where = `${group}/master-metrics-snapshot.response`;
  const reason = 'Metrics of each framework and role are not built yet';
  return [
    { where, path: 'body.master/frameworks/*', reason },
    { where, path: 'body.allocator/mesos/roles/*', reason },
  ];
}

/** Accepted differences, by group. */
export const exceptions: readonly Exception[] = [
  ...legacy('legacy-empty'),
  ...legacy('legacy-running'),
  ...legacy('legacy-finished'),
  ...frameworkMetrics('legacy-running'),
  ...frameworkMetrics('legacy-finished'),
  {
    where: 'auth/legacy-flags-ops.response',
    path: 'body.flags.*',
    reason: 'Flags are those that Stoke has; the lists read as they were given, in JSON',
  },
  {
    where: 'auth/*p2*.response',
    path: 'body',
    reason: 'After the words of the status Stoke says who may not do what',
  },
  {
    where: 'operator-master-finished/*-pb.response',
    path: '*completed_tasks[]',
    reason: 'Upstream leaves out tasks of ended frameworks in protobuf, and shows them in JSON',
  },
  {
    where: 'executor-pb/executor-side-pb/00-subscribe.stream SUBSCRIBED',
    path: '[].subscribed.agent_info.checkpoint',
    reason:
      'Upstream leaks a v0 field into the bytes that v1 does not have; its JSON does not show it',
  },
  {
    where: 'legacy-reserve/state-volume.response',
    path: 'body.flags.*',
    reason: 'Flags are those that Stoke has; ports are chosen by the system in tests',
  },
  {
    where: 'legacy-reserve/state-volume.response',
    path: 'body.log_dir',
    reason: 'Stoke logs to standard output',
  },
  {
    where: 'legacy-reserve/state-volume.response',
    path: 'body.completed_frameworks[]',
    reason: 'Frameworks of the groups recorded before on the same master',
  },
  {
    where: 'legacy-reserve/roles-reserved.response',
    path: 'body.roles[]',
    reason: 'Roles of the groups recorded before on the same master',
  },
  {
    where: 'operations-reserve-create/sandbox.txt',
    path: 'stdout',
    reason: 'The task lists its sandbox with sizes and times; the link to its volume is the same',
  },
  {
    where: 'scheduler-errors/method-head.response',
    path: 'body',
    reason: 'HTTP forbids a body in the answer to HEAD; a client that reads one loses its place',
  },
  {
    where: 'scheduler-kill/00-subscribe.stream OFFERS',
    path: 'offers.offers[].resources[].scalar.value',
    reason: 'A task of the group before was still running on the recorded agent',
  },
  {
    where: 'scheduler-launch-checks/00-subscribe.stream OFFERS',
    path: 'offers.offers[].resources[].scalar.value',
    reason: 'A task of the group before was still running on the recorded agent',
  },
  ...['g2-a', 'g2-b', 'g3-a'].map((task) => ({
    where: `launch-group/00-subscribe.stream UPDATE ${task}`,
    path: 'update.status.container_status.network_infos',
    reason: 'The recorded agent added to TASK_STARTING what it happened to know already',
  })),
  {
    where: 'launch-group/00-subscribe.stream UPDATE g3-a',
    path: 'update.status.container_status.executor_pid',
    reason: 'The recorded agent added to TASK_STARTING what it happened to know already',
  },
  ...['state-deactivated', 'agent-state-draining'].flatMap((name) => [
    {
      where: `operator-drain/${name}.response`,
      path: 'body.flags.*',
      reason: 'Flags are those that Stoke has; ports are chosen by the system in tests',
    },
    {
      where: `operator-drain/${name}.response`,
      path: 'body.log_dir',
      reason: 'Stoke logs to standard output',
    },
    {
      where: `operator-drain/${name}.response`,
      path: 'body.completed_frameworks[]',
      reason: 'Frameworks of the groups recorded before on the same cluster',
    },
  ]),
  {
    where: 'operator-drain/agent-state-draining.response',
    path: 'body.unreserved_resources_allocated.*',
    reason:
      'The command executor of Mesos stays a second longer than its task, that of Stoke does not',
  },
  {
    where: 'drain-deactivate/00-subscribe.stream UPDATE d-2',
    path: 'update.status.*',
    reason: 'An agent that leaves for good (SIGUSR1) tells how its tasks ended before it goes',
  },
];

/**
 * Fails on any difference that is not accepted, and on any accepted one of this group that is gone.
 * @param group name of the group, as the exceptions begin.
 */
export function expectOnlyExceptions(group: string, found: readonly Found[]): void {
  const mine = exceptions.filter(({ where }) => where.startsWith(`${group}/`));
  const surprises = found.filter((it) => !mine.some((exception) => covers(exception, it)));
  const idle = mine.filter((exception) => !found.some((it) => covers(exception, it)));
  expect({
    differences: surprises.map(describeDifference),
    exceptionsWithoutDifference: idle,
  }).toEqual({ differences: [], exceptionsWithoutDifference: [] });
}

function covers(exception: Exception, found: Found): boolean {
  return matches(exception.where, found.where) && matches(exception.path, found.path);
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

function describeDifference({ where, path, recorded, actual }: Found): string {
  return `${where}: ${path}: recorded ${cut(recorded)}, ours ${cut(actual)}`;
}

function cut(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
