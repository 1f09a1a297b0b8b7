/** What a CNI plugin is told: the text it reads and its environment ("CNI specification", execution protocol). Pure. */
import { NetworkInfo, toJsonValue } from '@stoke/protocol';
import { mesosArgs, type NetworkConfig, type PluginConfig } from './network-config.ts';

export type PluginVerb = 'ADD' | 'CHECK' | 'DEL';

/** A container's connection to one network. */
export interface Attachment {
  readonly network: NetworkConfig;
  /** The interface inside the container. */
  readonly ifName: string;
  /** What the task asked for. */
  readonly info: NetworkInfo;
  /** What the last plugin answered to ADD; undefined: it is not known to have ended well. */
  readonly result?: unknown;
}

/** Versions before it say nothing about CHECK, and nothing about what DEL is told. */
const firstWithCheck = '0.4.0';

export function knowsCheck({ network }: Attachment): boolean {
  return network.cniVersion >= firstWithCheck && network.disableCheck !== true;
}

/** Deleting goes backwards. */
export function callOrder({ network }: Attachment, verb: PluginVerb): readonly PluginConfig[] {
  return verb === 'DEL' ? network.plugins.toReversed() : network.plugins;
}

/** The network configuration for one call, as the plugin reads it from its standard input. */
export function pluginInput(
  attachment: Attachment,
  plugin: PluginConfig,
  previous: unknown,
): Record<string, unknown> {
  const { network, info } = attachment;
  const runtimeConfig = runtimeConfigOf(plugin, info);
  return {
    ...plugin,
    cniVersion: network.cniVersion,
    name: network.name,
    args: { ...plugin.args, [mesosArgs]: { network_info: toJsonValue(NetworkInfo, info) } },
    ...(Object.keys(runtimeConfig).length === 0 ? {} : { runtimeConfig }),
    ...(previous === undefined ? {} : { prevResult: previous }),
  };
}

/** DEL and CHECK are told how ADD ended, where the version knows of it. */
export function formerResult(attachment: Attachment): unknown {
  return attachment.network.cniVersion >= firstWithCheck ? attachment.result : undefined;
}

/** Only what the plugin says that it can make use of. */
function runtimeConfigOf(
  { capabilities = {} }: PluginConfig,
  { port_mappings: ports = [], ip_addresses: addresses = [] }: NetworkInfo,
): Record<string, unknown> {
  const portMappings = ports.map(({ host_port, container_port, protocol = 'tcp' }) => ({
    hostPort: host_port,
    containerPort: container_port,
    protocol: protocol.toLowerCase(),
  }));
  const ips = addresses.flatMap(({ ip_address }) => ip_address ?? []);
  return {
    ...(capabilities.portMappings === true && portMappings.length > 0 ? { portMappings } : {}),
    ...(capabilities.ips === true && ips.length > 0 ? { ips } : {}),
  };
}

export interface PluginScene {
  readonly containerId: string;
  /** Undefined: there is none any more. */
  readonly namespace: string | undefined;
  /** Directories that plugins look for others in. */
  readonly directories: readonly string[];
  /** Where they find programs such as iptables. */
  readonly path: string;
}

export function pluginEnvironment(
  verb: PluginVerb,
  { ifName }: Attachment,
  { containerId, namespace, directories, path }: PluginScene,
): Record<string, string> {
  return {
    CNI_COMMAND: verb,
    CNI_CONTAINERID: containerId,
    CNI_IFNAME: ifName,
    CNI_PATH: directories.join(':'),
    ...(namespace === undefined ? {} : { CNI_NETNS: namespace }),
    PATH: path,
  };
}
