/** Directories of sandboxes as volumes, on a real file system with links where they should not lead. */
import { existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Volume, Volume_Source_SandboxPath } from '@stoke/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ContainerSpec } from '../core/effects.ts';
import { linkProblem, linkSandboxVolumes } from './sandbox-links.ts';
import { makeSandboxSources, sandboxSource } from './sandbox-volumes.ts';

let executorDirectory = '';
let directory = '';
beforeEach(() => {
  executorDirectory = mkdtempSync(join(tmpdir(), 'stoke-sandbox-volumes-'));
  directory = join(executorDirectory, 'containers/one');
  mkdirSync(directory, { recursive: true });
});
afterEach(() => rmSync(executorDirectory, { recursive: true, force: true }));

function volume(sandbox_path: Volume_Source_SandboxPath, more: Partial<Volume> = {}): Volume {
  const source = { type: 'SANDBOX_PATH' as const, sandbox_path };
  return { mode: 'RW', container_path: 'here', source, ...more };
}

function spec(...volumes: readonly Volume[]): ContainerSpec {
  return {
    kind: 'command',
    containerId: 'one',
    frameworkId: 'f',
    executorId: 'e',
    directory,
    nested: {
      executorDirectory,
      taskId: 'one',
      parent: { containerId: 'e', container: undefined, resources: [] },
    },
    user: undefined,
    command: {},
    environment: {},
    container: { type: 'MESOS', volumes: [...volumes] },
    resources: [],
    volumes: [],
  };
}

test('sandboxSource finds the own sandbox and that of the executor', () => {
  const place = spec();
  expect(sandboxSource(volume({ type: 'SELF', path: './a//b/' }), place)).toEqual({
    root: directory,
    path: 'a/b',
  });
  expect(sandboxSource(volume({ type: 'PARENT', path: 'shared' }), place)).toEqual({
    root: executorDirectory,
    path: 'shared',
  });
});

test.each([
  [{ type: 'SELF', path: '/etc' }, /is absolute/],
  [{ type: 'SELF', path: 'a/../../b' }, /leads out of it/],
  [{ type: 'PARENT', path: '..' }, /leads out of it/],
  [{ type: 'PARENT', path: '.' }, /names no directory/],
  [{ type: 'SELF', path: '' }, /names no directory/],
  [{ type: 'PARENT', path: 'containers/two' }, /is the agent's/],
  [{ type: 'PARENT', path: './tasks' }, /is the agent's/],
  [{ path: 'a' }, /either of type SELF or PARENT/],
] as const)('sandboxSource refuses %j', (path, reason) => {
  expect(sandboxSource(volume(path), spec())).toMatch(reason);
});

test('sandboxSource knows a parent for tasks of a group only', () => {
  const alone = { directory };
  expect(sandboxSource(volume({ type: 'PARENT', path: 'a' }), alone)).toMatch(/tasks of a group/);
});

test('makeSandboxSources makes directories, and leaves those that are there', async () => {
  const request = spec(volume({ type: 'PARENT', path: 'a/b' }));
  await makeSandboxSources(request);
  await makeSandboxSources(request);
  expect(existsSync(join(executorDirectory, 'a/b'))).toBe(true);
});

test.each(['door', 'door/below', 'file', 'file/below', 'mine/door/below'])(
  'makeSandboxSources makes nothing over the link or file of %s',
  async (path) => {
    const outside = join(executorDirectory, 'containers/outside');
    mkdirSync(outside);
    mkdirSync(join(directory, 'mine'));
    symlinkSync(outside, join(directory, 'door'));
    symlinkSync(outside, join(directory, 'mine/door'));
    symlinkSync('/nowhere', join(directory, 'file'));
    await expect(makeSandboxSources(spec(volume({ type: 'SELF', path })))).rejects.toThrow(
      /leads over a link/,
    );
    expect(existsSync(join(outside, 'below'))).toBe(false);
  },
);

test('linkSandboxVolumes shows the directory of the executor to a plain process', () => {
  linkSandboxVolumes(spec(volume({ type: 'PARENT', path: 'shared' })));
  expect(readlinkSync(join(directory, 'here'))).toBe(join(executorDirectory, 'shared'));
});

test.each([
  [{ mode: 'RO' }, /cannot be read-only/],
  [{ container_path: '/srv' }, /outside of it/],
  [{ source: { type: 'SECRET' } }, /mounts no volumes/],
  [{ source: { type: 'HOST_PATH', host_path: { path: '/etc' } } }, /mounts no volumes/],
] as const)('linkProblem refuses a volume with %j', (more, reason) => {
  const one = volume({ type: 'SELF', path: 'a' }, more);
  expect(linkProblem(one, spec(one))).toMatch(reason);
});
