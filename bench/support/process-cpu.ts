/** CPU time of another process. */
import { readFileSync } from 'node:fs';

/** Ticks of /proc/PID/stat in a second; 100 on every Linux that is in use. */
const TICKS_PER_SECOND = 100;

/** What it used so far, in milliseconds, without its children. */
export function processCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}
