/** What one agent offers when nobody says: an equal share of this machine. */
import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { ClusterSpec } from '@stoke/cluster';

/** What the machine has. */
export interface Machine {
  readonly cpus: number;
  readonly memMb: number;
  /** Free space where clusters live. */
  readonly diskMb: number;
}

/** What one agent offers. */
export interface AgentShare {
  readonly cpus: number;
  readonly memMb: number;
  readonly diskMb: number;
  readonly ports: { readonly first: number; readonly last: number };
}

/** Kept for the system, the daemons and the driver of a job. */
const shareOfMemory = 0.7;
const smallestMemMb = 512;
const firstPort = 31_000;
const portsEach = 500;

/** Looks at this machine; the folder names the disk. */
export async function readMachine(folder: string): Promise<Machine> {
  const disk = await statfs(folder);
  return {
    cpus: availableParallelism(),
    memMb: Math.floor(totalmem() / 1024 ** 2),
    diskMb: Math.floor((disk.bavail * disk.bsize) / 1024 ** 2),
  };
}

/** The share of agent number `index` (from 0); at least one cpu, so that an executor can start at all. */
export function agentShare(
  spec: Pick<ClusterSpec, 'agentCpus' | 'agentMemMb'>,
  machine: Machine,
  agents: { readonly count: number; readonly index: number },
): AgentShare {
  const first = firstPort + (agents.index % 64) * portsEach;
  const share = Math.floor((machine.memMb * shareOfMemory) / agents.count);
  return {
    cpus: spec.agentCpus ?? Math.max(1, Math.floor(machine.cpus / agents.count)),
    memMb: spec.agentMemMb ?? Math.max(smallestMemMb, share),
    diskMb: Math.floor(machine.diskMb / agents.count),
    ports: { first, last: first + portsEach - 1 },
  };
}

/** Mesos notation of a share. */
export function shareText({ cpus, memMb, diskMb, ports }: AgentShare): string {
  return `cpus:${cpus};mem:${memMb};disk:${diskMb};ports:[${ports.first}-${ports.last}]`;
}
