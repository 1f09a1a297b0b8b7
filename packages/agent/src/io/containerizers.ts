/** The containerizers of an agent: those the operator chose, in order, and those that former runs left containers of. */
import { existsSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Clock, Logger } from '@stoke/kit';
import type { AgentConfig } from '../config.ts';
import { agentError } from '../errors.ts';
import type { ContainerExitListener, Containerizer } from './containerizer.ts';
import { DockerContainerizer } from './docker/docker-containerizer.ts';
import { parseEngineAddress } from './docker/engine-client.ts';
import { ImageStore } from './images/image-store.ts';
import type { LogRotation } from './launcher-process.ts';
import { ContainerNetworks } from './networks/container-networks.ts';
import { NetworkDirectory } from './networks/network-directory.ts';
import { parseAllowedVolumes } from './oci/host-volumes.ts';
import { type BundleRules, layersInUse } from './oci/oci-bundle.ts';
import { OciContainerizer } from './oci/oci-containerizer.ts';
import { findOciPrograms } from './oci/oci-runtime.ts';
import { PosixContainerizer } from './posix-containerizer.ts';

export interface ContainerizerOptions {
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onExit: ContainerExitListener;
}

export interface Containerizers {
  /** New containers go to the first of these that supports them. */
  readonly chosen: readonly Containerizer[];
  readonly all: readonly Containerizer[];
}

const kinds = ['posix', 'oci', 'docker'] as const;
type Name = (typeof kinds)[number];

/** `mesos` is the name by which Mesos knows plain processes. */
export function containerizerNames(flag: string): readonly string[] {
  return flag.split(',').map((name) => (name === 'mesos' ? 'posix' : name));
}

export function createContainerizers(options: ContainerizerOptions): Containerizers {
  const { config } = options;
  const metaDir = join(resolve(config.work_dir), 'meta');
  const directories = {
    posix: join(metaDir, 'containers'),
    oci: join(metaDir, 'oci'),
    docker: join(metaDir, 'docker'),
  };
  const names = containerizerNames(config.containerizers);
  const made = new Map<string, Containerizer>();
  for (const name of kinds) {
    const isLeft = holdsAny(directories[name]) || (name === 'oci' && holdsAny(networksDir(config)));
    if (!names.includes(name) && !isLeft) continue;
    made.set(name, create(name, directories[name], options));
  }
  const chosen = names
    .map((name) => made.get(name))
    .filter((containerizer) => containerizer !== undefined);
  return { chosen, all: [...made.values()] };
}

function holdsAny(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).length > 0;
}

/** How output of containers is kept from filling the disk. */
export function rotationOf(config: AgentConfig): LogRotation | undefined {
  const { container_log_max_size: bytes, container_log_max_files: files } = config;
  return bytes === undefined ? undefined : { bytes, files };
}

function create(name: Name, runtimeDir: string, options: ContainerizerOptions): Containerizer {
  const { config, clock, log, onExit } = options;
  if (name === 'posix') {
    return new PosixContainerizer({
      runtimeDir,
      clock,
      onExit,
      hasPerl: existsSync('/usr/bin/perl'),
      rotation: rotationOf(config),
    });
  }
  if (name === 'docker') return createDocker(runtimeDir, options);
  const programs = findOciPrograms(config);
  return new OciContainerizer({
    runtimeDir,
    programs,
    rules: bundleRules(config, programs.init),
    images: createImageStore(runtimeDir, options),
    networks: createNetworks(options),
    agentAddress: config.ip,
    cgroupsRoot: config.cgroups_root,
    rotation: rotationOf(config),
    clock,
    log,
    onExit,
  });
}

function bundleRules(config: AgentConfig, init: string): BundleRules {
  return {
    workDir: resolve(config.work_dir),
    init,
    hardCpu: config.cgroups_enable_cfs,
    maxProcesses: config.oci_max_processes,
    root: config.oci_root,
    tmp: config.oci_tmp,
    sandboxInImage: config.sandbox_directory,
    allowedVolumes: parseAllowedVolumes(config.oci_host_volumes),
    hiddenFiles: [
      config.credential,
      config.http_credentials,
      config.jwt_secret_key,
      config.fetcher_cache_dir,
      config.docker_store_dir,
    ]
      .filter((path) => path !== undefined)
      .map((path) => resolve(path)),
  };
}

function createImageStore(
  runtimeDir: string,
  { config, clock, log }: ContainerizerOptions,
): ImageStore | undefined {
  if (!config.image_providers.split(',').includes('docker')) return undefined;
  const store = new ImageStore({
    rules: {
      directory: resolve(config.docker_store_dir ?? join(config.work_dir, 'store', 'docker')),
      registry: config.docker_registry,
      logins: config.docker_config,
      maxBytes: config.docker_store_size,
      maxImageBytes: config.fetcher_max_size,
      stallTimeoutMs: config.fetcher_stall_timeout,
    },
    clock,
    log,
    layersInUse: () => layersInUse(runtimeDir),
  });
  void store.collect();
  return store;
}

function createNetworks({ config, clock, log }: ContainerizerOptions): ContainerNetworks {
  const { network_cni_config_dir: path, network_cni_plugins_dir: plugins } = config;
  const directory =
    path === undefined || plugins === undefined
      ? undefined
      : new NetworkDirectory(
          resolve(path),
          plugins.split(':').map((one) => resolve(one)),
        );
  if (directory !== undefined) {
    const { networks, problems } = directory.read();
    if (problems.length > 0) log.error({ problems }, 'networks that cannot be joined');
    log.info({ networks: [...networks.keys()] }, 'networks that can be joined');
  }
  const stateDir = networksDir(config);
  const timeoutMs = config.network_cni_timeout;
  return new ContainerNetworks({ stateDir, directory, timeoutMs, clock, log });
}

function networksDir(config: AgentConfig): string {
  return join(resolve(config.work_dir), 'meta', 'networks');
}

function createDocker(
  runtimeDir: string,
  { config, clock, log, onExit }: ContainerizerOptions,
): Containerizer {
  const address = parseEngineAddress(config.docker_socket);
  if (address === undefined) {
    throw agentError('CONTAINERIZER_UNUSABLE', {
      message: `Cannot start containerizer 'docker': '${config.docker_socket}' is no address of an engine`,
    });
  }
  return new DockerContainerizer({
    runtimeDir,
    address,
    agent: `${hostname()}:${resolve(config.work_dir)}`,
    hardCpu: config.cgroups_enable_cfs,
    maxProcesses: config.oci_max_processes,
    stopTimeoutMs: config.docker_stop_timeout,
    removeDelayMs: config.docker_remove_delay,
    killOrphans: config.docker_kill_orphans,
    pullStallMs: config.fetcher_stall_timeout,
    logins: config.docker_config,
    clock,
    log,
    onExit,
  });
}
