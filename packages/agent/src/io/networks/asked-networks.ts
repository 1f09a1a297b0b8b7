/** Which networks a container asks for, and whether it may have what it asks for. Pure. */
import type { NetworkInfo, Resource } from '@stoke/protocol';
import { containsRanges, formatRanges } from '@stoke/resources';
import type { ContainerSpec } from '../../core/effects.ts';
import { portsOf } from '../../core/port-quotas.ts';
import { hasCapability, type NetworkConfig } from './network-config.ts';

/** The networks of a container. Those of an executor are shared by the tasks that name none of their own. */
export interface AskedNetworks {
  /** The container whose networks they are. */
  readonly containerId: string;
  /** In the order of the interfaces; each has a name. */
  readonly infos: readonly (NetworkInfo & { readonly name: string })[];
  readonly hostname: string;
  /** Among them are the ports of the machine that may be mapped. */
  readonly resources: readonly Resource[];
}

/** Undefined: the machine's own network. */
export function askedNetworks(spec: ContainerSpec): AskedNetworks | undefined {
  const own = spec.container?.network_infos ?? [];
  const parent = own.length === 0 ? spec.nested?.parent : undefined;
  const { containerId, container, resources } = parent ?? spec;
  const infos = (container?.network_infos ?? []).flatMap((info) =>
    info.name === undefined ? [] : [{ ...info, name: info.name }],
  );
  if (infos.length === 0) return undefined;
  return { containerId, infos, hostname: container?.hostname ?? containerId, resources };
}

/** Networks that can be joined now, and files that say none. */
export interface KnownNetworks {
  readonly networks: ReadonlyMap<string, NetworkConfig>;
  readonly problems: readonly string[];
}

/** Why a container cannot have its networks; undefined when it can. */
export function whyNotJoined(asked: AskedNetworks, known: KnownNetworks): string | undefined {
  const { infos, resources } = asked;
  const names = infos.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `network '${twice}' is asked for more than once`;
  for (const info of infos) {
    const network = known.networks.get(info.name);
    if (network === undefined) return unknownNetwork(info.name, known);
    const problem = portProblem(info, network, resources);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function unknownNetwork(name: string, { networks, problems }: KnownNetworks): string {
  const names = [...networks.keys()].sort();
  const there = names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`;
  return [`network '${name}' is not known (${there})`, ...problems].join('; ');
}

const protocols = ['tcp', 'udp', 'sctp'];

function portProblem(
  { name, port_mappings: mappings = [] }: AskedNetworks['infos'][number],
  network: NetworkConfig,
  resources: readonly Resource[],
): string | undefined {
  if (mappings.length === 0) return undefined;
  if (!hasCapability(network, 'portMappings')) {
    return `network '${name}' maps no ports: none of its plugins has the capability portMappings`;
  }
  const own = portsOf(resources);
  for (const { host_port: port, container_port: inside, protocol = 'tcp' } of mappings) {
    if (!protocols.includes(protocol.toLowerCase())) {
      return `'${protocol}' is no protocol of port mappings (${protocols.join(', ')})`;
    }
    if (inside < 1 || inside > 65_535) return `${inside} is no port`;
    if (!containsRanges(own, [{ begin: port, end: port }])) {
      const has = own.length === 0 ? 'it has none' : `it has ${formatRanges(own)}`;
      return `port ${port} is mapped, and is not among the ports of the task (${has})`;
    }
  }
  return undefined;
}
