import type { Resource } from '@stoke/protocol';
import { expect, test } from 'vitest';
import { diskLimitation, diskQuotas } from './disk-quotas.ts';
import { type ExecutorKind, newExecutor } from './state.ts';

function executorWith(kind: ExecutorKind, resources: Resource[]) {
  return newExecutor({
    kind,
    frameworkId: 'f',
    id: 'e',
    info: { executor_id: { value: 'e' }, resources },
    containerId: 'c',
    directory: '/w/slaves/c',
    parent: undefined,
  });
}

const disk = (value: number): Resource => ({ name: 'disk', type: 'SCALAR', scalar: { value } });
const volume: Resource = {
  ...disk(64),
  reservations: [{ type: 'DYNAMIC', role: 'r' }],
  disk: { persistence: { id: 'v1' }, volume: { container_path: 'data', mode: 'RW' } },
};

test('diskQuotas() limits the sandbox and each volume', () => {
  expect(diskQuotas('/w', executorWith('custom', [disk(10), disk(0.5), volume]))).toEqual([
    { path: '/w/slaves/c', limitBytes: 10.5 * 1024 * 1024 },
    { path: '/w/volumes/roles/r/v1', limitBytes: 64 * 1024 * 1024 },
  ]);
});

test('diskQuotas() limits nothing that was given no disk', () => {
  expect(diskQuotas('/w', executorWith('command', []))).toEqual([]);
  expect(diskQuotas('/w', executorWith('default', [disk(10)]))).toEqual([]);
});

test('diskLimitation() says how much was used of how much', () => {
  const quota = { path: '/w/s', limitBytes: 1024 * 1024 };
  expect(diskLimitation(quota, 5 * 1024 * 1024)).toMatchObject({
    reason: 'REASON_CONTAINER_LIMITATION_DISK',
    message: "Disk usage (5MB) exceeds quota (1MB) of '/w/s'",
    limits: { resources: [{ name: 'disk', scalar: { value: 1 } }] },
  });
});
