import type { Volume } from '@stoke/protocol';
import { expect, test } from 'vitest';
import { parseAllowedVolumes, volumeMounts } from './host-volumes.ts';

const rules = {
  allowed: parseAllowedVolumes('/data,/srv/fixed/:ro'),
  sandbox: '/mnt/sandbox',
  place: { directory: '/work/run' },
};

function mountsOf(...volumes: readonly Volume[]): unknown {
  return volumeMounts(volumes, rules);
}

test('volumeMounts takes allowed directories, at absolute places and in the sandbox', () => {
  const hostPath = { type: 'HOST_PATH' as const, host_path: { path: '/srv/fixed' } };
  expect(
    mountsOf(
      { mode: 'RW', container_path: 'in/sandbox', host_path: '/data/' },
      { mode: 'RO', container_path: '/fixed', source: hostPath },
    ),
  ).toEqual([
    { source: '/data', destination: '/mnt/sandbox/in/sandbox', readonly: false },
    { source: '/srv/fixed', destination: '/fixed', readonly: true },
  ]);
});

test('volumeMounts takes directories of the sandbox, and what the machine mounts later', () => {
  const source = { type: 'SELF' as const, path: 'out' };
  const mount_propagation = { mode: 'HOST_TO_CONTAINER' as const };
  const host = { type: 'HOST_PATH' as const, host_path: { path: '/data', mount_propagation } };
  expect(
    mountsOf(
      {
        mode: 'RO',
        container_path: 'in',
        source: { type: 'SANDBOX_PATH', sandbox_path: source },
      },
      { mode: 'RW', container_path: '/d', source: host },
    ),
  ).toEqual([
    {
      source: { root: '/work/run', path: 'out' },
      destination: '/mnt/sandbox/in',
      readonly: true,
    },
    { source: '/data', destination: '/d', readonly: false, follows: true },
  ]);
});

test('volumeMounts refuses mounts that leave the container, and sources it does not know', () => {
  const bidirectional = { path: '/data', mount_propagation: { mode: 'BIDIRECTIONAL' as const } };
  const source = { type: 'HOST_PATH' as const, host_path: bidirectional };
  expect(mountsOf({ mode: 'RW', container_path: '/d', source })).toMatch(/BIDIRECTIONAL/);
  for (const type of ['SECRET', 'DOCKER_VOLUME', 'CSI_VOLUME'] as const) {
    expect(mountsOf({ mode: 'RW', container_path: '/d', source: { type } })).toContain(type);
  }
});

test.each([
  ['/data/below', '/x', 'RO', /is not in --oci_host_volumes/],
  ['/data/../etc', '/x', 'RO', /is not in --oci_host_volumes/],
  ['/', '/x', 'RO', /is not in --oci_host_volumes/],
  ['relative', '/x', 'RO', /only directories of the machine/],
  ['/srv/fixed', '/x', 'RW', /is only to be read/],
  ['/data', '/proc/sys', 'RW', /is no place for a volume/],
  ['/data', '../x', 'RW', /is no place for a volume/],
  ['/data', '.', 'RW', /is no place for a volume/],
  ['/data', '/', 'RW', /is no place for a volume/],
] as const)('volumeMounts refuses %s at %s as %s', (host_path, container_path, mode, reason) => {
  expect(mountsOf({ mode, container_path, host_path })).toMatch(reason);
});
