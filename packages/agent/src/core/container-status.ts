/** The container_status of updates: which container, which address, which process. */
import type { ContainerStatus } from '@stoke/protocol';
import type { AgentSettings, Executor } from './state.ts';

/** With host networking the container's address is the agent's. */
export function containerStatus(settings: AgentSettings, executor: Executor): ContainerStatus {
  return {
    container_id: { value: executor.containerId },
    network_infos: [{ ip_addresses: [{ protocol: 'IPv4', ip_address: settings.ip }] }],
    ...(executor.pid === undefined ? {} : { executor_pid: executor.pid }),
  };
}
