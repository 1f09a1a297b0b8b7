/** Clusters on a screen: the list, and one cluster with its hosts and applications. */
import type { ClusterInfo, ClusterSummary, Usage } from '@stoke/cluster';
import { formatAge, formatMemory, formatNumber, shortId } from './format.ts';
import { type Column, formatTable } from './table.ts';

const listColumns: readonly Column[] = [
  { head: 'name' },
  { head: 'provider' },
  { head: 'status' },
  { head: 'hosts', align: 'right' },
  { head: 'cpus', align: 'right' },
  { head: 'memory', align: 'right' },
  { head: 'apps', align: 'right' },
  { head: 'age', align: 'right' },
  { head: 'url' },
];

const cpuUsage = (cpus: Usage): string => `${formatNumber(cpus.used)}/${formatNumber(cpus.total)}`;
const age = (now: number, since: number | undefined): string =>
  since === undefined ? '-' : formatAge(now - since);

function memoryUsage({ used, total }: Usage): string {
  return `${used === 0 ? '0' : formatMemory(used)}/${formatMemory(total)}`;
}

/** The table of `list`. */
export function clusterTable(clusters: readonly ClusterSummary[], now: number): string {
  return formatTable(
    listColumns,
    clusters.map((cluster) => [
      cluster.name,
      cluster.provider,
      cluster.status,
      `${cluster.hosts.ready}/${cluster.hosts.total}`,
      cpuUsage(cluster.cpus),
      memoryUsage(cluster.memMb),
      String(cluster.applications),
      age(now, cluster.startedAt),
      cluster.url ?? '-',
    ]),
  );
}

const hostColumns: readonly Column[] = [
  { head: 'host' },
  { head: 'status' },
  { head: 'cpus', align: 'right' },
  { head: 'memory', align: 'right' },
  { head: 'tasks', align: 'right' },
  { head: 'age', align: 'right' },
  { head: 'url' },
];

const applicationColumns: readonly Column[] = [
  { head: 'application' },
  { head: 'id' },
  { head: 'user' },
  { head: 'tasks', align: 'right' },
  { head: 'cpus', align: 'right' },
  { head: 'memory', align: 'right' },
  { head: 'age', align: 'right' },
  { head: 'web' },
];

/** The screen of `info`: what it is, its hosts, what it runs, what is wrong and how to right it. */
export function clusterScreen(info: ClusterInfo, now: number): string {
  const parts = [headline(info, now), hostTable(info, now)];
  if (info.applications.length > 0) parts.push(applicationTable(info, now));
  if (info.problems.length > 0) parts.push(problemLines(info));
  return parts.join('\n');
}

function headline(info: ClusterInfo, now: number): string {
  const { master } = info;
  const running = master.startedAt === undefined ? '' : `, up ${age(now, master.startedAt)}`;
  const state = master.status === 'ready' ? running : ` (${master.status})`;
  return `${info.name}  ${info.status}  provider ${info.provider}, master ${master.url ?? '-'}${state}\n`;
}

function hostTable(info: ClusterInfo, now: number): string {
  return formatTable(
    hostColumns,
    info.hosts.map((host) => [
      host.name,
      host.status,
      cpuUsage(host.cpus),
      memoryUsage(host.memMb),
      String(host.tasks),
      age(now, host.startedAt),
      host.url ?? '-',
    ]),
  );
}

function applicationTable(info: ClusterInfo, now: number): string {
  return formatTable(
    applicationColumns,
    info.applications.map((application) => [
      application.name,
      shortId(application.id),
      application.user,
      String(application.tasks),
      formatNumber(application.cpus),
      formatMemory(application.memMb),
      age(now, application.startedAt),
      application.active ? (application.webUrl ?? '-') : 'disconnected',
    ]),
  );
}

function problemLines(info: ClusterInfo): string {
  const lines = info.problems.map(
    ({ subject, problem, remedy }) => `${subject}: ${problem}. To bring it back: ${remedy}`,
  );
  return `${lines.join('\n')}\n`;
}
