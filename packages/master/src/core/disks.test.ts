/** Stories of agents with several disks: PATH disks are shared out, MOUNT disks are taken whole. */
import type { Offer_Operation, Resource, Resource_DiskInfo_Source } from '@stoke/protocol';
import { beforeEach, expect, test } from 'vitest';
import type { AgentClient } from '../test-kit/agent-client.ts';
import { CoreDriver } from '../test-kit/core-driver.ts';
import type { FrameworkClient } from '../test-kit/framework-client.ts';
import { agentInfo, scalar } from '../test-kit/samples.ts';

const PATH: Resource_DiskInfo_Source = { type: 'PATH', path: { root: '/data' } };
const MOUNT: Resource_DiskInfo_Source = { type: 'MOUNT', mount: { root: '/mnt/one' } };

function disk(source: Resource_DiskInfo_Source, size: number): Resource {
  return { ...scalar('disk', size), disk: { source } };
}

function reserved(source: Resource_DiskInfo_Source, size: number): Resource {
  return { ...disk(source, size), reservations: [{ type: 'DYNAMIC', role: 'web' }] };
}

function volume(source: Resource_DiskInfo_Source, size: number): Resource {
  return {
    ...reserved(source, size),
    disk: { source, persistence: { id: 'v' }, volume: { container_path: 'data', mode: 'RW' } },
  };
}

/** Reserves so much of the disk and makes a volume of so much. */
function use(source: Resource_DiskInfo_Source, size: number, part = size): Offer_Operation[] {
  return [
    { type: 'RESERVE', reserve: { resources: [reserved(source, size)] } },
    { type: 'CREATE', id: { value: 'c' }, create: { volumes: [volume(source, part)] } },
  ];
}

let driver: CoreDriver;
let agent: AgentClient;
let framework: FrameworkClient;
beforeEach(() => {
  driver = new CoreDriver();
  const resources = [scalar('cpus', 4), scalar('mem', 1024), disk(PATH, 500), disk(MOUNT, 200)];
  agent = driver.registerAgent(agentInfo({ resources }));
  framework = driver.subscribe();
});

function operate(operations: readonly Offer_Operation[]): void {
  framework.accept(framework.nextOffer(), operations);
}

function applied(): (string | undefined)[] {
  return agent.all('APPLY_OPERATION').map((message) => message.apply_operation?.operation.type);
}

test('an offer holds each disk with its source', () => {
  const sources = (framework.nextOffer().resources ?? []).flatMap(({ disk: info, scalar: size }) =>
    info?.source === undefined ? [] : [[info.source.type, size?.value]],
  );
  expect(sources).toEqual([
    ['PATH', 500],
    ['MOUNT', 200],
  ]);
});

test('CREATE takes a part of a PATH disk; the rest is offered again', () => {
  operate(use(PATH, 100));
  expect(applied()).toEqual(['RESERVE', 'CREATE']);
  const rest = (framework.nextOffer().resources ?? []).find(
    (one) => one.disk?.source?.type === 'PATH' && one.disk.persistence === undefined,
  );
  expect(rest?.scalar?.value).toBe(400);
});

test('CREATE takes a MOUNT disk as a whole', () => {
  operate(use(MOUNT, 200));
  expect(applied()).toEqual(['RESERVE', 'CREATE']);
});

test.each([
  ['reserved', 100, 100],
  ['made a volume of', 200, 100],
])('a part of a MOUNT disk cannot be %s', (_what, size, part) => {
  operate(use(MOUNT, size, part));
  expect(applied()).not.toContain('CREATE');
  const [status] = framework.all('UPDATE_OPERATION_STATUS');
  expect(status?.update_operation_status?.status.state).toBe('OPERATION_ERROR');
});

test('CREATE refuses a BLOCK disk: it has no directory', () => {
  operate(use({ type: 'BLOCK' }, 10));
  const [status] = framework.all('UPDATE_OPERATION_STATUS');
  expect(status?.update_operation_status?.status.message).toContain('CREATE_DISK');
});
