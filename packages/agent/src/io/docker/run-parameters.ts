/**
 * `parameters` of a DockerInfo, which are options of `docker run`, as changes of the request that makes a container
 * (Docker Engine API, "Create a container"). Pure.
 */
import type { Parameter } from '@stoke/protocol';
import { agentError } from '../../errors.ts';

type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** The body of the request as far as it is written here; further fields are the caller's. */
export interface CreateBody {
  [name: string]: unknown;
  readonly HostConfig: Record<string, unknown>;
}

type Change = (body: CreateBody, value: string) => void;

const nanoCpus = 1e9;
const sizes: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
};

const inBody =
  (field: string, read: (value: string) => Json = String): Change =>
  (body, value) => {
    body[field] = read(value);
  };
const inHost =
  (field: string, read: (value: string) => Json = String): Change =>
  ({ HostConfig }, value) => {
    HostConfig[field] = read(value);
  };
const hostList =
  (field: string): Change =>
  ({ HostConfig }, value) => {
    HostConfig[field] = [...listOf(HostConfig[field]), value];
  };
const bodyList =
  (field: string): Change =>
  (body, value) => {
    body[field] = [...listOf(body[field]), value];
  };
/** `name=value` pairs. */
const hostMap =
  (field: string): Change =>
  ({ HostConfig }, value) => {
    HostConfig[field] = { ...mapOf(HostConfig[field]), ...pair(value) };
  };

/** What `docker run` can be told here. Options about its own terminal and exit make no sense for a task. */
const changes: Readonly<Record<string, Change>> = {
  'add-host': hostList('ExtraHosts'),
  'blkio-weight': inHost('BlkioWeight', readNumber),
  'cap-add': hostList('CapAdd'),
  'cap-drop': hostList('CapDrop'),
  'cgroup-parent': inHost('CgroupParent'),
  cgroupns: inHost('CgroupnsMode'),
  'cpu-period': inHost('CpuPeriod', readNumber),
  'cpu-quota': inHost('CpuQuota', readNumber),
  'cpu-shares': inHost('CpuShares', readNumber),
  cpus: setCpus,
  'cpuset-cpus': inHost('CpusetCpus'),
  'cpuset-mems': inHost('CpusetMems'),
  device: addDevice,
  'device-cgroup-rule': hostList('DeviceCgroupRules'),
  dns: hostList('Dns'),
  'dns-option': hostList('DnsOptions'),
  'dns-search': hostList('DnsSearch'),
  domainname: inBody('Domainname'),
  entrypoint: inBody('Entrypoint', (value) => (value === '' ? [] : [value])),
  env: bodyList('Env'),
  expose: addExposed,
  'group-add': hostList('GroupAdd'),
  hostname: inBody('Hostname'),
  init: inHost('Init', readBoolean),
  ipc: inHost('IpcMode'),
  label: addLabel,
  'log-driver': setLogDriver,
  'log-opt': addLogOption,
  'mac-address': inBody('MacAddress'),
  memory: inHost('Memory', readSize),
  'memory-reservation': inHost('MemoryReservation', readSize),
  'memory-swap': inHost('MemorySwap', readSize),
  'memory-swappiness': inHost('MemorySwappiness', readNumber),
  net: inHost('NetworkMode'),
  network: inHost('NetworkMode'),
  'oom-kill-disable': inHost('OomKillDisable', readBoolean),
  'oom-score-adj': inHost('OomScoreAdj', readNumber),
  pid: inHost('PidMode'),
  'pids-limit': inHost('PidsLimit', readNumber),
  privileged: inHost('Privileged', readBoolean),
  publish: publish,
  'publish-all': inHost('PublishAllPorts', readBoolean),
  'read-only': inHost('ReadonlyRootfs', readBoolean),
  runtime: inHost('Runtime'),
  'security-opt': hostList('SecurityOpt'),
  'shm-size': inHost('ShmSize', readSize),
  'stop-signal': inBody('StopSignal'),
  'storage-opt': hostMap('StorageOpt'),
  sysctl: hostMap('Sysctls'),
  tmpfs: addTmpfs,
  tty: inBody('Tty', readBoolean),
  ulimit: addUlimit,
  user: inBody('User'),
  userns: inHost('UsernsMode'),
  uts: inHost('UTSMode'),
  volume: hostList('Binds'),
  'volume-driver': inHost('VolumeDriver'),
  'volumes-from': hostList('VolumesFrom'),
  workdir: inBody('WorkingDir'),
};

/** Further names of the same options. */
const aliases: Readonly<Record<string, string>> = {
  c: 'cpu-shares',
  'dns-opt': 'dns-option',
  e: 'env',
  h: 'hostname',
  l: 'label',
  m: 'memory',
  p: 'publish',
  P: 'publish-all',
  t: 'tty',
  u: 'user',
  v: 'volume',
  w: 'workdir',
};

/**
 * Lays the parameters over the request, in their order.
 * @throws AppError `LAUNCH_FAILED` that names every parameter that is unknown or not understood
 */
export function applyParameters(body: CreateBody, parameters: readonly Parameter[]): void {
  const problems: string[] = [];
  for (const { key, value } of parameters) {
    const change = changes[aliases[key] ?? key];
    try {
      if (change === undefined) problems.push(`'${key}' is not supported`);
      else change(body, value);
    } catch (error) {
      problems.push(`'${key}=${value}' ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (problems.length === 0) return;
  throw agentError('LAUNCH_FAILED', {
    message: `Cannot use the Docker parameters of the task: ${problems.join('; ')}`,
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function pair(text: string): Record<string, string> {
  const at = text.indexOf('=');
  return at < 0 ? { [text]: '' } : { [text.slice(0, at)]: text.slice(at + 1) };
}

function readNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new Error('is not a number');
  return value;
}

function readBoolean(text: string): boolean {
  if (text === '' || text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new Error('is neither true nor false');
}

function readSize(text: string): number {
  const match = /^(-?\d+(?:\.\d+)?)([bkmg]?)b?$/i.exec(text.trim());
  if (match === null) throw new Error('is not a size such as 64m');
  return Math.floor(Number(match[1]) * (sizes[(match[2] ?? '').toLowerCase()] ?? 1));
}

/** Shares and quota would contradict it. */
function setCpus({ HostConfig }: CreateBody, value: string): void {
  HostConfig.NanoCpus = Math.round(readNumber(value) * nanoCpus);
  delete HostConfig.CpuPeriod;
  delete HostConfig.CpuQuota;
}

function addDevice({ HostConfig }: CreateBody, value: string): void {
  const [outside = '', inside = outside, permissions = 'rwm'] = value.split(':');
  const device = {
    PathOnHost: outside,
    PathInContainer: inside,
    CgroupPermissions: permissions,
  };
  HostConfig.Devices = [...listOf(HostConfig.Devices), device];
}

function withProtocol(port: string): string {
  return port.includes('/') ? port : `${port}/tcp`;
}

function addExposed(body: CreateBody, value: string): void {
  body.ExposedPorts = { ...mapOf(body.ExposedPorts), [withProtocol(value)]: {} };
}

/** `[[ip:]host port:]container port[/protocol]`. */
function publish(body: CreateBody, value: string): void {
  const parts = value.split(':');
  const inside = withProtocol(parts.pop() ?? '');
  const HostPort = parts.pop() ?? '';
  if (!/^\d+\/\w+$/.test(inside) || !/^\d*$/.test(HostPort)) throw new Error('is not a port');
  const binding = { HostIp: parts.join(':'), HostPort };
  const bindings = mapOf(body.HostConfig.PortBindings);
  addExposed(body, inside);
  body.HostConfig.PortBindings = { ...bindings, [inside]: [...listOf(bindings[inside]), binding] };
}

/** Those by which an agent knows its own containers stay. */
function addLabel(body: CreateBody, value: string): void {
  body.Labels = { ...pair(value), ...mapOf(body.Labels) };
}

function setLogDriver({ HostConfig }: CreateBody, value: string): void {
  HostConfig.LogConfig = { ...mapOf(HostConfig.LogConfig), Type: value };
}

function addLogOption({ HostConfig }: CreateBody, value: string): void {
  const { Config, ...rest } = mapOf(HostConfig.LogConfig);
  HostConfig.LogConfig = { ...rest, Config: { ...mapOf(Config), ...pair(value) } };
}

function addTmpfs({ HostConfig }: CreateBody, value: string): void {
  const [path = '', ...options] = value.split(':');
  HostConfig.Tmpfs = { ...mapOf(HostConfig.Tmpfs), [path]: options.join(':') };
}

/** `name=soft[:hard]`. */
function addUlimit({ HostConfig }: CreateBody, value: string): void {
  const match = /^(\w+)=(-?\d+)(?::(-?\d+))?$/.exec(value);
  if (match === null) throw new Error('is not a limit such as nofile=1024:2048');
  const [, Name, soft, hard = soft] = match;
  const limit = { Name, Soft: Number(soft), Hard: Number(hard) };
  HostConfig.Ulimits = [...listOf(HostConfig.Ulimits), limit];
}
