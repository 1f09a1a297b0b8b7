/** What containers may leave on a machine, counted: processes, mounts, control groups, namespaces. */
import { globSync, readFileSync } from 'node:fs';
import type { OwnCgroups } from '../support/own-cgroups.ts';

export interface Leftovers {
  /** Of processes whose environment or command line names the directory. */
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly cgroups: readonly string[];
}

/** All that has to do with a work directory and control groups. */
export function findLeftovers(directory: string, cgroups: OwnCgroups): Leftovers {
  return {
    processes: globSync('/proc/[0-9]*').flatMap((path) => describe(path, directory)),
    mounts: read('/proc/self/mountinfo')
      .split('\n')
      .filter((line) => line.includes(directory)),
    cgroups: cgroups.containers(),
  };
}

/** Namespaces that outlive their processes: those that something is mounted to keep. */
export function keptNamespaces(): readonly string[] {
  return read('/proc/self/mountinfo')
    .split('\n')
    .filter((line) => line.includes(' - nsfs '));
}

function describe(path: string, directory: string): string[] {
  const text = `${read(`${path}/environ`)} ${read(`${path}/cmdline`)}`;
  return text.includes(directory)
    ? [`${path} ${read(`${path}/cmdline`).replaceAll('\0', ' ')}`]
    : [];
}

/** A process that is gone has nothing. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
