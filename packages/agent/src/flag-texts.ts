/** The agent's flags as text, for /flags and /state. */
import { formatBytes } from '@stoke/kit';
import type { AgentConfig } from './config.ts';
import { formatDuration } from './core/durations.ts';
import { describeMaster } from './master-address.ts';

/** Flags as the operator gave them or as they are by default, for /flags and /state. */
export function flagTexts(config: AgentConfig): Record<string, string> {
  const entries = Object.entries(config).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, flagText(name, value)]));
}

const milliseconds = new Set([
  'executor_registration_timeout',
  'executor_reregistration_timeout',
  'executor_shutdown_grace_period',
  'recovery_timeout',
  'fetcher_stall_timeout',
  'gc_delay',
  'network_cni_timeout',
  'zk_session_timeout',
  'disk_watch_interval',
  'container_disk_watch_interval',
  'container_ports_watch_interval',
  'docker_remove_delay',
  'docker_stop_timeout',
]);
const bytes = new Set([
  'container_log_max_size',
  'docker_store_size',
  'fetcher_cache_size',
  'fetcher_max_size',
]);

/** Shown to whoever may read /flags: what executors get in their environment may be secret. */
const masked = new Set(['docker_config', 'executor_environment_variables']);

function flagText(name: string, value: unknown): string {
  if (masked.has(name)) return '<hidden>';
  if (name === 'master') return describeMaster(String(value));
  if (typeof value === 'number' && milliseconds.has(name)) return formatDuration(value);
  if (typeof value === 'number' && bytes.has(name)) return formatBytes(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
