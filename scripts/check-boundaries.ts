/**
 * Compares the imports between packages, as their package.json files declare them, with the legal arrows,
 * and every import statement with what its package declares.
 *
 * Usage: node scripts/check-boundaries.ts
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What each package may import of the others (ARCHITECTURE.md, "The arrows"). */
const arrows: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  resources: ['protocol'],
  allocator: ['protocol', 'resources'],
  kit: ['protocol'],
  client: ['protocol'],
  'scheduler-driver': ['protocol', 'client', 'kit'],
  zookeeper: ['protocol', 'kit'],
  master: ['protocol', 'resources', 'allocator', 'kit', 'zookeeper'],
  agent: ['protocol', 'resources', 'kit', 'zookeeper'],
  simulator: ['protocol', 'resources', 'kit', 'scheduler-driver'],
  spark: ['protocol', 'kit', 'client'],
  cluster: ['protocol', 'kit', 'spark'],
  'provider-local': ['protocol', 'kit', 'client', 'spark', 'cluster'],
  'provider-standalone': ['protocol', 'kit', 'client', 'spark', 'cluster'],
  cli: [
    'protocol',
    'kit',
    'client',
    'simulator',
    'spark',
    'cluster',
    'provider-local',
    'provider-standalone',
  ],
  testing: ['kit'],
};

const root = fileURLToPath(new URL('..', import.meta.url));
const problems: string[] = [];

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}

function stokeNames(dependencies: Readonly<Record<string, string>> | undefined): string[] {
  return Object.keys(dependencies ?? {})
    .filter((name) => name.startsWith('@stoke/'))
    .map((name) => name.slice('@stoke/'.length));
}

function checkManifest(path: string): void {
  const manifest = readManifest(path);
  const self = manifest.name.slice('@stoke/'.length);
  const legal = arrows[self];
  const where = relative(root, path);
  if (legal === undefined) {
    problems.push(
      `${where}: package '${self}' has no line in the arrows of scripts/check-boundaries.ts`,
    );
    return;
  }
  for (const name of stokeNames(manifest.dependencies)) {
    if (!legal.includes(name)) problems.push(`${where}: '${self}' may not depend on '${name}'`);
  }
  const declared = new Set([
    ...stokeNames(manifest.dependencies),
    ...stokeNames(manifest.devDependencies),
  ]);
  const used = checkSources(dirname(path), self, declared);
  for (const name of stokeNames(manifest.dependencies)) {
    if (!used.has(name))
      problems.push(`${where}: '${self}' declares '${name}' and never imports it`);
  }
}

function checkSources(folder: string, self: string, declared: ReadonlySet<string>): Set<string> {
  const used = new Set<string>();
  for (const file of globSync('src/**/*.ts', { cwd: folder })) {
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    for (const match of text.matchAll(/(?:from|import)\s*\(?\s*'@stoke\/([^']+)'/g)) {
      const name = match[1] ?? '';
      const where = relative(root, `${folder}/${file}`);
      if (name.includes('/')) problems.push(`${where}: deep import '@stoke/${name}'`);
      else if (name !== self && !declared.has(name))
        problems.push(`${where}: '${name}' is not declared`);
      used.add(name);
    }
  }
  return used;
}

for (const path of globSync('packages/{*,providers/*}/package.json', { cwd: root })) {
  checkManifest(`${root}${path}`);
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length === 0) process.stdout.write('Imports between packages follow the arrows\n');
process.exit(problems.length === 0 ? 0 : 1);
