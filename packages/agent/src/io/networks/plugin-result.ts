/** What CNI plugins answer: addresses and name servers, or an error ("CNI specification" 0.1.0 to 1.0.0). Pure. */
import { isIP } from 'node:net';
import type { NetworkInfo_IPAddress } from '@stoke/protocol';
import { z } from 'zod';

export interface Dns {
  readonly nameservers: readonly string[];
  readonly domain: string | undefined;
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** What a container got from a network. */
export interface NetworkResult {
  /** In the plugin's order, without their prefix lengths. */
  readonly addresses: readonly NetworkInfo_IPAddress[];
  readonly dns: Dns;
}

const texts = z.array(z.string()).nullish();
const oldAddress = z.looseObject({ ip: z.string() }).nullish();

const shape = z.looseObject({
  /** Since 0.3.0. */
  ips: z.array(z.looseObject({ address: z.string() })).nullish(),
  /** Before. */
  ip4: oldAddress,
  ip6: oldAddress,
  dns: z
    .looseObject({
      nameservers: texts,
      domain: z.string().nullish(),
      search: texts,
      options: texts,
    })
    .nullish(),
});

/** The result of ADD; text says why it is none. */
export function readResult(value: unknown): NetworkResult | string {
  const parsed = shape.safeParse(value);
  if (!parsed.success) return 'the answer of the plugin is no CNI result';
  const { ips, ip4, ip6, dns } = parsed.data;
  const all = [...(ips ?? []).map(({ address }) => address), ip4?.ip, ip6?.ip];
  const addresses: NetworkInfo_IPAddress[] = [];
  for (const text of all.filter((one) => one !== undefined)) {
    const address = text.replace(/\/\d+$/, '');
    const family = isIP(address);
    if (family === 0) return `'${text.slice(0, 100)}' in the answer of the plugin is no address`;
    addresses.push({ protocol: family === 4 ? 'IPv4' : 'IPv6', ip_address: address });
  }
  return {
    addresses,
    dns: {
      nameservers: dns?.nameservers ?? [],
      domain: dns?.domain ?? undefined,
      search: dns?.search ?? [],
      options: dns?.options ?? [],
    },
  };
}

const failure = z.looseObject({
  code: z.number().optional(),
  msg: z.string(),
  details: z.string().optional(),
});

const longestReason = 1000;

/** Why a plugin failed, from what it printed: an error as the specification wants it, or whatever it is. */
export function failureReason(stdout: string, stderr: string): string {
  const parsed = failure.safeParse(jsonOrUndefined(stdout));
  if (!parsed.success) return lineOf(stderr.trim() || stdout.trim());
  const { code, msg, details } = parsed.data;
  const more = details === undefined || details === '' ? '' : ` (${details})`;
  return lineOf(`${msg}${more}${code === undefined ? '' : `, code ${code}`}`);
}

export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lineOf(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, longestReason);
}
