/** The directory an OCI runtime starts a container from: description, mount points, links to the layers of an image. */
import {
  chmodSync,
  constants,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerSize, ContainerSpec } from '../../core/effects.ts';
import { commandVariables, defaultPath } from '../../core/environment.ts';
import { agentError } from '../../errors.ts';
import type { LaunchRequest } from '../containerizer.ts';
import { type ContainerImage, imageCommand } from '../images/container-image.ts';
import type { JoinedNetwork } from '../networks/container-networks.ts';
import { windowOf } from '../session/session.ts';
import type { UserIds } from '../users.ts';
import { isUnified } from './cgroup-files.ts';
import { hostFilesystems } from './host-filesystems.ts';
import { type AllowedVolume, type VolumeMount, volumeMounts } from './host-volumes.ts';
import { type Limits, ociConfig } from './oci-config.ts';

/** Where programs of the machine are inside a container made from an image. */
const initInImage = '/run/stoke-init';

/** Short names, because the kernel takes one page of mount options at most. */
export const layerLinks = 'l';

/** Directories of sandboxes that the container has as volumes; beside each stands where it comes from. */
const heldVolumes = 'v';

export interface BundleRules {
  readonly workDir: string;
  readonly init: string;
  readonly hardCpu: boolean;
  readonly maxProcesses: number;
  readonly root: 'overlay' | 'readonly';
  readonly tmp: 'private' | 'shared';
  readonly hiddenFiles: readonly string[];
  readonly allowedVolumes: readonly AllowedVolume[];
  /** Where the sandbox is in containers with an image. */
  readonly sandboxInImage: string;
}

export interface BundleRequest extends LaunchRequest {
  readonly bundle: string;
  readonly cgroup: string;
  readonly rules: BundleRules;
  /** Undefined: the machine's own files are the root. */
  readonly image: ContainerImage | undefined;
  /** Undefined: the machine's. */
  readonly network: JoinedNetwork | undefined;
}

/** Makes the bundle: description, mount points, and the layers of the root. */
export async function makeBundle(request: BundleRequest): Promise<void> {
  const { bundle, spec, owner, rules, image, network } = request;
  for (const name of ['root', 'upper', 'work', 'tmp', 'state', layerLinks]) {
    mkdirSync(join(bundle, name), { recursive: true });
  }
  chmodSync(join(bundle, 'upper'), 0o755);
  chmodSync(join(bundle, 'tmp'), 0o1777);
  for (const [index, layer] of (image?.layers ?? []).entries()) {
    symlinkSync(layer, join(bundle, layerLinks, String(index)));
  }
  const user = owner ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  for (const name of ['stdout', 'stderr']) await makeLog(join(spec.directory, name), user);
  const config = ociConfig({
    owner: user,
    sandboxSource: spec.directory,
    hiddenFiles: rules.hiddenFiles,
    temporary: rules.tmp === 'shared' ? '/tmp' : join(bundle, 'tmp'),
    volumes: [...persistentVolumes(request), ...(await askedVolumes(request))],
    hostname: network?.hostname ?? spec.container?.hostname,
    networkNamespace: network?.namespace,
    networkFiles: networkFiles(request),
    cgroup: request.cgroup,
    limits: limitsOf(spec, rules),
    devices: request.devices ?? [],
    window: windowOf(spec.container),
    // Version 1 shows a container its own group only; version 2 shows all without this.
    moreNamespaces: isUnified() ? ['cgroup'] : [],
    ...(image === undefined ? hostRoot(request) : imageRoot(request, image)),
  });
  await writeFile(join(bundle, 'config.json'), JSON.stringify(config));
}

/** Directories of layers that the containers below a directory use. */
export function layersInUse(runtimeDir: string): readonly string[] {
  return globSync(join(runtimeDir, '*', layerLinks, '*')).map((link) => readlinkSync(link));
}

/** The file of a bundle that says whose network the container is in. */
export function networkOf(bundle: string): string {
  return join(bundle, 'network');
}

/** What was fetched may have put a link there, which is not followed with the agent's rights. */
async function makeLog(path: string, owner: UserIds): Promise<void> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  const file = await open(path, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o644);
  try {
    await file.chown(owner.uid, owner.gid);
  } finally {
    await file.close();
  }
}

/** At the same path inside as outside: the sandbox has links to them. */
function persistentVolumes({ spec }: BundleRequest): readonly VolumeMount[] {
  return spec.volumes.map(({ path }) => ({ source: path, destination: path, readonly: false }));
}

/** Those of sandboxes are mounted to directories of the bundle first, see run-bundle.sh. */
async function askedVolumes({
  bundle,
  spec,
  rules,
  image,
}: BundleRequest): Promise<readonly VolumeMount[]> {
  const mounts = volumeMounts(spec.container?.volumes ?? [], {
    allowed: rules.allowedVolumes,
    sandbox: image === undefined ? spec.directory : rules.sandboxInImage,
    place: spec,
  });
  if (typeof mounts === 'string') {
    throw agentError('LAUNCH_FAILED', { message: `Cannot mount a volume: ${mounts}` });
  }
  const held: VolumeMount[] = [];
  for (const [index, { source, ...mount }] of mounts.entries()) {
    const path = typeof source === 'string' ? source : join(bundle, heldVolumes, String(index));
    held.push({ ...mount, source: path });
    if (typeof source === 'string') continue;
    await mkdir(path, { recursive: true });
    await writeFile(`${path}.from`, `${source.root}\n${source.path}\n`);
  }
  return held;
}

type RootPart = Pick<
  Parameters<typeof ociConfig>[0],
  'args' | 'init' | 'environment' | 'sandbox' | 'workingDirectory' | 'readonlyRoot' | 'root'
>;

/** The machine's files, with the agent's directory covered. */
function hostRoot({ spec, rules, network }: BundleRequest): RootPart {
  const filesystems = hostFilesystems(readFileSync('/proc/self/mountinfo', 'utf8'));
  return {
    args: imageCommand(spec.command, undefined),
    init: rules.init,
    environment: networkEnvironment(spec, network),
    sandbox: spec.directory,
    workingDirectory: spec.directory,
    readonlyRoot: false,
    root: { kind: 'host', workDir: rules.workDir, filesystems },
  };
}

/** Names are those of the network, which is the machine's unless it has another. */
function networkFiles({ network, image, rules }: BundleRequest): ReadonlyMap<string, string> {
  const ofMachine = (image === undefined ? [] : ['/etc/hosts', '/etc/resolv.conf'])
    .filter((path) => existsSync(path))
    .map((path) => [path, path] as const);
  if (network === undefined) return new Map(ofMachine);
  // Where nothing can be written, there has to be a file to mount another on.
  const isFixed = image === undefined && rules.root === 'readonly';
  return new Map([...network.files].filter(([path]) => !isFixed || existsSync(path)));
}

/** The agent's own address is not that of the container, and not one to listen on; what the task says itself stays. */
function networkEnvironment(
  { command, environment }: ContainerSpec,
  network: JoinedNetwork | undefined,
): Readonly<Record<string, string>> {
  const [address] = (network?.infos ?? []).flatMap(({ ip_addresses }) => ip_addresses ?? []);
  if (network === undefined) return environment;
  return {
    ...environment,
    LIBPROCESS_IP: '0.0.0.0',
    ...(address?.ip_address === undefined ? {} : { MESOS_CONTAINER_IP: address.ip_address }),
    ...commandVariables(command),
  };
}

function imageRoot({ spec, rules, network }: BundleRequest, image: ContainerImage): RootPart {
  const { environment, workingDirectory } = image.settings;
  const sandbox = rules.sandboxInImage;
  const { PATH: path, ...asked } = networkEnvironment(spec, network);
  return {
    args: imageCommand(spec.command, image),
    init: initInImage,
    environment: {
      PATH: defaultPath,
      ...environment,
      ...asked,
      ...(path === undefined || path === defaultPath ? {} : { PATH: path }),
      MESOS_SANDBOX: sandbox,
    },
    sandbox,
    workingDirectory: workingDirectory ?? sandbox,
    readonlyRoot: rules.root === 'readonly',
    root: { kind: 'image', init: rules.init },
  };
}

export function limitsOf(
  { resources, limits }: ContainerSize,
  rules: Pick<BundleRules, 'hardCpu' | 'maxProcesses'>,
): Limits {
  const sum = (name: string): number =>
    resources
      .filter((resource) => resource.name === name)
      .reduce((total, resource) => total + (resource.scalar?.value ?? 0), 0);
  const [cpus, memoryMb] = [sum('cpus'), sum('mem')];
  return {
    cpus,
    memoryMb,
    mostCpus: limits?.cpus ?? (rules.hardCpu ? cpus : Number.POSITIVE_INFINITY),
    mostMemoryMb: limits?.memoryMb ?? memoryMb,
    processes: rules.maxProcesses,
  };
}
