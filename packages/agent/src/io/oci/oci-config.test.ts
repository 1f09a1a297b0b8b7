import { expect, test } from 'vitest';
import { type OciContainer, ociConfig } from './oci-config.ts';

const container: OciContainer = {
  args: ['/bin/sh', '-c', 'true'],
  init: '/usr/bin/tini-static',
  environment: { PATH: '/bin', A: 'b=c' },
  owner: { uid: 7, gid: 8 },
  sandbox: '/var/lib/agent/slaves/s/runs/c',
  sandboxSource: '/var/lib/agent/slaves/s/runs/c',
  workingDirectory: '/var/lib/agent/slaves/s/runs/c',
  root: { kind: 'host', workDir: '/var/lib/agent', filesystems: ['/home', '/var'] },
  readonlyRoot: false,
  hiddenFiles: ['/etc/agent.secret'],
  temporary: '/var/lib/agent/meta/oci/c/tmp',
  volumes: [
    {
      source: '/var/lib/agent/volumes/roles/r/v',
      destination: '/var/lib/agent/volumes/roles/r/v',
      readonly: false,
    },
  ],
  hostname: undefined,
  networkNamespace: undefined,
  networkFiles: new Map(),
  cgroup: '/mesos/c',
  window: undefined,
  limits: { cpus: 0.5, mostCpus: 0.5, memoryMb: 96, mostMemoryMb: 128, processes: 64 },
  devices: [],
  moreNamespaces: [],
};

test('ociConfig shows the sandbox and volumes, and covers the rest of the work directory', () => {
  const config = ociConfig(container) as { mounts: { destination: string; type: string }[] };
  const order = config.mounts.map(({ destination }) => destination);
  expect(order.slice(-3)).toEqual([
    '/var/lib/agent',
    '/var/lib/agent/slaves/s/runs/c',
    '/var/lib/agent/volumes/roles/r/v',
  ]);
  expect(order.indexOf('/var')).toBeLessThan(order.indexOf('/var/lib/agent'));
  expect(config.mounts.find(({ destination }) => destination === '/var/lib/agent')?.type).toBe(
    'tmpfs',
  );
  expect(config).toMatchObject({
    process: {
      args: ['/usr/bin/tini-static', '--', '/bin/sh', '-c', 'true'],
      env: ['PATH=/bin', 'A=b=c'],
      user: { uid: 7, gid: 8 },
      noNewPrivileges: true,
    },
    linux: { maskedPaths: expect.arrayContaining(['/etc/agent.secret', '/proc/kcore']) },
  });
});

const endless = Number.POSITIVE_INFINITY;

test('ociConfig sets shares, memory and processes, and a quota only when asked', () => {
  const limitsOf = (limits: OciContainer['limits']): unknown =>
    (ociConfig({ ...container, limits }) as { linux: { resources: unknown } }).linux.resources;
  expect(limitsOf(container.limits)).toEqual({
    devices: [{ allow: false, access: 'rwm' }],
    cpu: { shares: 512, quota: 50_000, period: 100_000 },
    memory: { limit: 128 * 1024 ** 2, reservation: 96 * 1024 ** 2 },
    pids: { limit: 64 },
  });
  expect(
    limitsOf({ cpus: 0, mostCpus: endless, memoryMb: 1, mostMemoryMb: endless, processes: 2 }),
  ).toMatchObject({
    cpu: { shares: 2, quota: -1 },
    memory: { limit: -1, reservation: 32 * 1024 ** 2 },
  });
});

test('ociConfig makes the devices that the container is given, and lets it open those only', () => {
  const devices = [{ name: 'nvidia1', path: '/dev/nvidia1', major: 195, minor: 1 }];
  expect(ociConfig({ ...container, devices })).toMatchObject({
    linux: {
      devices: [{ path: '/dev/nvidia1', type: 'c', major: 195, minor: 1, fileMode: 0o666 }],
      resources: {
        devices: [
          { allow: false, access: 'rwm' },
          { allow: true, type: 'c', major: 195, minor: 1, access: 'rw' },
        ],
      },
    },
  });
});

test('ociConfig keeps the name of the machine unless another is asked for', () => {
  expect(ociConfig(container)).not.toHaveProperty('hostname');
  expect(ociConfig({ ...container, hostname: 'db' })).toHaveProperty('hostname', 'db');
});
