/**
 * Brings what the tests need beyond npm packages: a JDK and Maven for the JVM driver's own tests, pymesos for the
 * compatibility tests, and Spark with its Java and Python packages for the end-to-end tests.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureKernel } from './ensure-kernel.ts';
import { ensurePymesos } from './ensure-pymesos.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Tool {
  /** A program on PATH, or a file by its absolute path. */
  readonly command: string;
  readonly debianPackage: string;
  readonly neededBy: readonly string[];
}

const tools: readonly Tool[] = [
  { command: 'bzip2', debianPackage: 'bzip2', neededBy: ['check'] },
  { command: 'xz', debianPackage: 'xz-utils', neededBy: ['check'] },
  { command: 'pip3', debianPackage: 'python3-pip', neededBy: ['compat', 'e2e'] },
  { command: 'javac', debianPackage: 'openjdk-17-jdk-headless', neededBy: ['jvm'] },
  { command: 'mvn', debianPackage: 'maven', neededBy: ['jvm'] },
  { command: 'runc', debianPackage: 'runc', neededBy: ['compat', 'e2e'] },
  { command: 'tini-static', debianPackage: 'tini', neededBy: ['compat', 'e2e'] },
  {
    command: '/usr/share/java/zookeeper.jar',
    debianPackage: 'libzookeeper-java',
    neededBy: ['compat', 'e2e'],
  },
  { command: 'docker-registry', debianPackage: 'docker-registry', neededBy: ['e2e'] },
  { command: 'busybox', debianPackage: 'busybox-static', neededBy: ['e2e'] },
  { command: 'dockerd', debianPackage: 'docker.io', neededBy: ['e2e'] },
  { command: 'ip', debianPackage: 'iproute2', neededBy: ['e2e'] },
  { command: 'iptables', debianPackage: 'iptables', neededBy: ['e2e'] },
  {
    command: '/usr/lib/cni/bridge',
    debianPackage: 'containernetworking-plugins',
    neededBy: ['e2e'],
  },
  { command: 'crun', debianPackage: 'crun', neededBy: ['e2e'] },
  { command: 'mkfs.ext4', debianPackage: 'e2fsprogs', neededBy: ['e2e'] },
  { command: 'qemu-system-x86_64', debianPackage: 'qemu-system-x86', neededBy: ['e2e'] },
];

/** What there is to test with. */
export interface Tools {
  /** Tests that need one of these say why they are skipped; the rest runs without it. */
  readonly absent: readonly Tool[];
  /** Why what cannot be done without could not be had. */
  readonly failures: readonly string[];
  /** What one may do so that nothing is skipped, as lines. */
  readonly wishes: readonly string[];
}

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

/** Brings what the chosen parts need, as far as that is possible. */
export function ensureTools(parts: readonly string[]): Tools {
  const wanted = tools.filter(
    (tool) => tool.neededBy.some((part) => parts.includes(part)) && !isPresent(tool.command),
  );
  if (wanted.length > 0) aptInstall(wanted.map((tool) => tool.debianPackage));
  const absent = wanted.filter((tool) => !isPresent(tool.command));
  const packages = absent.map(({ debianPackage }) => debianPackage);
  const wishes =
    packages.length === 0 ? [] : [`To skip less: apt-get install ${packages.join(' ')}`];
  if (parts.includes('compat')) ensurePymesos();
  const noKernel = parts.includes('e2e') ? ensureKernel() : undefined;
  if (noKernel !== undefined) process.stdout.write(`No kernel for virtual machines: ${noKernel}\n`);
  const hasSpark = !parts.includes('e2e') || installSpark();
  return {
    absent,
    wishes,
    failures: hasSpark ? [] : ['Spark could not be brought: the first lines say why'],
  };
}

function installSpark(): boolean {
  const args = ['packages/cli/src/main.ts', 'spark', 'install'];
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;
}
