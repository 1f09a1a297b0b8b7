/** The container_status of updates: which container, which address, which process. */
import type { ContainerStatus } from '@stoke/protocol';
import type { AgentSettings, Executor } from './state.ts';

/** The address is the agent's, unless the container has a network of its own. A task of a group tells it while it runs. */
export function containerStatus(settings: AgentSettings, executor: Executor): ContainerStatus {
  const { parent, pid, containerId } = executor;
  if (parent !== undefined) {
    const id = { value: containerId, parent: { value: parent.containerId } };
    return pid === undefined
      ? { container_id: id }
      : { container_id: id, network_infos: hostNetwork(settings), executor_pid: pid };
  }
  const networks = executor.facts?.networks;
  return {
    container_id: { value: containerId },
    network_infos: networks === undefined ? hostNetwork(settings) : [...networks],
    ...(pid === undefined ? {} : { executor_pid: pid }),
  };
}

function hostNetwork({ ip }: AgentSettings): NonNullable<ContainerStatus['network_infos']> {
  return [{ ip_addresses: [{ protocol: 'IPv4', ip_address: ip }] }];
}

/** Where the ports of a container are reached from this machine. */
export function probeAddress({ facts }: Executor, protocol: 'IPv4' | 'IPv6' = 'IPv4'): string {
  const addresses = (facts?.networks ?? []).flatMap(({ ip_addresses }) => ip_addresses ?? []);
  const own = addresses.find((one) => (one.protocol ?? 'IPv4') === protocol)?.ip_address;
  return own ?? (protocol === 'IPv6' ? '::1' : '127.0.0.1');
}
