/** How a container ended, from what its runtime and its control group say. */
import { totalmem } from 'node:os';
import type { Limitation } from '../../core/events.ts';
import { exitCodeOf } from '../../core/wait-status.ts';
import { type Cgroup, memoryReport, oomKills } from './cgroup-files.ts';

const mebibyte = 1024 * 1024;
const largestSignal = 64;
const shellOffset = 128;

/** Undefined when the kernel killed nothing for want of memory. */
export function memoryLimitation(cgroup: Cgroup): Limitation | undefined {
  if (oomKills(cgroup) === 0) return undefined;
  const { limitBytes, peakBytes, statistics } = memoryReport(cgroup);
  const megabytes = (bytes: number): number => Math.round(bytes / mebibyte);
  const requested = megabytes(Number.isFinite(limitBytes) ? limitBytes : totalmem());
  const used = megabytes(peakBytes ?? limitBytes);
  return {
    reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
    message: `Memory limit exceeded: Requested: ${requested}MB Maximum Used: ${used}MB\n\nMEMORY STATISTICS: \n${statistics}\n`,
    limits: { resources: [{ name: 'mem', type: 'SCALAR', scalar: { value: requested } }] },
  };
}

/** The init process tells a signal as a code above 128, which a command's own code may be as well. */
export function containerStatus(status: number | undefined): number | undefined {
  const code = status === undefined ? undefined : exitCodeOf(status);
  if (code === undefined || code <= shellOffset || code > shellOffset + largestSignal)
    return status;
  return code - shellOffset;
}
