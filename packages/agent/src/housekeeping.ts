/** The parts of an agent beside its tasks: what looks after its disk, and what operators start. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AgentOptions } from './agent.ts';
import type { AgentConfig } from './config.ts';
import { portsOf } from './core/port-quotas.ts';
import type { AgentState } from './core/state.ts';
import { ContainerWatch } from './io/container-watch.ts';
import type { Containerizer } from './io/containerizer.ts';
import { rotationOf } from './io/containerizers.ts';
import { Fetcher } from './io/fetcher.ts';
import { GpuAllotments } from './io/gpus/gpu-allotments.ts';
import { diskUsage } from './io/host-facts.ts';
import {
  OperatorContainers,
  type OperatorContainersOptions,
} from './io/operator/operator-containers.ts';
import { SandboxGc } from './io/sandbox-gc.ts';

const maxArchiveEntries = 1_000_000;

type Options = Pick<AgentOptions, 'config' | 'clock' | 'log' | 'resources'>;

export function createFetcher({ config, clock, log }: Options, workDir: string): Fetcher {
  return new Fetcher({
    cacheDir: config.fetcher_cache_dir ?? join(workDir, 'fetcher_cache'),
    cacheBytes: config.fetcher_cache_size,
    stallTimeoutMs: config.fetcher_stall_timeout,
    sources: { frameworksHome: config.frameworks_home, webHdfsPort: config.webhdfs_port },
    limits: { maxBytes: config.fetcher_max_size, maxEntries: maxArchiveEntries },
    environment: process.env,
    clock,
    log,
  });
}

/** Undefined: containers get no GPUs of their own. */
export function createGpuAllotments(
  { gpus, clock }: Pick<AgentOptions, 'gpus' | 'clock'>,
  workDir: string,
): GpuAllotments | undefined {
  if (gpus === undefined) return undefined;
  return new GpuAllotments({ gpus, path: join(workDir, 'meta', 'gpus.json'), clock });
}

export function createSandboxGc(
  { config, clock, log }: Options,
  { workDir, state }: { readonly workDir: string; readonly state: AgentState },
): SandboxGc {
  return new SandboxGc({
    workDir,
    delayMs: config.gc_delay,
    everyMs: config.disk_watch_interval,
    headroom: config.gc_disk_headroom,
    diskUsage: () => diskUsage(workDir),
    clock,
    log,
    isLive: (directory) =>
      [...state.containers.values()].some((executor) => executor.directory === directory),
  });
}

export function createContainerWatch(
  { config, clock, log, resources }: Options,
  parts: {
    readonly workDir: string;
    readonly state: AgentState;
    readonly containerizers: readonly Containerizer[];
    readonly kill: (containerId: string) => void;
  },
): ContainerWatch {
  const { workDir, state, containerizers, kill } = parts;
  const disk = config.enforce_container_disk_quota;
  const ports = config.enforce_container_ports;
  return new ContainerWatch({
    state,
    workDir,
    diskEveryMs: disk ? config.container_disk_watch_interval : undefined,
    portsEveryMs: ports ? config.container_ports_watch_interval : undefined,
    offeredPorts: portsOf(resources),
    processes: (ids) => new Map(containerizers.flatMap((one) => [...(one.processes?.(ids) ?? [])])),
    kill,
    clock,
    log,
  });
}

/** Containers that operators ask for. */
export function createOperatorContainers({
  config,
  chosen,
  ...parts
}: Pick<OperatorContainersOptions, 'state' | 'clock' | 'log' | 'enter' | 'openSession'> & {
  readonly config: AgentConfig;
  readonly chosen: readonly Containerizer[];
}): OperatorContainers {
  return new OperatorContainers({
    ...parts,
    workDir: resolve(config.work_dir),
    rules: { switchUser: config.switch_user },
    hasPerl: existsSync('/usr/bin/perl'),
    rotation: rotationOf(config),
    plainAllowed: chosen.some(({ name }) => name === 'posix'),
  });
}
