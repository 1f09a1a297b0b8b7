/** The disks of `--resources` that have a place of their own: PATH roots and MOUNT points. */
import { mkdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Resource } from '@stoke/protocol';

/** The directories of the MOUNT disks, absolute; relative ones lie in the work directory. */
export function mountRoots(workDir: string, wire: readonly Resource[]): string[] {
  return wire.flatMap(({ disk }) => {
    const root = disk?.source?.mount?.root;
    return disk?.source?.type === 'MOUNT' && root !== undefined ? [resolve(workDir, root)] : [];
  });
}

/**
 * Why the disks cannot be offered. A MOUNT disk must be there: made in its place, a directory would
 * take the data to another disk. The root of a PATH disk is made when it is missing.
 */
export function diskRootProblems(workDir: string, wire: readonly Resource[]): string[] {
  const roots = mountRoots(workDir, wire);
  return [
    ...wire.flatMap((resource) => sourceProblem(workDir, resource) ?? []),
    ...roots
      .filter((root, index) => roots.indexOf(root) !== index)
      .map((root) => `MOUNT disk '${root}' is named twice; a MOUNT disk is one resource`),
  ];
}

function sourceProblem(workDir: string, { disk }: Resource): string | undefined {
  const source = disk?.source;
  if (source === undefined) return undefined;
  if (source.type === 'PATH') return rootProblem(workDir, source.path?.root, makeDirectory);
  if (source.type === 'MOUNT') {
    if (source.mount?.root === undefined) return "a MOUNT disk needs 'mount.root'";
    return rootProblem(workDir, source.mount.root, requireDirectory);
  }
  return `${source.type} disks come from resource providers, not from the configuration; use PATH or MOUNT`;
}

function rootProblem(
  workDir: string,
  root: string | undefined,
  prepare: (path: string) => void,
): string | undefined {
  if (root === undefined) return undefined;
  const path = resolve(workDir, root);
  try {
    prepare(path);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `Cannot use disk '${path}': ${reason}`;
  }
}

function makeDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
}

function requireDirectory(path: string): void {
  if (!statSync(path).isDirectory()) throw new Error('it is not a directory; mount the disk there');
}
