/** Who may do what over HTTP: under lists that allow nothing, and under lists that allow some. */
import { basicAuthorization } from '@stoke/kit';
import { afterEach, describe, expect, test } from 'vitest';
import { credentialsFile, HttpDriver, type Injected } from '../test-kit/http-driver.ts';
import { frameworkInfo } from '../test-kit/samples.ts';
import { CALL_ACCESS } from './access.ts';

let driver: HttpDriver;
afterEach(async () => driver.close());

const p1 = { values: ['p1'] };
const any = { type: 'ANY' };
/** Frameworks may be there; nothing else is allowed. */
const registering = { register_frameworks: [{ principals: any, roles: any }] };

function restricted(acls: unknown): HttpDriver {
  driver = new HttpDriver({
    credentials: credentialsFile({ p1: 's1', p2: 's2' }),
    authenticate_http_frameworks: true,
    authenticate_http_readonly: true,
    authenticate_http_readwrite: true,
    ...(acls === undefined ? {} : { acls: JSON.stringify(acls) }),
  });
  return driver;
}

type Sent = { readonly method?: 'POST' | 'PUT' | 'DELETE'; readonly body?: string };

function as(principal: 'p1' | 'p2', url: string, sent: Sent = {}): Promise<Injected> {
  const secret = principal === 'p1' ? 's1' : 's2';
  const authorization = basicAuthorization({ principal, secret });
  const headers = { authorization, 'content-type': 'application/json' };
  return driver.inject({ url, headers, ...sent });
}

function call(principal: 'p1' | 'p2', body: unknown): Promise<Injected> {
  return as(principal, '/api/v1', { method: 'POST', body: JSON.stringify(body) });
}

/** Complete enough to be looked at. */
const BODIES: Readonly<Record<string, unknown>> = {
  TEARDOWN: { framework_id: { value: 'web-1' } },
  DRAIN_AGENT: { agent_id: { value: 'a' } },
  DEACTIVATE_AGENT: { agent_id: { value: 'a' } },
  REACTIVATE_AGENT: { agent_id: { value: 'a' } },
  MARK_AGENT_GONE: { agent_id: { value: 'a' } },
  LIST_FILES: { path: '/master/log' },
  READ_FILE: { path: '/master/log', offset: 0 },
  SET_LOGGING_LEVEL: { level: 1, duration: { nanoseconds: 1 } },
  UPDATE_MAINTENANCE_SCHEDULE: { schedule: {} },
  SET_QUOTA: { quota_request: { role: 'r' } },
  REMOVE_QUOTA: { role: 'r' },
  GROW_VOLUME: {
    volume: { name: 'disk', type: 'SCALAR' },
    addition: { name: 'disk', type: 'SCALAR' },
  },
  SHRINK_VOLUME: { volume: { name: 'disk', type: 'SCALAR' }, subtract: { value: 1 } },
  RESERVE_RESOURCES: { agent_id: { value: 'a' } },
  UNRESERVE_RESOURCES: { agent_id: { value: 'a' } },
  CREATE_VOLUMES: { agent_id: { value: 'a' } },
  DESTROY_VOLUMES: { agent_id: { value: 'a' } },
};

describe('CALL_ACCESS', () => {
  const guarded = Object.entries(CALL_ACCESS).filter(([, access]) => typeof access !== 'string');

  test.each(guarded.map(([type]) => type))('denies %s to whom no list allows it', async (type) => {
    restricted(registering).subscribe(frameworkInfo({ id: { value: 'web-1' } }), 'live', 'p1');
    const answer = await call('p1', { type, [type.toLowerCase()]: BODIES[type] ?? {} });
    expect(answer).toMatchObject({ status: 403 });
    expect(answer.body).toMatch(/^403 Forbidden\. Principal 'p1' may not [a-z_]+/);
  });

  test('judges a call by its type, whatever else it holds', async () => {
    restricted({ unreserve_resources: [{ principals: any, reserver_principals: any }] });
    const { status } = await call('p1', {
      type: 'RESERVE_RESOURCES',
      reserve_resources: BODIES.RESERVE_RESOURCES,
      unreserve_resources: BODIES.UNRESERVE_RESOURCES,
    });
    expect(status).toBe(403);
  });

  test('lets through what a list allows, role by role', async () => {
    restricted({ update_quotas: [{ principals: p1, roles: { values: ['a', 'a/%'] } }] });
    const update = (...roles: string[]) => ({
      type: 'UPDATE_QUOTA',
      update_quota: {
        force: true,
        quota_configs: roles.map((role) => ({ role, limits: { cpus: { value: 1 } } })),
      },
    });
    expect((await call('p1', update('a'))).status).toBe(200);
    expect((await call('p1', update('a/b'))).status).not.toBe(403);
    expect((await call('p1', update('a', 'b'))).status).toBe(403);
    expect((await call('p2', update('a'))).status).toBe(403);
    expect(await as('p1', '/quota')).toMatchObject({ status: 200, body: '{}' });
  });
});

describe('routes', () => {
  test('deny everything but what is open when no list allows anything', async () => {
    restricted(registering);
    const bodies: Readonly<Record<string, string>> = {
      '/weights': '[{"role":"r","weight":2}]',
      '/quota': '{"role":"r","guarantee":[]}',
      '/teardown': 'frameworkId=web-1',
      '/maintenance/schedule': '{}',
      '/machine/down': '[]',
      '/machine/up': '[]',
    };
    driver.subscribe(frameworkInfo({ id: { value: 'web-1' } }), 'live', 'p1');
    for (const { path, methods, access } of driver.master.routes) {
      if (access === 'open' || access === 'filtered' || path.startsWith('/api/v1')) continue;
      const method = methods?.find((name) => name !== 'GET') as Sent['method'];
      const body = bodies[path] ?? 'slaveId=a&resources=[]&volumes=[]';
      const answer = await as('p1', path, method === undefined ? {} : { method, body });
      expect([path, answer.status]).toEqual([path, 403]);
    }
  });

  test('show only what may be seen', async () => {
    const users = (name: string) => [{ principals: p1, users: { values: [name] } }];
    restricted({
      view_frameworks: [...users('alice'), ...users('bob')],
      view_tasks: users('alice'),
      view_roles: [{ principals: p1, roles: { values: ['web'] } }],
      register_frameworks: [{ principals: any, roles: any }],
    });
    driver.subscribe(frameworkInfo({ user: 'alice', id: { value: 'f-alice' } }), 's1');
    driver.subscribe(
      frameworkInfo({ user: 'carol', id: { value: 'f-carol' }, roles: ['db'] }),
      's2',
    );
    for (const path of ['/state', '/state-summary', '/frameworks']) {
      const { body } = await as('p1', path);
      expect([path, body.includes('f-alice'), body.includes('f-carol')]).toEqual([
        path,
        true,
        false,
      ]);
      expect((await as('p2', path)).body).not.toContain('f-alice');
    }
    const state = JSON.parse((await as('p1', '/state')).body) as Record<string, unknown>;
    expect([state.flags, state.cluster]).toEqual([undefined, undefined]);
    const roles = JSON.parse((await as('p1', '/roles')).body) as { roles: { name: string }[] };
    expect(roles.roles.map(({ name }) => name)).toEqual(['web']);
    const seen = await call('p1', { type: 'GET_STATE' });
    expect([seen.body.includes('f-alice'), seen.body.includes('f-carol')]).toEqual([true, false]);
    expect((await as('p1', '/stoke/why?framework=f-carol')).status).toBe(404);
    expect((await as('p1', '/stoke/why')).body).toMatch(/frameworks here: f-alice$/);
  });
});
