import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimFolder, clusterFolder, clustersFolder, namesIn } from './cluster-folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stoke-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('clustersFolder() follows XDG_STATE_HOME when it is absolute', () => {
  expect(clustersFolder({ XDG_STATE_HOME: '/s', HOME: '/h' }, 'local')).toBe('/s/stoke/local');
  expect(clustersFolder({ XDG_STATE_HOME: 's', HOME: '/h' }, 'local')).toBe(
    '/h/.local/state/stoke/local',
  );
});

test('claimFolder() lets one of two creations have the name', async () => {
  const folder = clusterFolder(join(root, 'all'), 'dev');
  expect(await Promise.all([claimFolder(folder), claimFolder(folder)])).toContain(false);
  expect(await namesIn(join(root, 'all'))).toEqual(['dev']);
});

test('namesIn() sorts by number and leaves out what cannot be a name', async () => {
  for (const name of ['agent-10', 'agent-2', '.hidden', 'Not']) mkdirSync(join(root, name));
  expect(await namesIn(root)).toEqual(['agent-2', 'agent-10']);
  expect(await namesIn(join(root, 'nowhere'))).toEqual([]);
});
