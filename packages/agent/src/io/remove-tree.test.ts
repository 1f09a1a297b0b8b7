import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeTree } from './remove-tree.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stoke-remove-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

test.each([3, 300])(
  'removeTree() removes a directory with %i files and follows no link',
  async (files) => {
    const [tree, other] = [join(root, 'tree'), join(root, 'other')];
    for (const directory of [join(tree, 'below'), other]) mkdirSync(directory, { recursive: true });
    writeFileSync(join(other, 'kept'), '');
    symlinkSync(other, join(tree, 'link'));
    for (let index = 0; index < files; index++) writeFileSync(join(tree, 'below', `${index}`), '');
    await removeTree(tree);
    expect(existsSync(tree)).toBe(false);
    expect(existsSync(join(other, 'kept'))).toBe(true);
  },
);

test('removeTree() has nothing to do where there is no directory', async () => {
  await expect(removeTree(join(root, 'absent'))).resolves.toBeUndefined();
});
