/** Where the control group of a process is, when it runs on this machine. */
import { readFileSync } from 'node:fs';
import { systemErrorCode } from '@stoke/kit';
import type { Cgroup } from '../oci/cgroup-files.ts';

/** Undefined for a process that is gone or elsewhere. */
export function cgroupOf(pid: number): Cgroup | undefined {
  if (pid <= 1) return undefined;
  try {
    const path = memoryPath(readFileSync(`/proc/${pid}/cgroup`, 'utf8'));
    return path === undefined ? undefined : { path };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** Of version 1 the group that limits memory; else that of version 2. */
function memoryPath(text: string): string | undefined {
  const first = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.+)$/m.exec(text);
  return (first ?? /^0::(.+)$/m.exec(text))?.[1];
}
