/** The description of a container for an OCI runtime (config.json of the OCI runtime specification 1.0). */
import type { DeviceNode } from '../gpus/gpu-devices.ts';
import type { WindowSize } from '../session/session.ts';
import type { VolumeMount } from './host-volumes.ts';
import { seccompRules } from './seccomp.ts';

const mebibyte = 1024 * 1024;
const leastMemoryMb = 32;
const sharesPerCpu = 1024;
const leastShares = 2;
const periodMicroseconds = 100_000;
const leastQuotaMicroseconds = 1_000;

/** Enough to install and serve things as root; neither mounts, nor devices, nor other processes' memory. */
const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'NET_BIND_SERVICE']
  .concat(['SETGID', 'SETUID', 'SETPCAP', 'SYS_CHROOT'])
  .map((name) => `CAP_${name}`);

const hiddenInProc = ['acpi', 'kcore', 'keys', 'latency_stats', 'sched_debug', 'timer_list'];
const fixedInProc = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'];

export interface Mount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

export interface Limits {
  /** What it gets when others want the processor too. */
  readonly cpus: number;
  /** What it gets when nobody else wants the processor; infinite: all. */
  readonly mostCpus: number;
  /** What is taken back last when the machine is out of memory. */
  readonly memoryMb: number;
  /** Beyond it processes are killed; infinite: what the machine has. */
  readonly mostMemoryMb: number;
  readonly processes: number;
}

/** The machine's files. */
export interface HostRoot {
  readonly kind: 'host';
  /** The agent's own directory: inside there is only the sandbox in it. */
  readonly workDir: string;
  /** File systems of the machine, see `hostFilesystems`. */
  readonly filesystems: readonly string[];
}

/** Those of an image, and few of the machine's. */
export interface ImageRoot {
  readonly kind: 'image';
  /** The machine's program that becomes process 1. */
  readonly init: string;
}

export interface OciContainer {
  /** The command after the init process; its first word is the program. */
  readonly args: readonly string[];
  /** Program that becomes process 1: it passes on exit codes and reaps what is left over. */
  readonly init: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Where the sandbox is inside, and on the machine. */
  readonly sandbox: string;
  readonly sandboxSource: string;
  readonly workingDirectory: string;
  readonly root: HostRoot | ImageRoot;
  /** Whether only the sandbox, volumes and /tmp can be written to. */
  readonly readonlyRoot: boolean;
  /** Files with secrets of the agent. */
  readonly hiddenFiles: readonly string[];
  /** A directory on disk for /tmp. */
  readonly temporary: string;
  /** Persistent volumes, and directories of the machine that the task asked for. */
  readonly volumes: readonly VolumeMount[];
  readonly hostname: string | undefined;
  /** File of the network namespace it joins; undefined: the machine's. */
  readonly networkNamespace: string | undefined;
  /** Files of the machine by which the container finds names: their places inside, and where they are. */
  readonly networkFiles: ReadonlyMap<string, string>;
  readonly cgroup: string;
  readonly limits: Limits;
  /** Beside those that every container has. */
  readonly devices: readonly DeviceNode[];
  /** Of the terminal that its standard streams are, if they are one. */
  readonly window: WindowSize | undefined;
  /** Beyond those every container has. */
  readonly moreNamespaces: readonly string[];
}

/** The root is `root` beside the file, mounted already. */
export function ociConfig(container: OciContainer): unknown {
  const { owner, environment, hostname, networkNamespace } = container;
  return {
    ociVersion: '1.0.0',
    ...(hostname === undefined ? {} : { hostname }),
    process: {
      ...terminalFields(container.window),
      user: { uid: owner.uid, gid: owner.gid },
      args: [container.init, '--', ...container.args],
      env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      cwd: container.workingDirectory,
      noNewPrivileges: true,
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
    },
    root: { path: 'root', readonly: container.readonlyRoot },
    mounts: mountsOf(container),
    linux: {
      namespaces: [
        ...['pid', 'mount', 'ipc', 'uts', ...container.moreNamespaces].map((type) => ({ type })),
        ...(networkNamespace === undefined ? [] : [{ type: 'network', path: networkNamespace }]),
      ],
      cgroupsPath: container.cgroup,
      devices: container.devices.map(deviceNode),
      resources: { ...cgroupLimits(container.limits), devices: deviceRules(container.devices) },
      seccomp: seccompRules(process.arch),
      maskedPaths: [
        ...hiddenInProc.map((name) => `/proc/${name}`),
        '/sys/firmware',
        ...container.hiddenFiles,
      ],
      readonlyPaths: fixedInProc.map((name) => `/proc/${name}`),
    },
  };
}

function terminalFields(window: WindowSize | undefined): Record<string, unknown> {
  if (window === undefined) return { terminal: false };
  return { terminal: true, consoleSize: { height: window.rows, width: window.columns } };
}

/** Later mounts lie over earlier ones: the agent's directory is covered before what is shown of it. */
function mountsOf(container: OciContainer): readonly Mount[] {
  const { sandbox, sandboxSource, temporary, root } = container;
  const memory = (destination: string, ...options: string[]): Mount => ({
    destination,
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', ...options],
  });
  const bind = (destination: string, source: string, ...options: string[]): Mount => ({
    destination,
    type: 'bind',
    source,
    options: ['bind', 'nosuid', 'nodev', ...options],
  });
  // What the machine mounts below it later stays outside.
  const own = (destination: string, source: string, ...options: string[]): Mount =>
    bind(destination, source, 'private', ...options);
  const sealed = ['nosuid', 'noexec', 'nodev'];
  return [
    ...(root.kind === 'host' ? root.filesystems.map((path) => own(path, path, 'ro')) : []),
    { destination: '/proc', type: 'proc', source: 'proc', options: sealed },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...sealed, 'ro'] },
    { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: [...sealed, 'ro'] },
    memory('/dev', 'mode=755', 'size=65536k'),
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
    },
    memory('/dev/shm', 'noexec', 'nodev', 'mode=1777'),
    memory('/run', 'nodev', 'mode=755', 'size=65536k'),
    own('/tmp', temporary),
    ...(root.kind === 'host'
      ? [memory(root.workDir, 'nodev', 'mode=755', 'size=64k')]
      : [own(container.init, root.init, 'ro')]),
    ...[...container.networkFiles].map(([place, file]) => own(place, file, 'ro')),
    own(sandbox, sandboxSource),
    ...container.volumes.map(({ source, destination, readonly, follows = false }) =>
      bind(destination, source, follows ? 'slave' : 'private', ...(readonly ? ['ro'] : [])),
    ),
  ];
}

/** The runtime makes it inside, for every user: who may open it is settled by the control group. */
function deviceNode({ name, major, minor }: DeviceNode): unknown {
  return { path: `/dev/${name}`, type: 'c', major, minor, fileMode: 0o666, uid: 0, gid: 0 };
}

function deviceRules(devices: readonly DeviceNode[]): readonly unknown[] {
  const allowed = devices.map(({ major, minor }) => ({
    allow: true,
    type: 'c',
    major,
    minor,
    access: 'rw',
  }));
  return [{ allow: false, access: 'rwm' }, ...allowed];
}

/** The part of the description that can change while the container runs. */
export function cgroupLimits(limits: Limits): Readonly<Record<string, unknown>> {
  return {
    cpu: {
      shares: Math.max(leastShares, Math.round(limits.cpus * sharesPerCpu)),
      quota: quotaOf(limits.mostCpus),
      period: periodMicroseconds,
    },
    memory: { limit: bytesOf(limits.mostMemoryMb), reservation: bytesOf(limits.memoryMb) },
    pids: { limit: limits.processes },
  };
}

/** -1 takes a limit away. */
function quotaOf(cpus: number): number {
  if (!Number.isFinite(cpus)) return -1;
  return Math.max(leastQuotaMicroseconds, Math.round(cpus * periodMicroseconds));
}

function bytesOf(megabytes: number): number {
  if (!Number.isFinite(megabytes)) return -1;
  return Math.max(leastMemoryMb, Math.round(megabytes)) * mebibyte;
}
