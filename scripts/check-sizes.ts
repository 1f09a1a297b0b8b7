/**
 * Holds the caps on the lengths of files, counts the direct runtime dependencies, and reports the median and
 * the 95th percentile of the sources.
 *
 * Usage: node scripts/check-sizes.ts
 */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** For code of every kind, tests too. Generated code and recordings are nobody's to read. */
const maxCodeLines = 400;
/** Code that may be longer, and why. */
const longCode: Readonly<Record<string, string>> = {
  'packages/protocol/proto/mesos/v1/mesos.proto': 'people look for a message where Mesos has it',
  'packages/protocol/proto/mesos/v1/master/master.proto': 'the same',
};
const maxReadmeLines = 150;
const maxArchitectureLines = 200;
const maxPackageReadmeLines = 40;
const maxRuntimeDependencies = 12;

const root = fileURLToPath(new URL('..', import.meta.url));
const problems: string[] = [];
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '');

function lines(path: string): number {
  return readFileSync(`${root}${path}`, 'utf8').split('\n').length - 1;
}

function cap(path: string, max: number): void {
  const count = lines(path);
  if (count > max) problems.push(`${path}: ${count} lines, ${max} are enough`);
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const code = tracked.filter(
  (path) => /\.(ts|java|proto|py|pl|sh)$/.test(path) && !/(^|\/)(gen|recordings)\//.test(path),
);
const sources = code.filter(
  (path) => /\.(ts|java)$/.test(path) && !/\.(test|e2e|compat)\.ts$/.test(path),
);
for (const path of code) {
  if (!Object.hasOwn(longCode, path)) cap(path, maxCodeLines);
}
for (const path of tracked) {
  if (path === 'README.md') cap(path, maxReadmeLines);
  if (path === 'ARCHITECTURE.md') cap(path, maxArchitectureLines);
  if (/^packages\/.*README\.md$/.test(path)) cap(path, maxPackageReadmeLines);
}

const dependencies = new Set<string>();
for (const path of globSync('packages/{*,providers/*}/package.json', { cwd: root })) {
  const manifest = JSON.parse(readFileSync(`${root}${path}`, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    if (!name.startsWith('@stoke/')) dependencies.add(name);
  }
}
if (dependencies.size > maxRuntimeDependencies) {
  problems.push(
    `${dependencies.size} direct runtime dependencies, ${maxRuntimeDependencies} are the limit`,
  );
}

for (const path of Object.keys(longCode)) {
  if (!code.includes(path) || lines(path) <= maxCodeLines) {
    problems.push(`${path}: not too long (any more), take it from the exceptions`);
  }
}

const sorted = sources.map(lines).sort((a, b) => a - b);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(
  `${sources.length} source files: median ${percentile(sorted, 0.5)} lines, p95 ${percentile(sorted, 0.95)}, ` +
    `longest ${sorted.at(-1) ?? 0}; ${dependencies.size} direct runtime dependencies\n`,
);
process.exit(problems.length === 0 ? 0 : 1);
