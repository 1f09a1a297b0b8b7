/** What access control lists keep frameworks and subscribers of the operator API from. */
import { createAuthorizer, parseAcls } from '@stoke/kit';
import type { Offer_Operation } from '@stoke/protocol';
import { describe, expect, test } from 'vitest';
import { CoreDriver } from '../test-kit/core-driver.ts';
import { commandTask, frameworkInfo, reserve, scalar } from '../test-kit/samples.ts';
import { operationNeeds } from './permissions.ts';
import { viewerFor } from './viewer.ts';

const any = { type: 'ANY' };
const none = { type: 'NONE' };

function authorizerOf(json: unknown) {
  const parsed = parseAcls(json);
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  return createAuthorizer(parsed.acls, { permissiveByDefault: false });
}

function restricted(json: unknown): CoreDriver {
  const driver = new CoreDriver();
  Object.assign(driver.state, { authorizer: authorizerOf(json) });
  return driver;
}

test('SUBSCRIBE is refused in roles that no list allows', () => {
  const driver = restricted({
    register_frameworks: [{ principals: any, roles: { values: ['a'] } }],
  });
  const framework = driver.subscribe(frameworkInfo({ roles: ['a', 'b'] }));
  expect(framework.all('ERROR')).toMatchObject([
    { error: { message: 'Not authorized to register framework  with roles { a, b }' } },
  ]);
  expect(driver.state.frameworks.size).toBe(0);
});

test('LAUNCH refuses tasks of users that no list allows, and launches the others', () => {
  const driver = restricted({
    permissive: true,
    run_tasks: [
      { principals: any, users: { values: ['root'] } },
      { principals: any, users: none },
    ],
  });
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  const stranger = commandTask('t1', agent.id);
  framework.launch(framework.nextOffer(), [
    { ...stranger, command: { ...stranger.command, user: 'nobody' } },
    commandTask('t2', agent.id),
  ]);
  const status = framework.statuses().find(({ task_id }) => task_id.value === 't1');
  expect([status?.state, status?.reason]).toEqual(['TASK_ERROR', 'REASON_TASK_UNAUTHORIZED']);
  expect(status?.message).toContain('no authorized to launch task t1');
  expect(driver.state.frameworks.get(framework.id)?.tasks.has('t2')).toBe(true);
});

describe('operationNeeds', () => {
  const resource = { ...scalar('cpus', 1) };
  const reserved = {
    ...resource,
    reservations: [
      { type: 'DYNAMIC', role: 'a', principal: 'pa' },
      { type: 'DYNAMIC', role: 'a/b', principal: 'pb' },
    ],
  } as const;
  const wire = { ...reserved, reservations: [...reserved.reservations] };
  const volume = { ...wire, disk: { persistence: { id: 'v', principal: 'pv' } } };
  const old = { ...resource, role: 'a', reservation: { principal: 'po' } };

  const table: readonly (readonly [Offer_Operation, readonly unknown[]])[] = [
    [
      { type: 'RESERVE', reserve: { resources: [wire, old] } },
      ['reserve_resources a/b', 'reserve_resources a'],
    ],
    [
      { type: 'RESERVE', reserve: { source: [wire], resources: [old] } },
      ['unreserve_resources pb', 'reserve_resources a'],
    ],
    [
      { type: 'UNRESERVE', unreserve: { resources: [wire, old] } },
      ['unreserve_resources pb', 'unreserve_resources po'],
    ],
    [{ type: 'CREATE', create: { volumes: [volume] } }, ['create_volumes a/b']],
    [{ type: 'DESTROY', destroy: { volumes: [volume] } }, ['destroy_volumes pv']],
    [{ type: 'GROW_VOLUME', grow_volume: { volume, addition: resource } }, ['resize_volumes a/b']],
    [
      { type: 'SHRINK_VOLUME', shrink_volume: { volume, subtract: { value: 1 } } },
      ['resize_volumes a/b'],
    ],
    [
      { type: 'CREATE_DISK', create_disk: { source: wire, target_type: 'BLOCK' } },
      ['create_block_disks a/b'],
    ],
    [{ type: 'DESTROY_DISK', destroy_disk: { source: wire } }, ['destroy_raw_disks a/b']],
    [{ type: 'RESERVE', reserve: {} }, ['reserve_resources any']],
  ];

  test.each(table)('of %j', (operation, expected) => {
    const needs = operationNeeds(operation).map(
      ({ action, object }) => `${action} ${object ?? 'any'}`,
    );
    expect(needs).toEqual(expected);
  });
});

test('RESERVE of a framework is dropped in roles that no list allows', () => {
  const driver = restricted({
    permissive: true,
    reserve_resources: [{ principals: any, roles: none }],
  });
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  const reservations = [{ type: 'DYNAMIC' as const, role: 'web' }];
  framework.accept(framework.nextOffer(), [reserve({ ...scalar('cpus', 1), reservations })]);
  expect(driver.state.agents.get(agent.id)?.operations.size).toBe(0);
  const log = driver.logs.find(({ message }) => message === 'operation dropped');
  expect(log?.fields.reason).toContain("may not reserve_resources on 'web'");
});

test('subscribers hear only of what they may see', () => {
  const authorizer = authorizerOf({
    permissive: true,
    view_frameworks: [
      { principals: { values: ['guest'] }, users: { values: ['alice'] } },
      { principals: { values: ['guest'] }, users: none },
    ],
    view_tasks: [{ principals: { values: ['guest'] }, users: none }],
  });
  const driver = new CoreDriver();
  for (const principal of ['ops', 'guest']) {
    driver.dispatch({
      type: 'SUBSCRIBE_OPERATOR',
      stream: principal,
      viewer: viewerFor(authorizer, principal),
    });
  }
  const agent = driver.registerAgent();
  const framework = driver.subscribe(frameworkInfo({ user: 'alice' }));
  framework.launch(framework.nextOffer(), [commandTask('t', agent.id)]);
  driver.subscribe(frameworkInfo({ user: 'carol' }));
  const heard = (stream: string): unknown[] =>
    driver.operatorEvents.flatMap((effect) =>
      effect.type === 'SEND_OPERATOR' && effect.stream === stream ? [effect.event.type] : [],
    );
  expect(
    heard('ops')
      .filter((type) => type !== 'HEARTBEAT')
      .slice(1),
  ).toEqual(['AGENT_ADDED', 'FRAMEWORK_ADDED', 'TASK_ADDED', 'FRAMEWORK_ADDED']);
  expect(
    heard('guest')
      .filter((type) => type !== 'HEARTBEAT')
      .slice(1),
  ).toEqual(['AGENT_ADDED', 'FRAMEWORK_ADDED']);
});
