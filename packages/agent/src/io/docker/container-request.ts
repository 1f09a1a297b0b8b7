/** What is asked of the Docker Engine to make the container of a task or executor. Pure. */
import type {
  ContainerInfo,
  ContainerInfo_DockerInfo,
  ContainerInfo_DockerInfo_PortMapping,
  Resource,
} from '@stoke/protocol';
import type { ContainerSpec } from '../../core/effects.ts';
import { agentError } from '../../errors.ts';
import type { DeviceNode } from '../gpus/gpu-devices.ts';
import { windowOf } from '../session/session.ts';
import { applyParameters, type CreateBody } from './run-parameters.ts';

/** Where a container sees its sandbox. */
export const sandboxInside = '/mnt/mesos/sandbox';
/** Of the agent that made a container: its machine and work directory. */
export const agentLabel = 'stoke.agent';
export const containerLabel = 'stoke.container';
const taskLabel = 'stoke.executor';
const frameworkLabel = 'stoke.framework';

const mebibyte = 1024 * 1024;
const leastMemoryMb = 32;
const sharesPerCpu = 1024;
const leastShares = 2;
const periodMicroseconds = 100_000;
const leastQuotaMicroseconds = 1_000;
/** The agent gives it to every container; an image knows better. */
const agentPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A mount of the Engine API. */
export interface DockerMount {
  readonly Type: 'bind' | 'volume';
  /** A path of the machine, or the name of a volume; a volume without a name is the container's own. */
  readonly Source?: string;
  readonly Target: string;
  readonly ReadOnly: boolean;
  readonly VolumeOptions?: unknown;
  readonly BindOptions?: { readonly Propagation: string };
}

export interface RequestFacts {
  readonly spec: ContainerSpec;
  /** All but the sandbox. */
  readonly mounts: readonly DockerMount[];
  /** Beside those that every container has. */
  readonly devices?: readonly DeviceNode[];
  /** Value of the label by which the agent finds its containers. */
  readonly agent: string;
  readonly hardCpu: boolean;
  readonly maxProcesses: number;
}

/** Names of containers as Mesos gives them. */
export function dockerName(containerId: string): string {
  return `mesos-${containerId}`;
}

/**
 * The body of "Create a container". What the task's parameters say wins.
 * @throws AppError `LAUNCH_FAILED` when the task contradicts itself
 */
export function createRequest(facts: RequestFacts): CreateBody {
  const { spec, mounts, devices = [], agent, hardCpu, maxProcesses } = facts;
  const { container, docker } = dockerInfo(spec);
  const network = networkMode(container, docker);
  const window = windowOf(container);
  const sandbox: DockerMount = {
    Type: 'bind',
    Source: spec.directory,
    Target: sandboxInside,
    ReadOnly: false,
  };
  const body: CreateBody = {
    Image: docker.image,
    ...commandFields(spec),
    Env: Object.entries(insideEnvironment(spec)).map(([name, value]) => `${name}=${value}`),
    Labels: {
      [agentLabel]: agent,
      [containerLabel]: spec.containerId,
      [frameworkLabel]: spec.frameworkId,
      [taskLabel]: spec.executorId,
    },
    ...(container.hostname === undefined ? {} : { Hostname: container.hostname }),
    ...(window === undefined ? {} : { Tty: true, OpenStdin: true }),
    HostConfig: {
      NetworkMode: network,
      Mounts: [sandbox, ...mounts],
      ...limitsOf(spec.resources, hardCpu),
      PidsLimit: maxProcesses,
      ...(devices.length === 0 ? {} : { Devices: devices.map(deviceOf) }),
      // Older engines do not look at it: they are told again after the start.
      ...(window === undefined ? {} : { ConsoleSize: [window.rows, window.columns] }),
      // The agent reads the output back from it, whatever the engine's own default is.
      LogConfig: { Type: 'json-file', Config: {} },
      ...(docker.privileged === true ? { Privileged: true } : {}),
      ...(docker.volume_driver === undefined ? {} : { VolumeDriver: docker.volume_driver }),
    },
  };
  publishPorts(body, portMappings(spec, docker));
  applyParameters(body, docker.parameters ?? []);
  return body;
}

/** @throws AppError `LAUNCH_FAILED` when the container has no Docker part */
export function dockerInfo({ container }: ContainerSpec): {
  readonly container: ContainerInfo;
  readonly docker: ContainerInfo_DockerInfo;
} {
  const docker = container?.docker;
  if (container !== undefined && docker !== undefined) return { container, docker };
  throw agentError('LAUNCH_FAILED', {
    message: 'Cannot launch a Docker container without an image',
  });
}

/** The words of a command follow the image's entry point, unless a shell takes its place. */
function commandFields({ command }: ContainerSpec): Record<string, unknown> {
  const { value, arguments: words = [] } = command;
  if (command.shell === false) {
    const all = value === undefined ? words : [value, ...words];
    return all.length === 0 ? {} : { Cmd: all };
  }
  if (value !== undefined) return { Entrypoint: ['/bin/sh'], Cmd: ['-c', value] };
  throw agentError('LAUNCH_FAILED', {
    message:
      "Cannot launch a shell without a command: give it a value, or set shell to false to run the image's own",
  });
}

/** The environment as it is right inside: the sandbox elsewhere, the path and the addresses not the agent's. */
export function insideEnvironment(
  spec: Pick<ContainerSpec, 'environment' | 'command' | 'container' | 'containerId'>,
): Record<string, string> {
  const { PATH, LIBPROCESS_IP, ...rest } = spec.environment;
  const own = (spec.command.environment?.variables ?? []).some(({ name }) => name === 'PATH');
  const isHost = (spec.container?.docker?.network ?? 'HOST') === 'HOST';
  return {
    ...rest,
    ...(PATH !== undefined && (own || PATH !== agentPath) ? { PATH } : {}),
    ...(LIBPROCESS_IP !== undefined && isHost ? { LIBPROCESS_IP } : {}),
    MESOS_SANDBOX: sandboxInside,
    MESOS_CONTAINER_NAME: dockerName(spec.containerId),
  };
}

function deviceOf({ name, path }: DeviceNode): unknown {
  return { PathOnHost: path, PathInContainer: `/dev/${name}`, CgroupPermissions: 'rw' };
}

function networkMode(container: ContainerInfo, docker: ContainerInfo_DockerInfo): string {
  const network = docker.network ?? 'HOST';
  if (network !== 'USER') return network.toLowerCase();
  const [first, ...others] = container.network_infos ?? [];
  if (first?.name !== undefined && others.length === 0) return first.name;
  throw agentError('LAUNCH_FAILED', {
    message: 'Cannot join a user network: network_infos must name exactly one',
  });
}

function portMappings(
  { resources }: ContainerSpec,
  { network = 'HOST', port_mappings = [] }: ContainerInfo_DockerInfo,
): readonly ContainerInfo_DockerInfo_PortMapping[] {
  if (port_mappings.length === 0) return [];
  const refuse = (reason: string): Error =>
    agentError('LAUNCH_FAILED', { message: `Cannot map ports: ${reason}` });
  if (network === 'HOST' || network === 'NONE') {
    throw refuse('only bridge and user networks have ports to map');
  }
  for (const { host_port } of port_mappings) {
    if (!hasPort(resources, host_port)) {
      throw refuse(`port ${host_port} is not among the resources of the task`);
    }
  }
  return port_mappings;
}

function hasPort(resources: readonly Resource[], port: number): boolean {
  return resources
    .filter(({ name }) => name === 'ports')
    .flatMap(({ ranges }) => ranges?.range ?? [])
    .some(({ begin, end }) => begin <= port && port <= end);
}

function publishPorts(
  body: CreateBody,
  mappings: readonly ContainerInfo_DockerInfo_PortMapping[],
): void {
  if (mappings.length === 0) return;
  const inside = (one: ContainerInfo_DockerInfo_PortMapping): string =>
    `${one.container_port}/${one.protocol?.toLowerCase() ?? 'tcp'}`;
  body.ExposedPorts = Object.fromEntries(mappings.map((one) => [inside(one), {}]));
  const bindings: Record<string, unknown[]> = {};
  for (const one of mappings) {
    const binding = { HostIp: '', HostPort: String(one.host_port) };
    bindings[inside(one)] = [...(bindings[inside(one)] ?? []), binding];
  }
  body.HostConfig.PortBindings = bindings;
}

/** Limits for resources, also those that a running container gets when its tasks change. */
export function limitsOf(resources: readonly Resource[], hardCpu: boolean): Record<string, number> {
  const cpus = amountOf(resources, 'cpus');
  const memory = memoryMbOf(resources) * mebibyte;
  const quota = Math.max(leastQuotaMicroseconds, Math.round(cpus * periodMicroseconds));
  return {
    CpuShares: Math.max(leastShares, Math.round(cpus * sharesPerCpu)),
    ...(hardCpu ? { CpuPeriod: periodMicroseconds, CpuQuota: quota } : {}),
    Memory: memory,
    // Memory and swap together: no swap on top.
    MemorySwap: memory,
  };
}

/** The memory limit in MiB. */
export function memoryMbOf(resources: readonly Resource[]): number {
  return Math.max(leastMemoryMb, Math.floor(amountOf(resources, 'mem')));
}

function amountOf(resources: readonly Resource[], name: string): number {
  return resources
    .filter((resource) => resource.name === name)
    .reduce((total, { scalar }) => total + (scalar?.value ?? 0), 0);
}
