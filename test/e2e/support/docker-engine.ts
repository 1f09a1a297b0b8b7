/** A Docker Engine of a test's own: its data, socket, bridge and control group, and no rule in iptables. */
import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor, whyNoProgram, whyNotRoot } from '@stoke/testing';

const programs = ['dockerd', 'docker', 'containerd', 'runc', 'ip', 'busybox'];
const busybox = '/bin/busybox';

/** Why tests cannot have an engine here; undefined when they can. */
export function whyNoDocker(): string | undefined {
  const missing = whyNotRoot() ?? whyNoProgram(programs);
  if (missing !== undefined) return missing;
  const linked = spawnSync('ldd', [busybox], { encoding: 'utf8' });
  return linked.status === 0 ? 'busybox is not a static one (install busybox-static)' : undefined;
}

export interface EngineOptions {
  /** Containers go on while the engine is down. */
  readonly liveRestore?: boolean;
}

export class TestEngine {
  readonly #directory = mkdtempSync(join(tmpdir(), 'stoke-docker-'));
  readonly #options: EngineOptions;
  /** Names of network devices have 15 characters at most. */
  readonly #bridge = `stk${process.pid}x${Math.floor(Math.random() * 1000)}`.slice(0, 15);
  readonly #cgroup = `stoke-docker-${process.pid}`;
  #daemon: ChildProcess | undefined;

  constructor(options: EngineOptions = {}) {
    this.#options = options;
  }

  get socket(): string {
    return join(this.#directory, 'docker.sock');
  }

  /** Makes the bridge and starts the daemon with an image `busybox`. */
  async create(): Promise<void> {
    const subnet = `10.${200 + Math.floor(Math.random() * 50)}.${Math.floor(Math.random() * 250)}.1/24`;
    run('ip', ['link', 'add', 'name', this.#bridge, 'type', 'bridge']);
    run('ip', ['addr', 'add', subnet, 'dev', this.#bridge]);
    run('ip', ['link', 'set', this.#bridge, 'up']);
    await this.start();
    this.#importBusybox();
  }

  async start(): Promise<void> {
    const log = openSync(join(this.#directory, 'log'), 'a');
    const flags = [
      `--data-root=${join(this.#directory, 'data')}`,
      `--exec-root=${join(this.#directory, 'exec')}`,
      `--pidfile=${join(this.#directory, 'pid')}`,
      `--host=unix://${this.socket}`,
      `--bridge=${this.#bridge}`,
      '--iptables=false',
      '--ip-forward=false',
      '--ip-masq=false',
      `--cgroup-parent=/${this.#cgroup}`,
      `--live-restore=${this.#options.liveRestore === true}`,
      '--shutdown-timeout=5',
      '--log-level=warn',
    ];
    this.#daemon = spawn('dockerd', flags, { stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    const isUp = (): boolean => {
      if (this.#daemon?.exitCode !== null) throw new Error(`dockerd ended:\n${this.log()}`);
      return this.docker('version', '--format', '{{.Server.Version}}').status === 0;
    };
    await waitFor(isUp, { what: 'the Docker Engine', timeoutMs: 60_000 });
  }

  /** Ends the daemon, by default as its operator would. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const daemon = this.#daemon;
    if (daemon?.pid === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const exit = once(daemon, 'exit');
    daemon.kill('SIGCONT');
    daemon.kill(signal);
    await exit;
    if (signal === 'SIGKILL') this.#endContainerd();
  }

  /** It is the daemon's own, and a new daemon would wait for it. Containers do not need it. */
  #endContainerd(): void {
    const directory = join(this.#directory, 'exec/containerd');
    const pid = join(directory, 'containerd.pid');
    if (!existsSync(pid)) return;
    endIfThere(Number(readFileSync(pid, 'utf8')));
    for (const name of globSync(join(directory, 'containerd*.{pid,sock,sock.ttrpc}'))) rmSync(name);
  }

  /** Stops the daemon from doing anything, and lets it go on. */
  freeze(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#daemon?.kill(signal);
  }

  /** Ends the daemon and takes everything away that it and its containers left. */
  async dispose(): Promise<void> {
    if (this.#daemon !== undefined && this.#daemon.exitCode === null) {
      for (const id of this.containers()) this.docker('rm', '--force', '--volumes', id);
    }
    await this.end();
    this.#endContainerd();
    spawnSync('ip', ['link', 'delete', this.#bridge]);
    const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
    const below = mounts.map((line) => line.split(' ')[1] ?? '').reverse();
    for (const path of below.filter((one) => one.startsWith(`${this.#directory}/`))) {
      spawnSync('umount', ['--lazy', path]);
    }
    this.#endLeftovers();
    for (const path of this.cgroups().reverse()) {
      const isGone = (): boolean => {
        if (existsSync(path)) rmdirSync(path);
        return true;
      };
      await waitFor(isGone, { what: `${path} to be empty` });
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** What a daemon that died in a test left: the processes that stand for containers name the directory. */
  #endLeftovers(): void {
    for (const path of globSync('/proc/[0-9]*/cmdline')) {
      const pid = Number(path.split('/')[2]);
      if (pid !== process.pid && textOf(path).includes(this.#directory)) endNow(pid);
    }
    for (const path of this.cgroups()) {
      for (const pid of textOf(join(path, 'cgroup.procs')).split('\n')) endNow(Number(pid));
    }
  }

  /** Control groups of containers, and the one that they are in. */
  cgroups(): string[] {
    const roots = [`/sys/fs/cgroup/*/${this.#cgroup}`, `/sys/fs/cgroup/${this.#cgroup}`];
    return globSync(roots.flatMap((root) => [root, `${root}/*/`])).sort();
  }

  /** Ids of containers, running or not. */
  containers(...filters: readonly string[]): string[] {
    const { stdout } = this.docker('ps', '--all', '--quiet', '--no-trunc', ...filters);
    return stdout.split('\n').filter((line) => line !== '');
  }

  /** The plain client, as a second opinion on what the agent does. */
  docker(...words: readonly string[]): SpawnSyncReturns<string> {
    const args = [`--host=unix://${this.socket}`, ...words];
    return spawnSync('docker', args, { encoding: 'utf8', timeout: 60_000 });
  }

  log(): string {
    return readFileSync(join(this.#directory, 'log'), 'utf8');
  }

  #importBusybox(): void {
    const root = join(this.#directory, 'busybox');
    mkdirSync(join(root, 'bin'), { recursive: true });
    mkdirSync(join(root, 'tmp'), { mode: 0o1777 });
    run('cp', [busybox, join(root, 'bin/busybox')]);
    const applets = spawnSync(busybox, ['--list'], { encoding: 'utf8' }).stdout.trim().split('\n');
    for (const name of applets.filter((one) => one !== 'busybox')) {
      symlinkSync('busybox', join(root, 'bin', name));
    }
    run('tar', ['-C', root, '-cf', this.busyboxArchive, '.']);
    this.import(this.busyboxArchive, 'busybox');
  }

  /** A tar of a root with a shell. */
  get busyboxArchive(): string {
    return join(this.#directory, 'busybox.tar');
  }

  /** Takes an image from a directory with all that `docker save` would write. */
  load(directory: string): void {
    const archive = join(this.#directory, 'image.tar');
    run('tar', ['-C', directory, '-cf', archive, '.']);
    const loaded = this.docker('load', `--input=${archive}`);
    rmSync(archive);
    if (loaded.status !== 0) throw new Error(`Cannot load ${directory}: ${loaded.stderr}`);
  }

  /** Makes an image of a root's archive; `changes` are lines of a Dockerfile. */
  import(archive: string, name: string, ...changes: readonly string[]): void {
    const made = this.docker('import', ...changes.map((one) => `--change=${one}`), archive, name);
    if (made.status !== 0) throw new Error(`Cannot import ${archive}: ${made.stderr}`);
  }
}

function run(file: string, args: readonly string[]): void {
  const ended = spawnSync(file, args, { encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(`${file} ${args.join(' ')}: ${ended.stderr}`);
}

function endIfThere(pid: number): void {
  if (textOf(`/proc/${pid}/comm`) === 'containerd\n') endNow(pid);
}

function endNow(pid: number): void {
  try {
    if (pid > 1) process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** Of a file of the kernel, whose process may be gone by now. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
