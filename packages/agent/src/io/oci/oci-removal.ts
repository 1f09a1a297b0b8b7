/** How a container that ended, or was given up, leaves the machine; its directory is removed by others. */
import { existsSync, globSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeCgroup } from './cgroup-files.ts';
import { deleteContainer } from './oci-runtime.ts';

export interface Removal {
  readonly containerId: string;
  readonly runtime: string;
  /** Where the runtime keeps its state of the container. */
  readonly root: string;
  readonly cgroup: string;
  /** Whether its supervisor saw its end: nothing of it runs any more. */
  readonly isOver: boolean;
}

/** With nothing left to kill the runtime would only remove control groups, for the price of two processes. */
export async function removeContainer(removal: Removal): Promise<void> {
  const { containerId, runtime, root, isOver } = removal;
  const cgroup = { path: removal.cgroup };
  if (isOver && removeCgroup(cgroup)) return;
  if (existsSync(root)) await deleteContainer({ runtime, root, containerId });
  removeCgroup(cgroup);
}

/** The state of a runtime names processes that it would kill: those of a machine that was started anew are others'. */
export async function forgetStates(runtimeDir: string): Promise<void> {
  for (const state of globSync(join(runtimeDir, '*', 'state'))) {
    await rm(state, { recursive: true, force: true });
  }
}
