/**
 * Brings what the tests need beyond npm packages: a JDK and Maven for the JVM driver's own tests, pymesos for the
 * compatibility tests, and Spark with its Java and Python packages for the end-to-end tests.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensurePymesos } from './ensure-pymesos.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Tool {
  /** A program on PATH, or a file by its absolute path. */
  readonly command: string;
  readonly debianPackage: string;
  readonly neededBy: string;
  /** Tests that need it say why they are skipped; the rest runs without it. */
  readonly optional?: boolean;
}

const zooKeeper = '/usr/share/java/zookeeper.jar';

const tools: readonly Tool[] = [
  { command: 'javac', debianPackage: 'openjdk-17-jdk-headless', neededBy: 'jvm' },
  { command: 'mvn', debianPackage: 'maven', neededBy: 'jvm' },
  { command: 'runc', debianPackage: 'runc', neededBy: 'e2e', optional: true },
  { command: 'tini-static', debianPackage: 'tini', neededBy: 'e2e', optional: true },
  { command: zooKeeper, debianPackage: 'libzookeeper-java', neededBy: 'compat', optional: true },
  { command: zooKeeper, debianPackage: 'libzookeeper-java', neededBy: 'e2e', optional: true },
  { command: 'runc', debianPackage: 'runc', neededBy: 'compat', optional: true },
  { command: 'tini-static', debianPackage: 'tini', neededBy: 'compat', optional: true },
  { command: 'docker-registry', debianPackage: 'docker-registry', neededBy: 'e2e', optional: true },
  { command: 'busybox', debianPackage: 'busybox-static', neededBy: 'e2e', optional: true },
  { command: 'dockerd', debianPackage: 'docker.io', neededBy: 'e2e', optional: true },
  { command: 'ip', debianPackage: 'iproute2', neededBy: 'e2e', optional: true },
];

function isPresent(command: string): boolean {
  if (command.startsWith('/')) return existsSync(command);
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${command}`));
}

function aptInstall(packages: readonly string[]): boolean {
  if (process.getuid?.() !== 0 || !isPresent('apt-get')) return false;
  process.stdout.write(`Installing ${packages.join(', ')} …\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  const attempt = (): boolean =>
    spawnSync('apt-get', install, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
  if (attempt()) return true;
  spawnSync('apt-get', ['update'], { stdio: ['ignore', 'ignore', 'inherit'], env });
  return attempt();
}

/** Ensures the tools of the chosen parts; returns a line for each that could not be had. */
export function ensureTools(parts: readonly string[]): string[] {
  const wanted = tools.filter((tool) => parts.includes(tool.neededBy) && !isPresent(tool.command));
  if (wanted.length > 0) aptInstall(wanted.map((tool) => tool.debianPackage));
  const absent = wanted.filter((tool) => !isPresent(tool.command));
  for (const { command, debianPackage } of absent.filter(({ optional }) => optional)) {
    process.stdout.write(`Without ${command} (install ${debianPackage}): some tests are skipped\n`);
  }
  const missing = absent
    .filter(({ optional }) => !optional)
    .map(
      (tool) =>
        `MISSING ${tool.command}: install ${tool.debianPackage} (needed by ${tool.neededBy})`,
    );
  if (parts.includes('compat')) {
    const pymesos = ensurePymesos();
    if ('missing' in pymesos) {
      process.stdout.write(`Without pymesos (${pymesos.missing}): its test is skipped\n`);
    }
  }
  if (parts.includes('e2e') && !installSpark()) {
    missing.push('MISSING Spark: the lines above say why (needed by e2e)');
  }
  return missing;
}

function installSpark(): boolean {
  const args = ['packages/cli/src/main.ts', 'spark', 'install'];
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;
}
