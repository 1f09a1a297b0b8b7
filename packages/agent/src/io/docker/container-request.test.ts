import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerInfo, ContainerInfo_DockerInfo, Volume } from '@stoke/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ContainerSpec } from '../../core/effects.ts';
import { containerMounts } from './container-mounts.ts';
import { createRequest, insideEnvironment, limitsOf } from './container-request.ts';

let sandbox: string;
beforeEach(() => {
  sandbox = mkdtempSync(join(tmpdir(), 'stoke-mounts-'));
});
afterEach(() => rmSync(sandbox, { recursive: true }));

function spec(
  docker: Partial<ContainerInfo_DockerInfo>,
  more: Partial<ContainerSpec> & { readonly info?: Partial<ContainerInfo> } = {},
): ContainerSpec {
  const { info, ...rest } = more;
  return {
    kind: 'command',
    containerId: 'c',
    frameworkId: 'f',
    executorId: 't',
    directory: sandbox,
    user: 'root',
    command: { value: 'true' },
    environment: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', A: 'b' },
    container: { type: 'DOCKER', docker: { image: 'i', ...docker }, ...info },
    resources: [
      { name: 'cpus', type: 'SCALAR', scalar: { value: 0.5 } },
      { name: 'mem', type: 'SCALAR', scalar: { value: 96 } },
      { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 31000, end: 31001 }] } },
    ],
    volumes: [],
    ...rest,
  };
}

function request(from: ContainerSpec) {
  const facts = { mounts: containerMounts(from), agent: 'a', hardCpu: true, maxProcesses: 64 };
  return createRequest({ ...facts, spec: from });
}

test('createRequest limits the container and mounts its sandbox', () => {
  const body = request(spec({}));
  expect(body).toMatchObject({
    Image: 'i',
    Entrypoint: ['/bin/sh'],
    Cmd: ['-c', 'true'],
    Env: ['A=b', 'MESOS_SANDBOX=/mnt/mesos/sandbox', 'MESOS_CONTAINER_NAME=mesos-c'],
    HostConfig: {
      NetworkMode: 'host',
      CpuShares: 512,
      CpuQuota: 50_000,
      Memory: 96 * 1024 ** 2,
      MemorySwap: 96 * 1024 ** 2,
      PidsLimit: 64,
    },
  });
  expect(body.HostConfig.Mounts).toEqual([
    { Type: 'bind', Source: sandbox, Target: '/mnt/mesos/sandbox', ReadOnly: false },
  ]);
  expect(limitsOf([], false)).toEqual({ CpuShares: 2, Memory: 32 << 20, MemorySwap: 32 << 20 });
});

test('createRequest runs the image as it is, with words, or with a shell in its place', () => {
  const fields = (command: ContainerSpec['command']): unknown => {
    const { Entrypoint, Cmd } = request(spec({}, { command }));
    return { Entrypoint, Cmd };
  };
  expect(fields({ shell: false })).toEqual({});
  expect(fields({ shell: false, arguments: ['a'] })).toEqual({ Cmd: ['a'] });
  expect(fields({ shell: false, value: 'x', arguments: ['a'] })).toEqual({ Cmd: ['x', 'a'] });
  expect(() => fields({})).toThrow('Cannot launch a shell without a command');
});

test('createRequest publishes ports that the task has, on networks that have ports', () => {
  const port_mappings = [{ host_port: 31000, container_port: 80 }];
  expect(request(spec({ network: 'BRIDGE', port_mappings })).HostConfig).toMatchObject({
    NetworkMode: 'bridge',
    PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '31000' }] },
  });
  expect(() => request(spec({ port_mappings }))).toThrow('only bridge and user networks');
  const taken = [{ host_port: 22, container_port: 80 }];
  expect(() => request(spec({ network: 'BRIDGE', port_mappings: taken }))).toThrow(
    'port 22 is not',
  );
});

test('createRequest joins the one user network that is named', () => {
  const info = { network_infos: [{ name: 'blue' }] };
  const joined = request(spec({ network: 'USER' }, { info }));
  expect(joined.HostConfig.NetworkMode).toBe('blue');
  expect(() => request(spec({ network: 'USER' }))).toThrow('must name exactly one');
});

test('insideEnvironment keeps a path that the task itself sets', () => {
  const command = { value: 'true', environment: { variables: [{ name: 'PATH', value: '/bin' }] } };
  const own = spec(
    { network: 'BRIDGE' },
    { command, environment: { PATH: '/bin', LIBPROCESS_IP: 'x' } },
  );
  expect(insideEnvironment(own)).toEqual({
    PATH: '/bin',
    MESOS_SANDBOX: '/mnt/mesos/sandbox',
    MESOS_CONTAINER_NAME: 'mesos-c',
  });
});

test('createRequest gives the container its devices, whatever they are called on the machine', () => {
  const devices = [{ name: 'nvidia1', path: '/made/nvidia1', major: 195, minor: 1 }];
  const facts = { mounts: [], devices, agent: 'a', hardCpu: true, maxProcesses: 64 };
  expect(createRequest({ ...facts, spec: spec({}) }).HostConfig.Devices).toEqual([
    { PathOnHost: '/made/nvidia1', PathInContainer: '/dev/nvidia1', CgroupPermissions: 'rw' },
  ]);
});

test('containerMounts knows paths of the machine, of the sandbox, and volumes of Docker', () => {
  const volumes: Volume[] = [
    { mode: 'RO', container_path: '/data', host_path: '/srv' },
    { mode: 'RW', container_path: 'inside', host_path: 'kept' },
    { mode: 'RW', container_path: '/own' },
    {
      mode: 'RW',
      container_path: '/named',
      source: { type: 'DOCKER_VOLUME', docker_volume: { name: 'n' } },
    },
  ];
  const persistent = [{ path: '/volumes/v', containerPath: 'v' }];
  expect(containerMounts(spec({}, { info: { volumes }, volumes: persistent }))).toEqual([
    { Type: 'bind', Source: '/volumes/v', Target: '/volumes/v', ReadOnly: false },
    { Type: 'bind', Source: '/srv', Target: '/data', ReadOnly: true },
    {
      Type: 'bind',
      Source: join(sandbox, 'kept'),
      Target: '/mnt/mesos/sandbox/inside',
      ReadOnly: false,
    },
    { Type: 'volume', Target: '/own', ReadOnly: false },
    {
      Type: 'volume',
      Source: 'n',
      Target: '/named',
      ReadOnly: false,
      VolumeOptions: { DriverConfig: { Name: 'local', Options: {} } },
    },
  ]);
});

test('containerMounts lets nothing relative lead out of the sandbox', () => {
  symlinkSync('/etc', join(sandbox, 'link'));
  mkdirSync(join(sandbox, 'fine'));
  for (const [container_path, host_path] of [
    ['../../etc', '/srv'],
    ['x', '../other'],
    ['x', 'link'],
    ['x', 'link/stoke-e2e-made'],
  ] as const) {
    const volumes: Volume[] = [{ mode: 'RW', container_path, host_path }];
    expect(() => containerMounts(spec({}, { info: { volumes } }))).toThrow('out of the sandbox');
  }
});
