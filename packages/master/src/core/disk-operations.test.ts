import type { Resource } from '@stoke/protocol';
import { expect, test } from 'vitest';
import { CoreDriver } from '../test-kit/core-driver.ts';
import { createDiskProblem, destroyDiskProblem } from './disk-operations.ts';

type Source = NonNullable<NonNullable<Resource['disk']>['source']>;

function disk(source: Source, more: Partial<Resource> = {}): Resource {
  return {
    name: 'disk',
    type: 'SCALAR',
    scalar: { value: 64 },
    provider_id: { value: 'p' },
    disk: { source },
    ...more,
  };
}

test.each([
  ['not managed', disk({ type: 'RAW' }, { provider_id: undefined }), 'MOUNT', undefined],
  ['not a RAW', disk({ type: 'PATH' }), 'MOUNT', undefined],
  ['neither MOUNT or BLOCK', disk({ type: 'RAW' }), 'PATH', undefined],
  ['must be set when', disk({ type: 'RAW' }), 'MOUNT', undefined],
  ['must not be set when', disk({ type: 'RAW', profile: 'a' }), 'MOUNT', 'b'],
  ['is not registered', disk({ type: 'RAW', profile: 'a' }), 'BLOCK', undefined],
] as const)('createDiskProblem says: %s', (words, source, target_type, target_profile) => {
  const create_disk = { source, target_type, target_profile };
  expect(createDiskProblem({ type: 'CREATE_DISK', create_disk })).toContain(words);
});

test.each([
  ['not managed', disk({ type: 'MOUNT' }, { provider_id: undefined })],
  ['neither a MOUNT, BLOCK or RAW', disk({ type: 'RAW' })],
  [
    'destroy the persistent volume first',
    disk({ type: 'MOUNT' }, { disk: { source: { type: 'MOUNT' }, persistence: { id: 'v' } } }),
  ],
  ['is not registered', disk({ type: 'BLOCK' })],
] as const)('destroyDiskProblem says: %s', (words, source) => {
  expect(destroyDiskProblem({ type: 'DESTROY_DISK', destroy_disk: { source } })).toContain(words);
});

test('handleAccept answers CREATE_DISK with OPERATION_ERROR when it carries an id', () => {
  const driver = new CoreDriver();
  driver.registerAgent();
  const framework = driver.subscribe();
  const offer = framework.nextOffer();
  const create_disk = { source: disk({ type: 'RAW' }), target_type: 'MOUNT' } as const;
  framework.accept(offer, [{ type: 'CREATE_DISK', id: { value: 'make' }, create_disk }]);
  const [update] = framework.all('UPDATE_OPERATION_STATUS');
  expect(update?.update_operation_status?.status).toMatchObject({
    operation_id: { value: 'make' },
    state: 'OPERATION_ERROR',
  });
});

test('handleReconcileOperations tells of agents that are not back yet', () => {
  const info = { hostname: 'host', id: { value: 'a-1' } };
  const driver = new CoreDriver({}, { agents: [{ id: 'a-1', info }] });
  const framework = driver.subscribe();
  framework.call({
    type: 'RECONCILE_OPERATIONS',
    reconcile_operations: {
      operations: [{ operation_id: { value: 'o' }, agent_id: { value: 'a-1' } }],
    },
  });
  const [update] = framework.all('UPDATE_OPERATION_STATUS');
  expect(update?.update_operation_status?.status).toMatchObject({
    state: 'OPERATION_RECOVERING',
    agent_id: { value: 'a-1' },
  });
});
