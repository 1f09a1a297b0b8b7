/** Basic and bearer authentication, tokens, and files of secrets. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { authenticate } from './authentication.ts';
import { basicAuthorization, readCredential, readJwtKey, readSecrets } from './credentials.ts';
import { signJwt, verifyJwt } from './jwt.ts';

const key = Buffer.from('a key of more than sixteen bytes');
const secrets = new Map([['p1', 's1']]);
const nowMs = 1_000_000;

function ask(header: string | undefined) {
  const options = { secrets, realms: new Set(['closed']), jwtKey: key, nowMs: () => nowMs };
  return authenticate(options, 'closed', header);
}

function basic(principal: string, secret: string): string {
  return basicAuthorization({ principal, secret });
}

function file(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'stoke-secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return path;
}

describe('authenticate', () => {
  test('knows principals by their secret', () => {
    expect(ask(basic('p1', 's1'))).toEqual({
      ok: true,
      identity: { principal: 'p1', claims: undefined },
    });
  });

  test.each([
    undefined,
    '',
    'Basic !!!',
    'Basic',
    `Basic ${Buffer.from('p1').toString('base64')}`,
    basic('p1', 's2'),
    basic('p1', ''),
    basic('p2', ''),
    'Bearer abc',
    'Bearer a.b.c',
    `Bearer ${signJwt({ sub: 'p1' }, Buffer.from('another key of some length'))}`,
    `Bearer ${signJwt({ sub: 'p1', exp: 999 }, key)}`,
    `Bearer ${signJwt({ sub: 'p1', nbf: 1001 }, key)}`,
  ])('challenges %j', (header) => {
    const challenge = 'Basic realm="closed", Bearer realm="closed"';
    expect(ask(header)).toEqual({ ok: false, challenge });
  });

  test('offers no tokens without a key, and takes none', () => {
    const options = { secrets, realms: new Set(['closed']), jwtKey: undefined, nowMs: () => nowMs };
    const answer = authenticate(options, 'closed', `Bearer ${signJwt({ sub: 'p1' }, key)}`);
    expect(answer).toEqual({ ok: false, challenge: 'Basic realm="closed"' });
  });

  test('takes the sub of a token for its principal, and keeps its claims', () => {
    const token = signJwt({ sub: 'p9', exp: 1001, eid: 'e' }, key);
    expect(ask(`Bearer ${token}`)).toEqual({
      ok: true,
      identity: { principal: 'p9', claims: { sub: 'p9', eid: 'e' } },
    });
    expect(ask(`Bearer ${signJwt({ eid: 'e' }, key)}`)).toMatchObject({
      identity: { principal: undefined, claims: { eid: 'e' } },
    });
  });

  test('asks nobody in an open realm', () => {
    const options = { secrets, realms: new Set<string>(), jwtKey: key, nowMs: () => nowMs };
    expect(authenticate(options, 'open', basic('p1', 'wrong'))).toMatchObject({ ok: true });
  });
});

describe('verifyJwt', () => {
  test('refuses other algorithms, whatever the signature', () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = part({ sub: 'p1' });
    const none = `${part({ alg: 'none', typ: 'JWT' })}.${body}.`;
    expect(verifyJwt(none, key, nowMs)).toBeUndefined();
    const text = `${part({ alg: 'HS512', typ: 'JWT' })}.${body}`;
    const signed = createHmac('sha256', key).update(text).digest('base64url');
    expect(verifyJwt(`${text}.${signed}`, key, nowMs)).toBeUndefined();
  });

  test('refuses a changed body', () => {
    const [head, , signed] = signJwt({ sub: 'p1' }, key).split('.');
    const body = Buffer.from(JSON.stringify({ sub: 'root' })).toString('base64url');
    expect(verifyJwt(`${head}.${body}.${signed}`, key, nowMs)).toBeUndefined();
  });

  test('refuses times that are no numbers', () => {
    expect(verifyJwt(signJwt({ sub: 'p', exp: 'later' }, key), key, nowMs)).toBeUndefined();
  });
});

describe('readSecrets', () => {
  test.each([
    '{"credentials":[{"principal":"p1","secret":"s1"},{"principal":"p2","secret":"s2"}]}',
    'p1 s1\np2\ts2\n\n',
  ])('reads both forms', (content) => {
    expect([...readSecrets(file(content))]).toEqual([
      ['p1', 's1'],
      ['p2', 's2'],
    ]);
  });

  test.each([
    'just-one-word-hunter2',
    'p1 hunter2 more',
    '{"credentials":[{"principal":"p1"}]}',
    '{"hunter2":1}',
    '',
    'p1 hunter2\np1 hunter2',
  ])('refuses %j without telling it', (content) => {
    const read = () => readSecrets(file(content));
    expect(read).toThrow(/^Cannot read credentials '/);
    expect(read).not.toThrow(/hunter2/);
  });
});

test('readCredential reads one principal, in both forms', () => {
  const expected = { principal: 'p1', secret: 's1' };
  expect(readCredential(file('{"principal":"p1","secret":"s1"}\n'))).toEqual(expected);
  expect(readCredential(file('p1 s1\n'))).toEqual(expected);
  expect(() => readCredential(file('p1 s1\np2 s2'))).toThrow(/expected \{"principal"/);
});

test('readJwtKey leaves out the line end and refuses short keys', () => {
  expect(Buffer.from(readJwtKey(file('0123456789abcdef\n'))).toString()).toBe('0123456789abcdef');
  expect(() => readJwtKey(file('0123456789abcde\n'))).toThrow(/at least 16 bytes/);
});
