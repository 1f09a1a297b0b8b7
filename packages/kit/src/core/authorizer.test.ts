/** Access control lists: how they are read, and what they decide. */
import { describe, expect, test } from 'vitest';
import { parseAcls } from './acls.ts';
import { type Authorizer, createAuthorizer, PERMISSIVE_AUTHORIZER } from './authorizer.ts';

function authorizer(json: unknown, permissiveByDefault = false): Authorizer {
  const parsed = parseAcls(json);
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  return createAuthorizer(parsed.acls, { permissiveByDefault });
}

const p1 = { values: ['p1'] };
const any = { type: 'ANY' };
const none = { type: 'NONE' };

describe('parseAcls', () => {
  test('names what is wrong, each with its place', () => {
    const parsed = parseAcls({
      permissive: 'yes',
      register_framework: [],
      run_tasks: [{ principals: p1 }],
      update_quotas: [{ principals: { type: 'SOMEBODY' }, roles: any }],
      view_tasks: [{ principals: any, users: any, roles: any }],
    });
    expect(parsed.ok || parsed.problems).toEqual([
      'permissive: expected true or false',
      "'register_framework' is no action; did you mean 'register_frameworks'?",
      expect.stringMatching(/^run_tasks\.0\.users: /),
      expect.stringMatching(/^update_quotas\.0\.principals\.type: /),
      expect.stringMatching(/^view_tasks\.0: /),
    ]);
  });

  test.each([[[]], ['x'], [null], [1]])('refuses %j', (json) => {
    expect(parseAcls(json)).toMatchObject({ ok: false });
  });

  test('does not take names of Object for actions', () => {
    expect(parseAcls({ constructor: [], toString: [] })).toMatchObject({ ok: false });
  });
});

describe('createAuthorizer', () => {
  test('lets the first rule that fits decide', () => {
    const { allows } = authorizer({
      permissive: true,
      run_tasks: [
        { principals: p1, users: { values: ['alice', 'bob'] } },
        { principals: p1, users: none },
      ],
    });
    expect(allows('p1', 'run_tasks', 'bob')).toBe(true);
    expect(allows('p1', 'run_tasks', 'root')).toBe(false);
    expect(allows('p2', 'run_tasks', 'root')).toBe(true);
  });

  test('denies what no rule is about unless the lists are permissive', () => {
    const rules = { run_tasks: [{ principals: p1, users: any }] };
    expect(authorizer(rules).allows('p2', 'run_tasks', 'root')).toBe(false);
    expect(authorizer(rules).allows('p1', 'update_weights', 'r')).toBe(false);
    expect(authorizer(rules, true).allows('p1', 'update_weights', 'r')).toBe(true);
    expect(authorizer({ ...rules, permissive: false }, true).allows('p2', 'run_tasks')).toBe(false);
  });

  test('fits nobody in particular with ANY and NONE only', () => {
    const some = authorizer({ permissive: true, view_flags: [{ principals: p1, flags: none }] });
    expect(some.allows(undefined, 'view_flags')).toBe(true);
    const all = authorizer({ permissive: true, view_flags: [{ principals: none, flags: any }] });
    expect(all.allows(undefined, 'view_flags')).toBe(false);
    expect(all.allows('p1', 'view_flags')).toBe(false);
  });

  test('fits any object with ANY and NONE only', () => {
    const rules = [{ principals: p1, paths: { values: ['/metrics/snapshot'] } }];
    const { allows } = authorizer({ get_endpoints: rules });
    expect(allows('p1', 'get_endpoints', '/metrics/snapshot')).toBe(true);
    expect(allows('p1', 'get_endpoints')).toBe(false);
  });

  test('takes a/% for what is below role a, in roles only', () => {
    const { allows } = authorizer({
      register_frameworks: [{ principals: any, roles: { values: ['a/%'] } }],
      run_tasks: [{ principals: any, users: { values: ['a/%'] } }],
    });
    expect(allows('p', 'register_frameworks', 'a/b')).toBe(true);
    expect(allows('p', 'register_frameworks', 'a/b/c')).toBe(true);
    expect(allows('p', 'register_frameworks', 'a')).toBe(false);
    expect(allows('p', 'register_frameworks', 'a/')).toBe(false);
    expect(allows('p', 'register_frameworks', 'ab/c')).toBe(false);
    expect(allows('p', 'run_tasks', 'a/b')).toBe(false);
  });

  test('tells the first need that is missing', () => {
    const rules = [{ principals: p1, roles: { values: ['a'] } }];
    const { denial } = authorizer({ update_quotas: rules });
    const on = (object: string) => ({ action: 'update_quotas', object }) as const;
    expect(denial('p1', [on('a')])).toBeUndefined();
    expect(denial('p1', [on('a'), on('b')])).toBe(
      "Principal 'p1' may not update_quotas on 'b'; the access control lists of --acls decide",
    );
    expect(denial(undefined, [{ action: 'view_flags' }])).toMatch(/^Nobody in particular may not/);
  });

  test('without rules and permissive is the one that filters nothing', () => {
    expect(authorizer({ permissive: true })).toBe(PERMISSIVE_AUTHORIZER);
    expect(authorizer({}).unrestricted).toBe(false);
  });
});
