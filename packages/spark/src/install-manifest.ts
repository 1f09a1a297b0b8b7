/** The record of what an installation holds, by which a broken one is recognised and named. */

import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const MANIFEST_FILE = 'stoke-install.json';

const manifestSchema = z.object({
  version: z.string(),
  /** Where the archive came from, without credentials. */
  source: z.string(),
  installedAt: z.string(),
  /** Path → size of every file that Spark cannot do without. */
  sizes: z.record(z.string(), z.number()),
  /** Path → SHA-256 of the few without which nothing starts. */
  checksums: z.record(z.string(), z.string()),
});

/** What {@link writeManifest} recorded. */
export type InstallManifest = z.infer<typeof manifestSchema>;

const KEY_FILES =
  /^(jars\/(spark-(core|launcher|mesos)_|mesos-|scala-library)[^/]*\.jar|bin\/spark-(class|submit)|python\/lib\/[^/]*\.zip)$/;

/** Records the files of a complete installation. */
export async function writeManifest(
  home: string,
  facts: { readonly version: string; readonly source: string; readonly installedAt: string },
): Promise<InstallManifest> {
  const paths = await essentialFiles(home);
  const sizes: Record<string, number> = {};
  const checksums: Record<string, string> = {};
  for (const path of paths) {
    sizes[path] = (await stat(join(home, path))).size;
    if (KEY_FILES.test(path)) checksums[path] = await sha256(join(home, path));
  }
  const manifest = { ...facts, sizes, checksums };
  await writeFile(join(home, MANIFEST_FILE), `${JSON.stringify(manifest, null, 1)}\n`);
  return manifest;
}

/** The manifest of an installation; undefined when absent or unreadable. */
export async function readManifest(home: string): Promise<InstallManifest | undefined> {
  const text = await readFile(join(home, MANIFEST_FILE), 'utf8').catch(() => 'null');
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The first difference between an installation and its manifest, as the end of a sentence; undefined if none. */
export async function findDamage(
  home: string,
  manifest: InstallManifest,
): Promise<string | undefined> {
  for (const [path, expected] of Object.entries(manifest.sizes)) {
    const found = await stat(join(home, path)).catch(() => undefined);
    if (found === undefined) return `${path} is missing`;
    if (found.size !== expected) return `${path} is ${found.size} bytes, expected ${expected}`;
  }
  for (const [path, expected] of Object.entries(manifest.checksums)) {
    const actual = await sha256(join(home, path));
    if (actual !== expected) {
      return `${path} has SHA-256 ${actual.slice(0, 12)}…, expected ${expected.slice(0, 12)}…`;
    }
  }
  return undefined;
}

async function essentialFiles(home: string): Promise<string[]> {
  const folders = ['bin', 'jars', 'python/lib'];
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(join(home, folder)).catch(() => []);
      return names.map((name) => `${folder}/${name}`);
    }),
  );
  return lists.flat().sort();
}

async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
