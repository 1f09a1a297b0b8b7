/** The files by which a container with a network of its own finds names. Pure. */
import type { NetworkInfo_IPAddress } from '@stoke/protocol';
import type { Dns } from './plugin-result.ts';

/** /etc/hosts: itself, and its name at its first address of each kind, as Mesos's of the first network. */
export function hostsText(hostname: string, addresses: readonly NetworkInfo_IPAddress[]): string {
  const firstOf = (wanted: string): string | undefined =>
    addresses.find(({ protocol = 'IPv4' }) => protocol === wanted)?.ip_address;
  const own = [firstOf('IPv4'), firstOf('IPv6')].filter((one) => one !== undefined);
  const lines = [
    '127.0.0.1 localhost',
    '::1 localhost ip6-localhost ip6-loopback',
    ...own.map((address) => `${address} ${hostname}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** /etc/resolv.conf from what the networks say, or undefined when none names a server. The last domain counts. */
export function resolverText(all: readonly Dns[]): string | undefined {
  const servers = all.flatMap(({ nameservers }) => nameservers);
  if (servers.length === 0) return undefined;
  const domain = all.findLast((one) => one.domain !== undefined)?.domain;
  const search = all.flatMap((one) => one.search);
  const options = all.flatMap((one) => one.options);
  const lines = [
    ...(domain === undefined ? [] : [`domain ${domain}`]),
    ...(search.length === 0 ? [] : [`search ${search.join(' ')}`]),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}`]),
    ...servers.map((server) => `nameserver ${server}`),
  ];
  return `${lines.map((line) => line.replace(/[\r\n]/g, ' ')).join('\n')}\n`;
}

/** Whether the name servers of a resolv.conf are those of the machine alone: a container's loopback is its own. */
export function asksLoopback(text: string): boolean {
  const servers = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, server]) => server ?? '');
  return servers.length > 0 && servers.every((one) => one.startsWith('127.') || one === '::1');
}
