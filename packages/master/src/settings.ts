/** Flags turned into what the core and the API need. */
import { formatBytes, formatDuration } from '@stoke/kit';
import type { MasterInfo } from '@stoke/protocol';
import { type Quantities, quantitiesFrom } from '@stoke/resources';
import { describeZooKeeper } from '@stoke/zookeeper';
import type { MasterConfig } from './config.ts';
import type { AllocatorFacts } from './core/create-state.ts';
import type { CoreSettings } from './core/state.ts';
import { MESOS_VERSION } from './version.ts';

const HEARTBEAT_INTERVAL_MS = 15_000;

function names(text: string | undefined): string[] | undefined {
  return text?.split(',').map((name) => name.trim());
}

export function coreSettings(config: MasterConfig): CoreSettings {
  return {
    scheme: config.tls_cert === undefined ? 'http' : 'https',
    agentPingTimeoutMs: config.agent_ping_timeout,
    maxAgentPingTimeouts: config.max_agent_ping_timeouts,
    agentReregisterTimeoutMs: config.agent_reregister_timeout,
    allocationIntervalMs: config.allocation_interval,
    heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
    offerTimeoutMs: config.offer_timeout,
    maxCompletedFrameworks: config.max_completed_frameworks,
    maxCompletedTasksPerFramework: config.max_completed_tasks_per_framework,
    maxUnreachableTasksPerFramework: config.max_unreachable_tasks_per_framework,
    registryMaxAgentAgeMs: config.registry_max_agent_age,
    registryMaxAgentCount: config.registry_max_agent_count,
    registryGcIntervalMs: config.registry_gc_interval,
    maxOperatorSubscribers: config.max_operator_event_stream_subscribers,
    roles: names(config.roles),
    rootSubmissions: config.root_submissions,
    requireAgentDomain: config.require_agent_domain,
    publishFrameworkMetrics: config.publish_per_framework_metrics,
  };
}

/** Options of the allocator. */
export function allocatorFacts(config: MasterConfig): AllocatorFacts {
  const region = config.domain?.fault_domain?.region.name;
  return {
    minAllocatable: minAllocatable(config),
    fairSharingExcluded: names(config.fair_sharing_excluded_resource_names) ?? [],
    filterGpu: config.filter_gpu_resources,
    roleSorter: config.role_sorter,
    frameworkSorter: config.framework_sorter,
    ...(region === undefined ? {} : { masterRegion: region }),
  };
}

/** `cpus:0.01|mem:32`: one set of quantities per alternative; nothing at all asks for nothing. */
function minAllocatable(config: MasterConfig): Quantities[] {
  if (config.min_allocatable_resources === '') return [];
  return config.min_allocatable_resources.split('|').map((alternative) =>
    quantitiesFrom(
      Object.fromEntries(
        alternative.split(';').map((part) => {
          const [name = '', amount = ''] = part.split(':');
          return [name.trim(), Number(amount)] as const;
        }),
      ),
    ),
  );
}

/** IPv4 as Mesos writes it: the bytes in network order, read as a little-endian number. */
function ipNumber(ip: string): number {
  const bytes = ip.split('.').map(Number);
  if (bytes.length !== 4 || bytes.some((byte) => !Number.isInteger(byte))) return 0;
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
}

/** How clients know this master. */
export function masterInfo(config: MasterConfig, id: string, boundPort: number): MasterInfo {
  const ip = config.advertise_ip ?? config.ip;
  const port = config.advertise_port ?? boundPort;
  const hostname = config.hostname ?? ip;
  const { domain } = config;
  return {
    id,
    ip: ipNumber(ip),
    port,
    pid: `master@${ip}:${port}`,
    hostname,
    version: MESOS_VERSION,
    address: { hostname, ip, port },
    ...(domain === undefined ? {} : { domain }),
    capabilities: [{ type: 'AGENT_UPDATE' }, { type: 'AGENT_DRAINING' }, { type: 'QUOTA_V2' }],
  };
}

const DURATION_FLAGS = new Set([
  'agent_ping_timeout',
  'agent_reregister_timeout',
  'allocation_interval',
  'offer_timeout',
  'registry_gc_interval',
  'registry_max_agent_age',
  'zk_session_timeout',
]);

function flagText(name: string, value: unknown): string {
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value !== 'number') return String(value);
  if (DURATION_FLAGS.has(name)) return formatDuration(value);
  return name === 'max_stream_queue' ? formatBytes(value) : String(value);
}

/** Flags as `/flags` and `/state` show them: text; unset ones are left out. */
export function flagTexts(config: MasterConfig): Record<string, string> {
  const { zk, ...others } = config;
  const texts = Object.entries(others)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, flagText(name, value)] as const);
  // Without its password.
  const address = zk === undefined ? [] : [['zk', describeZooKeeper(zk)] as const];
  return Object.fromEntries([...texts, ...address]);
}
