/** Where a leading master says it listens. */
import { z } from 'zod';

const masterInfo = z.object({
  port: z.number().int(),
  hostname: z.string().optional(),
  address: z
    .object({ ip: z.string().optional(), hostname: z.string().optional(), port: z.number().int() })
    .optional(),
  ip: z.number().optional(),
});

/** `ip:port` out of the JSON of a MasterInfo, or its name for want of an address; undefined when it is none. */
export function masterAddress(data: Buffer): string | undefined {
  const info = readInfo(data);
  const host = info?.address?.ip ?? ipOf(info?.ip) ?? info?.address?.hostname ?? info?.hostname;
  return withPort(host, info);
}

/** `hostname:port`, as clients are redirected to. */
export function masterHost(data: Buffer): string | undefined {
  const info = readInfo(data);
  return withPort(info?.hostname ?? info?.address?.hostname ?? info?.address?.ip, info);
}

type Info = z.output<typeof masterInfo>;

function withPort(host: string | undefined, info: Info | undefined): string | undefined {
  if (host === undefined || info === undefined) return undefined;
  const port = info.address?.port ?? info.port;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function readInfo(data: Buffer): Info | undefined {
  try {
    return masterInfo.safeParse(JSON.parse(data.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Mesos writes the four bytes of the address as a little-endian number: 127.0.0.1 is 16777343. */
function ipOf(number: number | undefined): string | undefined {
  if (number === undefined) return undefined;
  return [0, 8, 16, 24].map((shift) => (number >>> shift) & 0xff).join('.');
}
