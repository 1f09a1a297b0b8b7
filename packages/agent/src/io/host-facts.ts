/** What the machine is: its boot, its size, and so what the agent offers when it is not told. */
import { readFileSync, statfsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Resource } from '@stoke/protocol';
import { parseResources, type Resources, toPostRefinement } from '@stoke/resources';
import { gpuCount } from './gpus/gpu-allotments.ts';

const mebibyte = 1024 * 1024;
const gibibyteMb = 1024;
const reservedMemMb = gibibyteMb;
const reservedDiskMb = 5 * gibibyteMb;
const defaultPorts = '[31000-32000]';

/** Changes with every start of the machine. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Mesos's rule: a fixed part stays with the machine, of small ones half. */
function offerable(totalMb: number, reservedMb: number): number {
  return Math.floor(totalMb < 2 * reservedMb ? totalMb / 2 : totalMb - reservedMb);
}

export interface HostSize {
  readonly cpus: number;
  readonly memMb: number;
  readonly diskMb: number;
  /** Undefined: nobody looked for any. */
  readonly gpus?: number | undefined;
}

/** Unlike Mesos no more than what the agent's own control group may use: an agent may be in a container itself. */
export function measureHost(workDir: string): HostSize {
  const disk = statfsSync(workDir);
  const memoryLimit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return {
    cpus: Math.min(cpus().length, availableParallelism()),
    memMb: Math.min(totalmem(), memoryLimit) / mebibyte,
    diskMb: (disk.blocks * disk.bsize) / mebibyte,
  };
}

/** The part of the disk below the directory that is in use, 0 to 1, as its users see it. */
export async function diskUsage(directory: string): Promise<number> {
  const disk = await statfs(directory);
  const used = disk.blocks - disk.bfree;
  return used / Math.max(1, used + disk.bavail);
}

export type OfferedResources =
  | { readonly ok: true; readonly resources: Resources; readonly wire: readonly Resource[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** What `--resources` says, and the machine's own size for what it does not mention. */
export function offeredResources(
  flag: string,
  options: { readonly defaultRole: string; readonly host: HostSize },
): OfferedResources {
  const given = parseResources(flag, options.defaultRole);
  if (!given.ok) return given;
  const { cpus: count, memMb, diskMb } = options.host;
  const detected: Readonly<Record<string, string>> = {
    cpus: String(count),
    mem: String(offerable(memMb, reservedMemMb)),
    disk: String(offerable(diskMb, reservedDiskMb)),
    ports: defaultPorts,
    ...(options.host.gpus === undefined ? {} : { gpus: String(options.host.gpus) }),
  };
  const added = Object.entries(detected)
    .filter(([name]) => !given.names.has(name))
    .map(([name, value]) => `${name}:${value}`);
  const text = flag.trim();
  const whole = text.startsWith('[')
    ? mergeJson(text, added, options.defaultRole)
    : parseResources([text, ...added].filter((part) => part !== '').join(';'), options.defaultRole);
  if (!whole.ok) return whole;
  const wanted = gpuCount(toPostRefinement(whole.resources));
  const there = options.host.gpus ?? wanted;
  if (wanted > there)
    return { ok: false, problems: [`${wanted} gpus are given, there are ${there}`] };
  return { ok: true, resources: whole.resources, wire: toPostRefinement(whole.resources) };
}

function mergeJson(
  text: string,
  added: readonly string[],
  defaultRole: string,
): ReturnType<typeof parseResources> {
  const rest = parseResources(added.join(';'), defaultRole);
  if (!rest.ok) return rest;
  const array = JSON.parse(text) as unknown[];
  return parseResources(
    JSON.stringify([...array, ...toPostRefinement(rest.resources)]),
    defaultRole,
  );
}
