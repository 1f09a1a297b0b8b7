import type { Volume } from '@stoke/protocol';
import { expect, test } from 'vitest';
import { parseAllowedVolumes, volumeMounts } from './host-volumes.ts';

const rules = { allowed: parseAllowedVolumes('/data,/srv/fixed/:ro'), sandbox: '/mnt/sandbox' };

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
