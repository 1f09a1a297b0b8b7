/** Stories of offer operations: RESERVE, CREATE and their opposites, feedback, reconciliation, failures. */
import type { Offer, Offer_Operation, OperationStatus, Resource } from '@stoke/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import type { AgentClient } from '../test-kit/agent-client.ts';
import { CoreDriver } from '../test-kit/core-driver.ts';
import type { FrameworkClient } from '../test-kit/framework-client.ts';
import {
  agentInfo,
  commandTask,
  create,
  destroy,
  frameworkInfo,
  reserve,
  scalar,
  unreserve,
} from '../test-kit/samples.ts';

const INFO = agentInfo({
  resources: [scalar('cpus', 4), scalar('mem', 4096), scalar('disk', 1000)],
});
const top = { type: 'DYNAMIC', role: 'web' } as const;

function reserved(name: string, value: number): Resource {
  return { ...scalar(name, value), reservations: [top] };
}

function volume(id: string, value = 64): Resource {
  const disk = { persistence: { id }, volume: { container_path: 'data', mode: 'RW' } } as const;
  return { ...reserved('disk', value), disk };
}

function named(id: string, operation: Offer_Operation): Offer_Operation {
  return { ...operation, id: { value: id } };
}

/** Accepts the next offer with these. */
function operate(operations: readonly Offer_Operation[], refuseSeconds = 0): void {
  framework.accept(framework.nextOffer(), operations, refuseSeconds);
}

let driver: CoreDriver;
let agent: AgentClient;
let framework: FrameworkClient;
beforeEach(() => {
  driver = new CoreDriver();
  agent = driver.registerAgent(INFO);
  framework = driver.subscribe();
});

function statuses(): OperationStatus[] {
  return framework
    .all('UPDATE_OPERATION_STATUS')
    .flatMap((event) => event.update_operation_status?.status ?? []);
}

/** `name:amount` of everything reserved in an offer; volumes with their id. */
function reservedIn(offer: Offer): string[] {
  return (offer.resources ?? [])
    .filter((resource) => resource.reservations !== undefined)
    .map(({ name, scalar, disk }) => `${disk?.persistence?.id ?? name}:${scalar?.value}`)
    .sort();
}

/** The agent did what it was told last. */
function finish(nth = -1): void {
  const order = agent.all('APPLY_OPERATION').at(nth)?.apply_operation;
  if (order === undefined) throw new Error('no operation was sent');
  const { operation, operation_uuid, framework_id } = order;
  const uuid = operation.id === undefined ? {} : { uuid: { value: new Uint8Array(16).fill(9) } };
  agent.say({
    type: 'OPERATION_STATUS',
    operation_status: {
      ...(framework_id === undefined ? {} : { framework_id }),
      operation_uuid,
      status: {
        ...(operation.id === undefined ? {} : { operation_id: operation.id }),
        state: 'OPERATION_FINISHED',
        agent_id: { value: agent.id },
        ...uuid,
      },
    },
  });
}

describe('ACCEPT', () => {
  test('reserves, creates and launches on the result, from left to right', () => {
    const task = commandTask('t1', agent.id, { resources: [reserved('cpus', 1), volume('v1')] });
    operate([
      reserve(reserved('cpus', 2), reserved('disk', 64)),
      create(volume('v1')),
      { type: 'LAUNCH', launch: { task_infos: [task] } },
    ]);
    expect(agent.all('APPLY_OPERATION').map((it) => it.apply_operation?.operation.type)).toEqual([
      'RESERVE',
      'CREATE',
    ]);
    expect(agent.all('RUN_TASK')).toHaveLength(1);
    expect(reservedIn(framework.nextOffer())).toEqual(['cpus:1']);
  });

  test('offers again at once what operations changed, and hides what they left alone', () => {
    operate([reserve(reserved('cpus', 100))], 60);
    driver.advance(30_000);
    expect(framework.offers()).toEqual([]);
    driver.advance(31_000);
    operate([reserve(reserved('cpus', 1))], 60);
    expect(reservedIn(framework.nextOffer())).toEqual(['cpus:1']);
  });

  test('DESTROY and UNRESERVE give everything back', () => {
    const disk = reserved('disk', 64);
    operate([reserve(disk), create(volume('v1'))]);
    operate([destroy(volume('v1')), unreserve(disk)]);
    const offer = framework.nextOffer();
    expect(reservedIn(offer)).toEqual([]);
    expect(offer.resources?.find(({ name }) => name === 'disk')?.scalar?.value).toBe(1000);
  });

  test('grows and shrinks volumes, whose new form is not for the same ACCEPT', () => {
    const disk = reserved('disk', 128);
    operate([reserve(disk), create(volume('v1'))]);
    const grow: Offer_Operation = {
      type: 'GROW_VOLUME',
      grow_volume: { volume: volume('v1'), addition: reserved('disk', 64) },
    };
    operate([grow, named('late', destroy(volume('v1', 128)))]);
    expect(statuses().at(-1)?.state).toBe('OPERATION_ERROR');
    expect(reservedIn(framework.nextOffer())).toEqual(['v1:128']);
    const shrink: Offer_Operation = {
      type: 'SHRINK_VOLUME',
      shrink_volume: { volume: volume('v1', 128), subtract: { value: 28 } },
    };
    operate([shrink]);
    expect(reservedIn(framework.nextOffer())).toEqual(['disk:28', 'v1:100']);
  });

  test('understands the form of old frameworks', () => {
    driver = new CoreDriver();
    agent = driver.registerAgent(INFO);
    framework = driver.subscribe({ user: 'root', name: 'old', role: 'web', principal: 'p' });
    const cpus = { ...scalar('cpus', 1), role: 'web', reservation: { principal: 'p' } };
    operate([reserve(cpus)]);
    expect(framework.nextOffer().resources?.find(({ role }) => role === 'web')).toEqual(cpus);
  });

  test('refines a reservation out of an offer to the role below', () => {
    operate([reserve(reserved('cpus', 2))]);
    driver.advance(1000);
    framework.disconnect();
    const below = driver.subscribe(frameworkInfo({ roles: ['web/sub'] }));
    const refined = { ...reserved('cpus', 2), reservations: [top, { ...top, role: 'web/sub' }] };
    below.accept(below.nextOffer(), [reserve(refined)]);
    const stacks = below.nextOffer().resources?.flatMap(({ reservations }) => reservations ?? []);
    expect(stacks?.map(({ role }) => role)).toEqual(['web', 'web/sub']);
  });
});

describe('an invalid operation', () => {
  test.each<[string, Offer_Operation]>([
    ['of another role', reserve({ ...scalar('cpus', 1), reservations: [{ ...top, role: 'db' }] })],
    ['of too much', reserve(reserved('cpus', 100))],
    ['without resources', reserve()],
    [
      'that is static',
      reserve({ ...scalar('cpus', 1), reservations: [{ ...top, type: 'STATIC' }] }),
    ],
    ['of nothing', reserve(reserved('cpus', 0))],
    [
      'with a source',
      {
        type: 'RESERVE',
        reserve: { source: [scalar('cpus', 1)], resources: [reserved('cpus', 1)] },
      },
    ],
    ['on what is not reserved', create(volume('v1'))],
    ['on an unknown volume', destroy(volume('none'))],
    ['that unreserves nothing reserved', unreserve(scalar('cpus', 1))],
    ['of a resource provider', { type: 'CREATE_DISK' }],
  ])('%s is told when it has an id, and changes nothing', (_what, operation) => {
    operate([named('op', operation)]);
    expect(statuses()).toMatchObject([{ operation_id: { value: 'op' }, state: 'OPERATION_ERROR' }]);
    expect(agent.all('APPLY_OPERATION')).toEqual([]);
    expect(reservedIn(framework.nextOffer())).toEqual([]);
  });

  test('without an id is dropped with a log line and a metric', () => {
    operate([reserve(reserved('cpus', 100))]);
    expect(statuses()).toEqual([]);
    expect(driver.logs.some(({ message }) => message === 'operation dropped')).toBe(true);
    expect(driver.state.counters.get('operations/dropped')).toBe(1);
  });

  test('does not stop those after it', () => {
    const operations = [reserve(reserved('cpus', 100)), reserve(reserved('cpus', 1))];
    operate(operations);
    expect(reservedIn(framework.nextOffer())).toEqual(['cpus:1']);
  });

  test.each([
    ['a host path', { container_path: 'data', mode: 'RW', host_path: '/x' }],
    ['a read-only mode', { container_path: 'data', mode: 'RO' }],
  ] as const)('CREATE with %s is refused', (_what, mount) => {
    const disk = { persistence: { id: 'v1' }, volume: mount };
    const bad = { ...reserved('disk', 64), disk };
    const operations = [reserve(reserved('disk', 64)), named('op', create(bad))];
    operate(operations);
    expect(statuses()[0]?.state).toBe('OPERATION_ERROR');
  });

  test('CREATE of a second volume with the same id, or with an id that is a path, is refused', () => {
    const disk = reserved('disk', 200);
    operate([reserve(disk), create(volume('v1'))]);
    const operations = [
      named('again', create(volume('v1'))),
      named('path', create(volume('../v2'))),
    ];
    operate(operations);
    expect(statuses().map(({ state }) => state)).toEqual(['OPERATION_ERROR', 'OPERATION_ERROR']);
  });

  test('UNRESERVE of a volume, or DESTROY of one in use, is refused', () => {
    const operations = [reserve(reserved('disk', 64), reserved('cpus', 1)), create(volume('v1'))];
    operate(operations);
    const task = commandTask('t1', agent.id, { resources: [reserved('cpus', 1), volume('v1')] });
    operate([
      named('unreserve', unreserve(volume('v1'))),
      { type: 'LAUNCH', launch: { task_infos: [task] } },
      named('destroy', destroy(volume('v1'))),
    ]);
    expect(statuses().map(({ state }) => state)).toEqual(['OPERATION_ERROR', 'OPERATION_ERROR']);
    expect(agent.all('RUN_TASK')).toHaveLength(1);
  });
});

describe('operation feedback', () => {
  beforeEach(() => {
    operate([named('op-1', reserve(reserved('cpus', 1)))]);
  });

  function reconcile(agentId = agent.id): OperationStatus | undefined {
    framework.call({
      type: 'RECONCILE_OPERATIONS',
      reconcile_operations: {
        operations: [{ operation_id: { value: 'op-1' }, agent_id: { value: agentId } }],
      },
    });
    return statuses().at(-1);
  }

  function acknowledge(): void {
    const uuid = statuses().find((status) => status.uuid !== undefined)?.uuid?.value;
    if (uuid === undefined) throw new Error('no status to acknowledge');
    framework.call({
      type: 'ACKNOWLEDGE_OPERATION_STATUS',
      acknowledge_operation_status: {
        agent_id: { value: agent.id },
        uuid,
        operation_id: { value: 'op-1' },
      },
    });
  }

  test('goes to the framework, and its acknowledgement to the agent', () => {
    expect(statuses()).toEqual([]);
    expect(reconcile()?.state).toBe('OPERATION_PENDING');
    finish();
    expect(statuses().at(-1)).toMatchObject({
      operation_id: { value: 'op-1' },
      state: 'OPERATION_FINISHED',
      agent_id: { value: agent.id },
    });
    expect(reconcile()).toMatchObject({ state: 'OPERATION_FINISHED' });
    expect(reconcile()?.uuid).toBeUndefined();
    acknowledge();
    expect(agent.all('ACKNOWLEDGE_OPERATION')).toHaveLength(1);
    expect(reconcile()?.state).toBe('OPERATION_UNKNOWN');
  });

  test('tells of an operation that never reached its agent', () => {
    const { info, id } = agent;
    agent.disconnect();
    driver.reregisterAgent({ agent_info: { ...info, id: { value: id } }, version: '1.11.0' });
    expect(statuses().at(-1)?.state).toBe('OPERATION_DROPPED');
    expect(reservedIn(framework.nextOffer())).toEqual([]);
  });

  test('a new master learns reservations and unacknowledged operations from the agent', () => {
    const order = agent.all('APPLY_OPERATION')[0]?.apply_operation;
    if (order === undefined) throw new Error('no operation was sent');
    const frameworkId = framework.id;
    const { info, id } = agent;
    driver = new CoreDriver();
    agent = driver.reregisterAgent({
      agent_info: { ...info, id: { value: id } },
      version: '1.11.0',
      checkpointed_resources: [reserved('cpus', 1)],
      operations: [
        {
          framework_id: { value: frameworkId },
          info: order.operation,
          latest_status: {
            operation_id: { value: 'op-1' },
            state: 'OPERATION_FINISHED',
            uuid: { value: new Uint8Array(16).fill(3) },
          },
          uuid: order.operation_uuid,
        },
      ],
    });
    framework = driver.subscribe(frameworkInfo({ id: { value: frameworkId } }));
    expect(reservedIn(framework.nextOffer())).toEqual(['cpus:1']);
    expect(reconcile()?.state).toBe('OPERATION_FINISHED');
  });

  test('of a framework that is gone is acknowledged by the master', () => {
    framework.call({ type: 'TEARDOWN' });
    finish();
    expect(agent.all('ACKNOWLEDGE_OPERATION')).toHaveLength(1);
    expect(driver.state.agents.get(agent.id)?.operations.size).toBe(0);
  });

  test('an empty RECONCILE_OPERATIONS asks for all', () => {
    framework.call({ type: 'RECONCILE_OPERATIONS', reconcile_operations: {} });
    expect(statuses()).toMatchObject([{ operation_id: { value: 'op-1' } }]);
  });
});
