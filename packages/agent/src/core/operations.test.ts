/** Stories of offer operations on an agent: done, on disk, reported, and still there after a crash. */
import type {
  LinkAgentMessage,
  Offer_Operation,
  Resource,
  Resource_DiskInfo_Source,
} from '@stoke/protocol';
import { resourceSummary } from '@stoke/resources';
import { beforeEach, expect, test } from 'vitest';
import { commandTask, frameworkInfo, ScriptedAgent } from './scripted-agent.ts';
import { totalResources } from './volumes.ts';

const top = { type: 'DYNAMIC', role: 'web' } as const;
const DISK: Resource = {
  name: 'disk',
  type: 'SCALAR',
  scalar: { value: 64 },
  reservations: [top],
  allocation_info: { role: 'web' },
};
const VOLUME: Resource = {
  ...DISK,
  disk: { persistence: { id: 'v1' }, volume: { container_path: 'data', mode: 'RW' } },
};
const PATH = '/w/volumes/roles/web/v1';
const RESERVE: Offer_Operation = { type: 'RESERVE', reserve: { resources: [DISK] } };
const CREATE: Offer_Operation = { type: 'CREATE', create: { volumes: [VOLUME] } };
const DESTROY: Offer_Operation = { type: 'DESTROY', destroy: { volumes: [VOLUME] } };

let agent: ScriptedAgent;
let uuids = 0;
beforeEach(() => {
  agent = ScriptedAgent.registered();
  configure();
});

function configure(): void {
  const resources: Resource[] = [
    { name: 'cpus', type: 'SCALAR', scalar: { value: 4 } },
    { name: 'disk', type: 'SCALAR', scalar: { value: 1000 } },
  ];
  agent.state.info = { ...agent.state.info, resources };
}

function apply(operation: Offer_Operation, id?: string): readonly { readonly type: string }[] {
  uuids += 1;
  return agent.event({
    type: 'link-message',
    message: {
      type: 'APPLY_OPERATION',
      apply_operation: {
        framework_id: { value: 'f1' },
        operation: id === undefined ? operation : { ...operation, id: { value: id } },
        operation_uuid: { value: new Uint8Array(16).fill(uuids) },
      },
    },
  });
}

function statuses(): NonNullable<LinkAgentMessage['operation_status']>[] {
  return agent.sent.flatMap((message) => message.operation_status ?? []);
}

function acknowledgeLast(): void {
  const last = statuses().at(-1);
  if (last?.status.uuid === undefined) throw new Error('nothing to acknowledge');
  agent.master({
    type: 'ACKNOWLEDGE_OPERATION',
    acknowledge_operation: {
      operation_uuid: last.operation_uuid,
      status_uuid: last.status.uuid,
    },
  });
}

test('applyOperation stores the resources before it reports the end', () => {
  const effects = apply(RESERVE, 'op-1').map(({ type }) => type);
  expect(effects.indexOf('store')).toBeLessThan(effects.indexOf('send-master'));
  expect(effects).toContain('store');
  expect(statuses()[0]?.status).toMatchObject({
    operation_id: { value: 'op-1' },
    state: 'OPERATION_FINISHED',
    agent_id: { value: 'm-S0' },
  });
});

test('applyOperation without an id reports once, with nothing to acknowledge', () => {
  apply(RESERVE);
  expect(statuses()).toHaveLength(1);
  expect(statuses()[0]?.status.uuid).toBeUndefined();
  agent.advance(3_600_000);
  expect(statuses()).toHaveLength(1);
});

test('applyOperation keeps reservations and volumes over a crash and reports them', () => {
  apply(RESERVE);
  apply(CREATE);
  agent.restart({});
  configure();
  agent.event({ type: 'link-up' });
  const report = agent.sent.find((message) => message.type === 'REREGISTER')?.reregister;
  const { allocation_info: _none, ...volume } = VOLUME;
  expect(report?.checkpointed_resources).toEqual([volume]);
  expect(resourceSummary(totalResources(agent.state))).toMatchObject({ disk: 1000, cpus: 4 });
});

test('an unacknowledged status is sent again, later and later, over links and crashes', () => {
  apply(RESERVE, 'op-1');
  agent.advance(10_000);
  expect(statuses()).toHaveLength(2);
  agent.advance(19_999);
  expect(statuses()).toHaveLength(2);
  agent.advance(1);
  expect(statuses()).toHaveLength(3);
  const { uuid } = statuses()[0]?.status ?? {};
  agent.restart({});
  configure();
  agent.reregister();
  expect(statuses()).toHaveLength(1);
  expect(statuses()[0]?.status.uuid).toEqual(uuid);
  acknowledgeLast();
  agent.advance(3_600_000);
  expect(statuses()).toHaveLength(1);
  agent.restart({});
  agent.reregister();
  expect(statuses()).toEqual([]);
});

test('CREATE makes a directory and DESTROY removes it, even when a crash comes between', () => {
  apply(RESERVE);
  expect(apply(CREATE)).toContainEqual({ type: 'make-volumes', paths: [PATH] });
  expect(apply(DESTROY)).toContainEqual({ type: 'drop-volumes', paths: [PATH] });
  agent.restart({});
  expect(agent.lastEffects).toContainEqual({ type: 'drop-volumes', paths: [PATH] });
});

test('a volume made again after it was destroyed survives the next start', () => {
  apply(RESERVE);
  apply(CREATE);
  apply(DESTROY);
  apply(CREATE);
  agent.restart({});
  expect(agent.lastEffects).not.toContainEqual({ type: 'drop-volumes', paths: [PATH] });
  expect(agent.lastEffects).toContainEqual({ type: 'make-volumes', paths: [PATH] });
});

test('an operation on resources that are not here fails and makes the master ask again', () => {
  const effects = apply(CREATE, 'op-1');
  expect(statuses()[0]?.status.state).toBe('OPERATION_ERROR');
  expect(effects.at(-1)?.type).toBe('drop-link');
});

test('a volume whose id leads out of its directory is refused', () => {
  apply(RESERVE);
  const disk = { ...VOLUME.disk, persistence: { id: '../../x' } };
  apply({ type: 'CREATE', create: { volumes: [{ ...VOLUME, disk }] } }, 'op-1');
  expect(statuses().at(-1)?.status.state).toBe('OPERATION_ERROR');
});

test('a task on a volume gets it linked, and one on an unknown volume is dropped', () => {
  agent.runTask(frameworkInfo(), commandTask('t1', { resources: [VOLUME] }));
  expect(agent.takeUpdates()[0]).toMatchObject({
    state: 'TASK_DROPPED',
    reason: 'REASON_INVALID_OFFERS',
  });
  apply(RESERVE);
  apply(CREATE);
  agent.runTask(frameworkInfo(), commandTask('t2', { resources: [VOLUME] }));
  expect(agent.launches[0]?.volumes).toEqual([{ path: PATH, containerPath: 'data' }]);
});

/** A disk of its own, and the volume on it. */
function diskOf(source: Resource_DiskInfo_Source): readonly [Resource, Resource] {
  const { reservations: _none, allocation_info: _role, ...configured } = DISK;
  return [
    { ...configured, disk: { source } },
    { ...VOLUME, disk: { ...VOLUME.disk, source } },
  ];
}

function createOn(source: Resource_DiskInfo_Source, size = 64): void {
  const [configured, whole] = diskOf(source);
  agent.state.info = { ...agent.state.info, resources: [configured] };
  const volume = { ...whole, scalar: { value: size } };
  const { disk: _volume, ...bare } = volume;
  apply({ type: 'RESERVE', reserve: { resources: [{ ...bare, disk: { source } }] } });
  apply({ type: 'CREATE', create: { volumes: [volume] } });
}

test('a MOUNT disk is the directory of its volume, one on a PATH disk has its own below the root', () => {
  createOn({ type: 'MOUNT', mount: { root: '/mnt/one/' } });
  expect(agent.lastEffects).toContainEqual({ type: 'make-volumes', paths: ['/mnt/one'] });
  agent = ScriptedAgent.registered();
  createOn({ type: 'PATH', path: { root: '/data' } });
  const paths = ['/data/volumes/roles/web/v1'];
  expect(agent.lastEffects).toContainEqual({ type: 'make-volumes', paths });
});

test('a MOUNT disk is taken whole: no volume on a part of it', () => {
  createOn({ type: 'MOUNT', mount: { root: '/mnt/one' } }, 32);
  expect(agent.lastEffects.map(({ type }) => type)).not.toContain('make-volumes');
  expect(statuses().at(-1)?.status.state).toBe('OPERATION_ERROR');
});

test('what was planned with an older resource version is refused, as are all orders after a failure', () => {
  const version = agent.state.resourceVersion;
  const order = (operation: Offer_Operation, id: string): void => {
    agent.master({
      type: 'APPLY_OPERATION',
      apply_operation: {
        framework_id: { value: 'f1' },
        operation: { ...operation, id: { value: id } },
        operation_uuid: { value: new TextEncoder().encode(id.padEnd(16)) },
        resource_version_uuid: version,
      },
    });
  };
  const launch = (id: string): void => {
    agent.master({
      type: 'RUN_TASK',
      run_task: {
        framework_info: frameworkInfo(),
        task: commandTask(id),
        resource_version_uuid: version,
      },
    });
  };
  order(RESERVE, 'good');
  launch('before');
  order(DESTROY, 'bad');
  order(RESERVE, 'late');
  launch('after');
  expect(statuses().map(({ status }) => [status.operation_id?.value, status.state])).toEqual([
    ['good', 'OPERATION_FINISHED'],
    ['bad', 'OPERATION_ERROR'],
    ['late', 'OPERATION_DROPPED'],
  ]);
  const refused = agent.sent.flatMap(({ status_update }) => status_update?.status ?? []);
  expect(refused).toMatchObject([
    {
      task_id: { value: 'after' },
      state: 'TASK_DROPPED',
      reason: 'REASON_INVALID_OFFERS',
      message: 'Task assumes outdated resource state',
    },
  ]);
});
