/** Volumes on a real file system: links that stay in the sandbox, data that goes with its volume only. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@stoke/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linkVolumes, Volumes } from './volumes.ts';

let workDir = '';
let sandbox = '';
let path = '';
let volumes: Volumes;
beforeEach(() => {
  workDir = mkdtempSync(join(tmpdir(), 'stoke-volumes-'));
  sandbox = join(workDir, 'sandbox');
  path = join(workDir, 'volumes/roles/web/v1');
  mkdirSync(sandbox);
  const log = createLogger({ component: 'test', level: 'silent' });
  let name = 0;
  volumes = new Volumes({ workDir, log, newName: () => `doomed-${name++}` });
  volumes.make([path]);
});
afterEach(() => rmSync(workDir, { recursive: true, force: true }));

test('linkVolumes shows the data in the sandbox, also below a directory, and may be repeated', async () => {
  writeFileSync(join(path, 'f'), 'kept');
  const links = [
    { path, containerPath: 'data' },
    { path, containerPath: 'a/b/data' },
  ];
  await linkVolumes(sandbox, links);
  await linkVolumes(sandbox, links);
  expect(readFileSync(join(sandbox, 'data/f'), 'utf8')).toBe('kept');
  expect(readFileSync(join(sandbox, 'a/b/data/f'), 'utf8')).toBe('kept');
});

test.each(['/etc/x', '../x', 'a/../../x', '.', ''])(
  'linkVolumes refuses the container path %j',
  async (containerPath) => {
    await expect(linkVolumes(sandbox, [{ path, containerPath }])).rejects.toThrow(
      /inside the sandbox/,
    );
  },
);

test('linkVolumes does not follow a link of the task out of the sandbox', async () => {
  const outside = join(workDir, 'outside');
  mkdirSync(outside);
  symlinkSync(outside, join(sandbox, 'door'));
  const links = [{ path, containerPath: 'door/data' }];
  await expect(linkVolumes(sandbox, links)).rejects.toThrow(/inside the sandbox/);
  expect(existsSync(join(outside, 'data'))).toBe(false);
});

test('unlink takes the link and leaves the data', async () => {
  writeFileSync(join(path, 'f'), 'kept');
  await linkVolumes(sandbox, [{ path, containerPath: 'data' }]);
  volumes.unlink(sandbox);
  expect(existsSync(join(sandbox, 'data'))).toBe(false);
  expect(readFileSync(join(path, 'f'), 'utf8')).toBe('kept');
});

test('drop removes a volume at once, and make gives an empty one of the same name', () => {
  writeFileSync(join(path, 'f'), 'gone');
  volumes.drop([path, join(workDir, 'volumes/roles/web/none')]);
  expect(existsSync(path)).toBe(false);
  volumes.make([path]);
  expect(existsSync(join(path, 'f'))).toBe(false);
});

test('make leaves the data of a volume that is there', () => {
  writeFileSync(join(path, 'f'), 'kept');
  volumes.make([path]);
  expect(readFileSync(join(path, 'f'), 'utf8')).toBe('kept');
});

test('drop empties a MOUNT disk and leaves its root; one that is not configured is not touched', () => {
  const root = join(workDir, 'mnt');
  const foreign = join(workDir, 'foreign');
  for (const directory of [root, foreign]) {
    mkdirSync(join(directory, 'sub'), { recursive: true });
    writeFileSync(join(directory, 'sub/f'), 'data');
  }
  const log = createLogger({ component: 'test', level: 'silent' });
  const own = new Volumes({ workDir, log, newName: () => 'doomed', mountRoots: [root] });
  own.drop([root, foreign]);
  expect(readdirSync(root)).toEqual([]);
  expect(readFileSync(join(foreign, 'sub/f'), 'utf8')).toBe('data');
});

test('unlink takes the link to a MOUNT disk too', async () => {
  const root = join(workDir, 'mnt');
  mkdirSync(root);
  const log = createLogger({ component: 'test', level: 'silent' });
  const own = new Volumes({ workDir, log, newName: () => 'doomed', mountRoots: [root] });
  await linkVolumes(sandbox, [{ path: root, containerPath: 'data' }]);
  own.unlink(sandbox);
  expect(existsSync(join(sandbox, 'data'))).toBe(false);
  expect(existsSync(root)).toBe(true);
});
