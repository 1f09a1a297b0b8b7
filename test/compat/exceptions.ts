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
  /** Depends on the run: no failure when it does not differ. */
  readonly sometimes?: true;
}

const FLAGS = 'Flags are those that Stoke has; ports are chosen by the system in tests';
const EARLIER = 'Left by the groups recorded before on the same master';
const LEAVES = 'An agent that leaves for good (SIGUSR1) tells how its tasks ended before it goes';
const LOG_TEXT = "The log is another program's";
const STDERR = 'The recorded executor wrote a log of its own to stderr';

/** Differences of the legacy endpoints that do not depend on what runs. */
function legacy(group: string, state = '*-state'): Exception[] {
  return [
    {
      where: `${group}/${state}.response`,
      path: 'body.flags.*',
      reason: FLAGS,
    },
    {
      where: `${group}/${state.replace('*', 'agent')}.response`,
      path: 'body.log_dir',
      reason: 'The agents of these tests log to standard output only',
    },
  ];
}

/** What agents tell of executors and containers beyond Mesos. */
function agentReads(where: string, options: { readonly executors: boolean }): Exception[] {
  const statistics = 'body.get_containers.containers[].resource_statistics';
  const reason = 'Stoke counts processes and threads of every container';
  const command = 'Command tasks run without a program of the agent: the command is their own';
  return [
    { where: `${where}/get*containers-*.response`, path: `${statistics}.processes`, reason },
    { where: `${where}/get*containers-*.response`, path: `${statistics}.threads`, reason },
    ...(options.executors
      ? [{ where: `${where}/get_*`, path: 'body.*executor_info.command.*', reason: command }]
      : []),
  ];
}

/** The same in the legacy endpoints. */
function agentStatistics(group: string): Exception[] {
  const reason = 'Stoke counts processes and threads of every container';
  return ['processes', 'threads'].map((name) => ({
    where: `${group}/agent*`,
    path: `body[].statistics.${name}`,
    reason,
  }));
}

/** Accepted differences, by group. */
export const exceptions: readonly Exception[] = [
  ...['get-flags', 'leader-state', 'new-leader-state'].map((name) => ({
    where: `non-leading-master/${name}.response`,
    path: 'body.flags.*',
    reason: FLAGS,
  })),
  {
    where: 'non-leading-master/get-files-debug.response',
    path: 'body./master/log',
    reason: LOG_TEXT,
  },
  ...['get-metrics-snapshot', 'leader-metrics'].flatMap((name) =>
    ['allocator/mesos/*', 'registrar/*'].map((metric) => ({
      where: `non-leading-master/${name}.response`,
      path: `body.${metric}`,
      reason: 'Allocations, resources and commits are counted once there are any',
    })),
  ),
  {
    where: 'linux-cgroups/00-subscribe.stream UPDATE cg-oom',
    path: 'update.status.message',
    reason: "The figures after the first line are the kernel's, when the task was out of memory",
  },
  ...agentStatistics('legacy-maintenance'),
  ...['linux-cgroups', 'agent-v1-during-group'].flatMap((group) =>
    agentReads(group, { executors: false }),
  ),
  ...agentStatistics('linux-cgroups'),
  ...['low', 'medium', 'critical'].map((level) => ({
    where: 'linux-cgroups/*',
    path: `*statistics.mem_${level}_pressure_counter`,
    reason: 'Counts of memory pressure come through an eventfd, which Node.js cannot open',
  })),
  ...['cpus_user_time_secs', 'cpus_system_time_secs', 'mem_rss_bytes'].map((name) => ({
    where: 'agent-v1-during-group/get_containers-*.response',
    path: `body.get_containers.containers[].resource_statistics.${name}`,
    reason: 'Stoke measures what nested containers use',
  })),
  {
    where: 'agent-v1-during-group/get_containers-*.response',
    path: 'body.get_containers.containers[].container_status.executor_pid',
    reason: 'The default executor is part of the agent: it has no process of its own',
  },
  { where: 'operator-master-files/read_file-log-*.response', path: '*', reason: LOG_TEXT },
  {
    where: 'operator-agent-files/list_files-*.response',
    path: 'body.list_files.file_infos[].size',
    reason: STDERR,
  },
  ...agentStatistics('legacy-running'),
  ...agentStatistics('legacy-executor-json-master-state'),
  ...agentReads('operator-agent-running', { executors: true }),
  ...agentReads('operator-agent-containers', { executors: false }),
  ...['cpus_user_time_secs', 'cpus_system_time_secs', 'mem_rss_bytes'].map((name) => ({
    where: 'operator-agent-containers/get-containers-*.response',
    path: `body.get_containers.containers[].resource_statistics.${name}`,
    reason: 'Stoke measures what nested and standalone containers use',
  })),
  {
    where: 'operator-agent-containers/*tty*',
    path: 'STDOUT',
    reason: 'Upstream leaves the size of the terminal that a session asks for at 0 0',
  },
  {
    where: 'operator-agent-containers/attach-output.stream',
    path: 'STDOUT',
    reason: 'Upstream leaves the size of the terminal that a session asks for at 0 0',
  },
  {
    where: 'operator-agent-containers/prune-images-json.response',
    path: '*',
    reason: 'There are no images to prune yet',
  },
  ...legacy('legacy-empty'),
  ...legacy('legacy-running'),
  ...legacy('legacy-finished'),
  ...legacy('legacy-completed'),
  ...legacy('legacy-agent-gone'),
  ...legacy('legacy-executor-json-master-state'),
  ...[
    ['agent-state', 'completed_frameworks[]'],
    ['master-frameworks', 'completed_frameworks[]'],
    ['master-metrics-snapshot', '*frameworks/*'],
    ['master-metrics-snapshot', 'master/task_*'],
    ['master-metrics-snapshot', 'allocator/mesos/offer_filters/*'],
    ['master-metrics-snapshot', 'allocator/mesos/roles/*'],
    ['master-state', 'completed_frameworks[]'],
    ['master-tasks', 'tasks[]'],
  ].map(([name = '', path = '']) => ({
    where: `legacy-executor-json-master-state/${name}.response`,
    path: `body.${path}`,
    reason: EARLIER,
    sometimes: true as const,
  })),
  ...[
    ['agent-state', 'completed_frameworks[]'],
    ['master-frameworks', '*completed_*[]'],
    ['master-metrics-snapshot', 'master/frameworks/golden-*'],
    ['master-metrics-snapshot', 'master/task_*'],
    ['master-roles', 'roles[]'],
    ['master-state-summary', 'slaves[].*'],
    ['master-state-summary', 'frameworks[].*'],
    ['master-state', '*completed_*[]'],
    ['master-tasks', 'tasks[]'],
  ].map(([name = '', path = '']) => ({
    where: `legacy-agent-gone/${name}.response`,
    path: `body.${path}`,
    reason: EARLIER,
  })),
  {
    where: 'scheduler-misc-capabilities/*',
    path: '*executor_id',
    reason: 'A dropped task tells which executor it would have had',
  },
  ...['net-1', 'dock-1', 'img-1'].map((task) => ({
    where: `scheduler-misc-capabilities/00-subscribe.stream UPDATE ${task}`,
    path: 'update.status.message',
    reason: 'Our agent says in its own words what it cannot do',
  })),
  {
    where: 'scheduler-misc-capabilities/00-subscribe.stream UPDATE dock-1',
    path: 'update.status.reason',
    reason: 'A container that no containerizer takes is never launched, so nothing terminated',
  },
  {
    where: 'agent-unreachable/*-state.response',
    path: 'body.flags.*',
    reason: FLAGS,
  },
  {
    where: 'agent-unreachable/40-subscribe-old.stream',
    path: 'UPDATE un-2 *',
    reason: 'An agent stopped with an acknowledgement in its socket sends that update again',
    sometimes: true,
  },
  {
    where: 'agent-restart/00-subscribe.stream OFFERS',
    path: 'offers.offers[].resources[].scalar.value',
    reason: 'A task of the group before was still running on the recorded agent',
  },
  {
    where: 'scheduler-offers-two-roles/*.stream OFFERS',
    path: 'offers.offers[]',
    reason:
      'Which role comes first when both hold nothing follows from the frameworks before: here golden, then static',
    sometimes: true,
  },
  { where: 'legacy-misc/*.response', path: 'body.flags.*', reason: FLAGS },
  {
    where: 'legacy-misc/agent-slave1-state.response',
    path: 'body.log_dir',
    reason: 'The agents of these tests log to standard output only',
  },
  {
    where: 'legacy-misc/master-garbage.response',
    path: '*',
    reason: 'Upstream hangs up on what is not HTTP; here the answer is 400',
  },
  {
    where: 'legacy-misc/master-state-head.response',
    path: 'body',
    reason: 'HTTP forbids a body in the answer to HEAD; a client that reads one loses its place',
  },
  {
    where: 'legacy-misc/tasks-*.response',
    path: 'body.tasks[].*',
    reason: 'Two tasks launched together start in any order',
    sometimes: true,
  },
  ...['agent-log-read', 'master-log-read', 'master-log-stat'].map((name) => ({
    where: `legacy-files/${name}.response`,
    path: '*',
    reason: LOG_TEXT,
  })),
  ...['agent', 'master'].map((name) => ({
    where: `legacy-files/debug-${name}.response`,
    path: 'body.*/log',
    reason: LOG_TEXT,
  })),
  { where: 'legacy-files/browse*.response', path: '*[].size', reason: STDERR },
  { where: 'legacy-files/download-stderr.response', path: 'body', reason: STDERR },
  { where: 'legacy-files/read-length-1.response', path: 'body.data', reason: STDERR },
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
  ...[
    ['executor-pb/executor-side-pb/00-subscribe.stream SUBSCRIBED', '[].subscribed'],
    ['operator-agent-empty/get_agent-pb.response', 'body.get_agent'],
    ['operator-agent-running/get_agent-pb.response', 'body.get_agent'],
  ].map(([where = '', path]) => ({
    where,
    path: `${path}.agent_info.checkpoint`,
    reason:
      'Upstream leaks a v0 field into the bytes that v1 does not have; its JSON does not show it',
  })),
  {
    where: 'legacy-reserve/state-volume.response',
    path: 'body.flags.*',
    reason: FLAGS,
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
      path: 'body.completed_frameworks[]',
      reason: 'Frameworks of the groups recorded before on the same cluster',
    },
  ]),
  {
    where: 'operator-drain/agent-state-draining.response',
    path: 'body.log_dir',
    reason: 'Stoke logs to standard output',
  },
  {
    where: 'operator-drain/agent-state-draining.response',
    path: 'body.unreserved_resources_allocated.*',
    reason:
      'The command executor of Mesos stays a second longer than its task, that of Stoke does not',
  },
  {
    where: 'maintenance-inverse-offers/00-subscribe.stream',
    path: 'RESCIND 2',
    reason:
      'The recorder cleared the schedule twice; Stoke rescinds offers only when their plan changes',
  },
  ...legacy('legacy-maintenance'),
  ...[
    ['master-state', 'body.completed_frameworks[]'],
    ['master-frameworks', 'body.completed_frameworks[]'],
    ['master-tasks', 'body.tasks[]'],
    ['master-roles', 'body.roles[]'],
    ['agent-state', 'body.completed_frameworks[]'],
    ['master-metrics-snapshot', 'body.master/task_*'],
    ['master-metrics-snapshot', 'body.master/frameworks/golden-life*'],
    ['master-metrics-snapshot', 'body.master/frameworks/golden-nested*'],
    ['master-metrics-snapshot', 'body.master/frameworks/golden-quota*'],
  ].map(([name, path]) => ({
    where: `legacy-maintenance/${name}.response`,
    path: path ?? '',
    reason: 'Frameworks, tasks and roles of the groups recorded before on the same cluster',
  })),
  ...['master/frameworks/golden-life*', 'master/task_killed/source_master/*'].map((metric) => ({
    where: 'legacy-quota/metrics.response',
    path: `body.${metric}`,
    reason: EARLIER,
  })),
  {
    where: 'drain-deactivate/00-subscribe.stream UPDATE d-2',
    path: 'update.status.*',
    reason: LEAVES,
  },
  {
    where: 'operator-subscribe-drain-gone/drain-gone.stream task d-2',
    path: '*',
    reason: LEAVES,
  },
  {
    where: 'operator-subscribe-drain-gone/drain-gone.stream SUBSCRIBED',
    path: 'events[].subscribed.get_state.*.completed_*[]',
    reason: EARLIER,
  },
];

/**
 * Fails on any difference that is not accepted, and on any accepted one of this group that is gone.
 * @param group name of the group, as the exceptions begin.
 */
export function expectOnlyExceptions(group: string, found: readonly Found[]): void {
  const mine = exceptions.filter(({ where }) => where.startsWith(`${group}/`));
  const surprises = found.filter((it) => !mine.some((exception) => covers(exception, it)));
  const idle = mine.filter(
    (exception) => exception.sometimes !== true && !found.some((it) => covers(exception, it)),
  );
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
