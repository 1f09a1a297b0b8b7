/** Control groups below a root of the test's own, on a machine with version 1 or 2. */
import { globSync, readFileSync, rmdirSync } from 'node:fs';
import type { TaskStatus } from '@stoke/protocol';

export interface OwnCgroups {
  /** For the agent's `--cgroups_root`. */
  readonly root: string;
  /** Directories of containers that are there now. */
  containers(): string[];
  /** The lines of a file of the `pids` controller in the group of a task's container. */
  read(status: TaskStatus | undefined, file: string): string[];
  /** Takes the root away; fails while a container is left. */
  remove(): void;
}

/** @param name tells the roots of several files apart; each file has a process of its own. */
export function ownCgroups(name: string): OwnCgroups {
  const root = `stoke-${name}-${process.pid}`;
  const everywhere = `/sys/fs/cgroup/{*/,}${root}`;
  return {
    root,
    containers: () => globSync(`${everywhere}/*/`),
    read: (status, file) => {
      const container = status?.container_status?.container_id?.value ?? '';
      const [path = ''] = globSync(`/sys/fs/cgroup/{pids/,}${root}/${container}/${file}`);
      return readFileSync(path, 'utf8').trim().split('\n');
    },
    remove: () => {
      for (const path of globSync(everywhere)) rmdirSync(path);
    },
  };
}
