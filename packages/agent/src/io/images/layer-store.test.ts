import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { skipBecause, whyNotRoot } from '@stoke/testing';
import { afterEach, describe, expect, test } from 'vitest';
import type { FoundLayer } from './image-source.ts';
import { chainNames, LayerStore } from './layer-store.ts';
import { digest, type ScriptedEntry, tarOf } from './scripted-image.ts';

const base = mkdtempSync(join(tmpdir(), 'stoke-layers-'));

afterEach(() => rmSync(base, { recursive: true, force: true }));

/** Why overlays cannot be made here. */
function whyNot(): string | undefined {
  const notRoot = whyNotRoot();
  if (notRoot !== undefined) return notRoot;
  const tried = spawnSync('unshare', ['--mount', 'true']);
  return tried.status === 0 ? undefined : 'no mount namespaces';
}

function layerOf(entries: readonly ScriptedEntry[], diffId?: string): FoundLayer {
  const plain = tarOf(entries);
  const found = digest(plain);
  mkdirSync(base, { recursive: true });
  const path = join(base, found.slice(7, 20));
  writeFileSync(path, gzipSync(plain));
  return {
    diffId: diffId ?? found,
    bytes: plain.length,
    open: async () => path,
    discard: async () => undefined,
  };
}

/** Unpacks the layers over one another; answers what a shell sees in them. */
async function seenIn(layers: readonly FoundLayer[], script: string): Promise<string> {
  const { store, names } = await unpack(layers);
  const lower = names.map((name) => store.path(name)).reverse();
  const root = join(base, 'root');
  mkdirSync(root, { recursive: true });
  const options = `lowerdir=${[...lower, join(base, 'empty')].join(':')}`;
  mkdirSync(join(base, 'empty'), { recursive: true });
  const mount = `mount -t overlay overlay -o '${options}' '${root}' && cd '${root}' && ${script}`;
  const shown = spawnSync('unshare', ['--mount', '/bin/sh', '-c', mount], { encoding: 'utf8' });
  expect(shown.stderr).toBe('');
  return shown.stdout;
}

async function unpack(layers: readonly FoundLayer[], maxBytes = 1 << 20) {
  const store = new LayerStore({ directory: join(base, 'store'), maxBytes });
  const names = chainNames(layers.map(({ diffId }) => diffId));
  const { signal } = new AbortController();
  for (const [index, layer] of layers.entries()) {
    const below = names.slice(0, index).reverse();
    await store.ensure(names[index] ?? '', layer, { below, signal });
  }
  return { store, names };
}

describe('LayerStore', skipBecause(whyNot()), () => {
  test('LayerStore lays layers over one another and deletes what they say', async () => {
    const lower = layerOf([
      { path: 'a/', type: '5', mode: 0o755 },
      { path: 'a/old', text: 'old' },
      { path: 'a/kept', text: 'kept' },
      { path: 'b/one', text: '1' },
      { path: 'b/two', text: '2' },
      { path: 'run', text: 'x', mode: 0o4755 },
      { path: 'same', type: '1', link: 'run' },
    ]);
    const upper = layerOf([
      { path: 'a/.wh.old' },
      { path: 'b/three', text: '3' },
      { path: 'b/.wh..wh..opq' },
      { path: 'c', type: '2', link: 'a/kept' },
    ]);
    const list = 'find . -mindepth 1 | sort; cat c b/three; stat -c %a:%h run';
    expect(await seenIn([lower, upper], list)).toBe(
      './a\n./a/kept\n./b\n./b/three\n./c\n./run\n./same\nkept34755:2\n',
    );
  });

  test('LayerStore writes nothing outside a layer, whatever links say', async () => {
    const outside = join(base, 'outside');
    mkdirSync(outside, { recursive: true });
    const link = layerOf([
      { path: 'way', type: '2', link: outside },
      { path: 'up', type: '2', link: '../../../../../../../../..' },
    ]);
    const through = layerOf([
      { path: 'way/file', text: 'escaped' },
      { path: `up${outside}/file`, text: 'escaped' },
      { path: 'up/.wh.etc' },
    ]);
    await seenIn([link, through], 'true');
    expect(existsSync(join(outside, 'file'))).toBe(false);
    expect(existsSync('/etc/passwd')).toBe(true);
  });

  test.each([
    ['climbs', [{ path: '../../evil', text: 'x' }], /lies outside the layer/],
    ['deletes its parent', [{ path: 'a/.wh...' }], /deletes nothing/],
    [
      'links to what climbs',
      [{ path: 'l', type: '1' as const, link: '../../etc/passwd' }],
      /lies outside/,
    ],
  ])('LayerStore refuses a layer that %s', async (_, entries, message) => {
    await expect(unpack([layerOf(entries)])).rejects.toThrow(message);
    expect(readFileSync('/etc/passwd', 'utf8')).toContain('root');
  });

  test('LayerStore refuses a layer that is too large, damaged, or another', async () => {
    const large = layerOf([{ path: 'zeros', text: '\0'.repeat(1 << 20) }]);
    await expect(unpack([large])).rejects.toThrow(/holds more than 1048576 bytes/);
    const other = layerOf([{ path: 'x' }], `sha256:${'0'.repeat(64)}`);
    await expect(unpack([other])).rejects.toThrow(/it unpacks to sha256:.*, expected sha256:0000/);
    const cut = layerOf([{ path: 'x', text: 'y' }]);
    writeFileSync(await cut.open(), gzipSync(tarOf([{ path: 'x', text: 'y' }]).subarray(0, 600)));
    await expect(unpack([cut])).rejects.toThrow(/ends too early/);
    expect(existsSync(join(base, 'store', chainNames([other.diffId])[0] ?? ''))).toBe(false);
  });
});
