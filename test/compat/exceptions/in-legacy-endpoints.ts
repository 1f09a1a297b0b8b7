/** Differences in what the endpoints of before version 1 answer. */
import {
  agentStatistics,
  EARLIER,
  type Exception,
  FLAGS,
  HEAD_BODY,
  LOG_TEXT,
  STDERR,
  STDOUT_LOG,
} from './exception.ts';

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
      reason: STDOUT_LOG,
    },
  ];
}

export const inLegacyEndpoints: readonly Exception[] = [
  ...agentStatistics('legacy-maintenance'),
  ...agentStatistics('legacy-running'),
  ...agentStatistics('legacy-executor-json-master-state'),
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
  { where: 'legacy-misc/*.response', path: 'body.flags.*', reason: FLAGS },
  {
    where: 'legacy-misc/agent-slave1-state.response',
    path: 'body.log_dir',
    reason: STDOUT_LOG,
  },
  {
    where: 'legacy-misc/master-garbage.response',
    path: '*',
    reason: 'Upstream hangs up on what is not HTTP; here the answer is 400',
  },
  {
    where: 'legacy-misc/master-state-head.response',
    path: 'body',
    reason: HEAD_BODY,
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
    where: 'legacy-reserve/state-volume.response',
    path: 'body.flags.*',
    reason: FLAGS,
  },
  {
    where: 'legacy-reserve/state-volume.response',
    path: 'body.completed_frameworks[]',
    reason: EARLIER,
  },
  {
    where: 'legacy-reserve/roles-reserved.response',
    path: 'body.roles[]',
    reason: EARLIER,
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
    reason: EARLIER,
  })),
  ...['master/frameworks/golden-life*', 'master/task_killed/source_master/*'].map((metric) => ({
    where: 'legacy-quota/metrics.response',
    path: `body.${metric}`,
    reason: EARLIER,
  })),
];
