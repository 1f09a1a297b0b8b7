/** Differences in what operators are answered, by masters and agents. */
import {
  agentStatistics,
  EARLIER,
  type Exception,
  FLAGS,
  LEAVES,
  LOG_TEXT,
  STDERR,
  STDOUT_LOG,
} from './exception.ts';

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

export const inOperatorCalls: readonly Exception[] = [
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
  ...['state-deactivated', 'agent-state-draining'].flatMap((name) => [
    {
      where: `operator-drain/${name}.response`,
      path: 'body.flags.*',
      reason: FLAGS,
    },
    {
      where: `operator-drain/${name}.response`,
      path: 'body.completed_frameworks[]',
      reason: EARLIER,
    },
  ]),
  {
    where: 'operator-drain/agent-state-draining.response',
    path: 'body.log_dir',
    reason: STDOUT_LOG,
  },
  {
    where: 'operator-drain/agent-state-draining.response',
    path: 'body.unreserved_resources_allocated.*',
    reason:
      'The command executor of Mesos stays a second longer than its task, that of Stoke does not',
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
