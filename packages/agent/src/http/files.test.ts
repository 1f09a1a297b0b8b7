import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import {
  type Authorizer,
  createAuthorizer,
  createHttpServer,
  createSilentLogger,
  type FastifyInstance,
  PERMISSIVE_AUTHORIZER,
  parseAcls,
} from '@stoke/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { filesRoutes } from './files.ts';
import { serveRoutes } from './router.ts';

let root: string;
let sandbox: string;
let app: FastifyInstance;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stoke-files-'));
  sandbox = join(root, 'sandbox');
  mkdirSync(join(sandbox, 'sub'), { recursive: true });
  writeFileSync(join(root, 'secret'), 'secret');
  writeFileSync(join(sandbox, 'stdout'), 'hello\n'.repeat(20_000));
  writeFileSync(join(sandbox, 'a b.txt'), 'text');
  symlinkSync('/etc', join(sandbox, 'escape'));
  app = serve(PERMISSIVE_AUTHORIZER);
});

function serve(authorizer: Authorizer): FastifyInstance {
  const need = { action: 'access_sandboxes', object: 'alice' } as const;
  const server = createHttpServer({ log: createSilentLogger() });
  serveRoutes(server, {
    authenticator: {
      secrets: new Map(),
      realms: new Set(),
      jwtKey: undefined,
      nowMs: () => 0,
    },
    authorizer,
    routes: filesRoutes({
      attachments: () => [
        [sandbox, sandbox, need],
        ['/frameworks/f/executors/e/runs/latest', sandbox, need],
      ],
    }),
  });
  return server;
}

afterEach(async () => {
  await app.close();
  rmSync(root, { recursive: true });
});

async function get(what: string, query: Record<string, string>) {
  const answer = await app.inject({ url: `/files/${what}`, query });
  return { status: answer.statusCode, headers: answer.headers, text: answer.body };
}

test('browse lists a directory under the path that was asked for', async () => {
  const path = '/frameworks/f/executors/e/runs/latest';
  const { status, text } = await get('browse', { path });
  expect(status).toBe(200);
  const entries = JSON.parse(text);
  expect(entries.map((entry: { path: string }) => entry.path)).toEqual([
    `${path}/a b.txt`,
    `${path}/escape`,
    `${path}/stdout`,
    `${path}/sub`,
  ]);
  const uid = userInfo().username;
  expect(entries[2]).toMatchObject({ mode: '-rw-r--r--', nlink: 1, size: 120_000, uid });
  expect(entries[3].mode).toBe('drwxr-xr-x');
});

test('browse answers as Mesos for files, missing paths and no path', async () => {
  expect(await get('browse', { path: join(sandbox, 'stdout') })).toMatchObject({ text: '[]' });
  expect(await get('browse', { path: join(sandbox, 'nope') })).toMatchObject({
    status: 404,
    text: '',
  });
  expect(await get('browse', { path: '/etc' })).toMatchObject({ status: 404 });
  expect(await get('browse', {})).toMatchObject({
    status: 400,
    text: "Expecting 'path=value' in query.\n",
  });
});

test('no path leads out of what is attached', async () => {
  const dots = `${sandbox}/../secret`;
  expect(await get('read', { path: dots, offset: '0' })).toMatchObject({
    status: 400,
    text: `'${dots}' is inaccessible.\n`,
  });
  expect((await get('browse', { path: `${sandbox}/escape` })).status).toBe(400);
  expect((await get('download', { path: `${sandbox}/escape/passwd` })).status).toBe(400);
  expect((await get('read', { path: `${sandbox}/sub/../../secret`, offset: '0' })).status).toBe(
    400,
  );
  expect((await get('read', { path: `${sandbox}/x\0y`, offset: '0' })).status).toBe(400);
  expect((await get('read', { path: `${sandbox}x/../secret`, offset: '0' })).status).toBe(404);
});

test('read gives pieces, the size, and never more than sixteen pages', async () => {
  const path = join(sandbox, 'stdout');
  const read = async (query: Record<string, string>) =>
    JSON.parse((await get('read', { path, ...query })).text);
  expect(await read({ offset: '6', length: '5' })).toEqual({ data: 'hello', offset: 6 });
  expect(await read({ offset: '-1' })).toEqual({ data: '', offset: 120_000 });
  expect(await read({})).toEqual({ data: '', offset: 120_000 });
  expect(await read({ offset: '999999' })).toEqual({ data: '', offset: 999_999 });
  expect((await read({ offset: '0', length: '200000' })).data).toHaveLength(65_536);
  expect((await read({ offset: '0', length: '-1' })).data).toHaveLength(65_536);
});

test('read refuses directories and numbers that are none', async () => {
  const path = join(sandbox, 'stdout');
  expect(await get('read', { path: sandbox, offset: '0' })).toMatchObject({
    status: 400,
    text: 'Cannot read a directory.\n',
  });
  expect(await get('read', { path, offset: 'x' })).toMatchObject({
    text: "Failed to parse offset: Failed to convert 'x' to number.\n",
  });
  expect(await get('read', { path, offset: '0', length: 'x' })).toMatchObject({
    text: "Failed to parse length: Failed to convert 'x' to number.\n",
  });
  expect(await get('read', { path, offset: '-2' })).toMatchObject({
    text: 'Negative offset provided: -2.\n',
  });
});

test('download sends the file with its name', async () => {
  const { status, headers, text } = await get('download', { path: join(sandbox, 'a b.txt') });
  expect({ status, text }).toEqual({ status: 200, text: 'text' });
  expect(headers['content-disposition']).toBe('attachment; filename=a b.txt');
  expect(headers['content-type']).toBe('text/plain');
  expect(await get('download', { path: sandbox })).toMatchObject({
    status: 400,
    text: 'Cannot download a directory.\n',
  });
});

test('jsonp wraps the answer', async () => {
  const { text, headers } = await get('browse', { path: join(sandbox, 'sub'), jsonp: 'cb' });
  expect(text).toBe('cb([])');
  expect(headers['content-type']).toBe('text/javascript');
});

test('files are not served under /slave(1)', async () => {
  const answer = await app.inject({ url: '/slave(1)/files/browse', query: { path: sandbox } });
  expect([answer.statusCode, answer.body]).toEqual([404, '404 Not Found.']);
});

test.each(['read', 'download'])('%s opens no pipe, which would wait for a writer', async (what) => {
  const path = join(sandbox, 'pipe');
  execFileSync('mkfifo', [path]);
  const { status, text } = await get(what, { path, offset: '0' });
  expect([status, text]).toEqual([400, `'${path}' is inaccessible.\n`]);
});

test.each(['browse', 'read', 'download'])(
  '%s refuses sandboxes of users that are not the caller’s',
  async (what) => {
    await app.close();
    const any = { type: 'ANY' };
    const acls = parseAcls({ access_sandboxes: [{ principals: any, users: { values: ['bob'] } }] });
    app = serve(createAuthorizer(acls.ok ? acls.acls : undefined, { permissiveByDefault: false }));
    for (const path of [`${sandbox}/stdout`, '/frameworks/f/executors/e/runs/latest/stdout']) {
      const { status, text } = await get(what, { path });
      expect(status).toBe(403);
      expect(text).toContain("may not access_sandboxes on 'alice'");
    }
  },
);
