/** Disks of the configuration that must have a place: roots that are made, mounts that must be there. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource, Resource_DiskInfo_Source } from '@stoke/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diskRootProblems, mountRoots } from './disk-roots.ts';

let workDir = '';
beforeEach(() => {
  workDir = mkdtempSync(join(tmpdir(), 'stoke-disks-'));
});
afterEach(() => rmSync(workDir, { recursive: true, force: true }));

function disk(source: Resource_DiskInfo_Source): Resource {
  return { name: 'disk', type: 'SCALAR', scalar: { value: 100 }, disk: { source } };
}

function mount(root: string): Resource {
  return disk({ type: 'MOUNT', mount: { root } });
}

test('diskRootProblems makes the root of a PATH disk, also a relative one', () => {
  expect(diskRootProblems(workDir, [disk({ type: 'PATH', path: { root: 'data/one' } })])).toEqual(
    [],
  );
  expect(existsSync(join(workDir, 'data/one'))).toBe(true);
});

test('diskRootProblems wants a MOUNT disk to be there, and makes none', () => {
  const root = join(workDir, 'mnt');
  expect(diskRootProblems(workDir, [mount(root)])[0]).toContain(`Cannot use disk '${root}'`);
  expect(existsSync(root)).toBe(false);
  mkdirSync(root);
  expect(diskRootProblems(workDir, [mount(root)])).toEqual([]);
});

test.each([
  ['is named twice', [mount('m'), mount('./m')]],
  ["needs 'mount.root'", [disk({ type: 'MOUNT' })]],
  ['come from resource providers', [disk({ type: 'RAW' })]],
  ['come from resource providers', [disk({ type: 'BLOCK' })]],
  ['not a directory', [mount('file')]],
])('diskRootProblems refuses a disk that %s', (reason, wire) => {
  mkdirSync(join(workDir, 'm'));
  writeFileSync(join(workDir, 'file'), '');
  expect(diskRootProblems(workDir, wire).join()).toContain(reason);
});

test('mountRoots names the MOUNT disks only', () => {
  const wire = [mount('/mnt/a'), mount('b'), disk({ type: 'PATH', path: { root: '/c' } })];
  expect(mountRoots('/w', wire)).toEqual(['/mnt/a', '/w/b']);
});
