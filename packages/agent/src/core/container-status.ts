/** The container_status of updates: which container, which address, which process. */
import type { ContainerStatus, NetworkInfo } from '@stoke/protocol';
import type { AgentSettings, Executor } from './state.ts';

/** The address is the agent's, unless the container has a network of its own. A task of a group tells it while it runs. */
export function containerStatus(settings: AgentSettings, executor: Executor): ContainerStatus {
  const { parent, pid, containerId } = executor;
  if (parent !== undefined) {
    const id = { value: containerId, parent: { value: parent.containerId } };
    return pid === undefined
      ? { container_id: id }
      : { container_id: id, network_infos: networksOf(settings, executor), executor_pid: pid };
  }
  return {
    container_id: { value: containerId },
    network_infos: networksOf(settings, executor),
    ...(pid === undefined ? {} : { executor_pid: pid }),
  };
}

function networksOf(settings: AgentSettings, executor: Executor): NetworkInfo[] {
  return ownNetworks(executor) ?? hostNetwork(settings);
}

/**
 * The networks of a container, undefined on that of the machine. A default executor is where those of its tasks are
 * that name no networks.
 */
export function ownNetworks({ facts, nested }: Executor): NetworkInfo[] | undefined {
  const namesNone = ({ tasks }: Executor): boolean =>
    [...tasks.values()].every(({ info }) => (info.container?.network_infos ?? []).length === 0);
  const sharing = [...nested.values()].find((one) => namesNone(one) && one.facts !== undefined);
  const networks = (facts ?? sharing?.facts)?.networks;
  return networks === undefined ? undefined : [...networks];
}

function hostNetwork({ ip }: AgentSettings): NetworkInfo[] {
  return [{ ip_addresses: [{ protocol: 'IPv4', ip_address: ip }] }];
}

/** Where the ports of a container are reached by its checks. */
export function probeAddress({ facts }: Executor, protocol: 'IPv4' | 'IPv6' = 'IPv4'): string {
  const addresses = (facts?.networks ?? []).flatMap(({ ip_addresses }) => ip_addresses ?? []);
  const ofKind = addresses.find((one) => (one.protocol ?? 'IPv4') === protocol)?.ip_address;
  const own = facts?.ownLoopback === true ? undefined : ofKind;
  return own ?? (protocol === 'IPv6' ? '::1' : '127.0.0.1');
}
