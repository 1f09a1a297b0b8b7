/** The container_status of updates: which container, which address, which process. */
import type { ContainerStatus } from '@stoke/protocol';
import type { AgentSettings, Executor } from './state.ts';

/** With host networking the container's address is the agent's. A task of a group tells it while it runs. */
export function containerStatus(settings: AgentSettings, executor: Executor): ContainerStatus {
  const { parent, pid, containerId } = executor;
  if (parent !== undefined) {
    const id = { value: containerId, parent: { value: parent.containerId } };
    return pid === undefined
      ? { container_id: id }
      : { container_id: id, network_infos: hostNetwork(settings), executor_pid: pid };
  }
  return {
    container_id: { value: containerId },
    network_infos: hostNetwork(settings),
    ...(pid === undefined ? {} : { executor_pid: pid }),
  };
}

function hostNetwork({ ip }: AgentSettings): NonNullable<ContainerStatus['network_infos']> {
  return [{ ip_addresses: [{ protocol: 'IPv4', ip_address: ip }] }];
}
