import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { createSilentLogger, systemClock } from '@stoke/kit';
import type { CommandInfo_URI } from '@stoke/protocol';
import { skipBecause, whyNoProgram } from '@stoke/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fetcher, type FetcherOptions } from './fetcher.ts';

let root: string;
let directory: string;
let source: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stoke-fetch-'));
  directory = join(root, 'sandbox');
  source = join(root, 'source');
  mkdirSync(directory);
  mkdirSync(join(source, 'dd'), { recursive: true });
  writeFileSync(join(source, 'plain.txt'), 'plain');
  writeFileSync(join(source, 'dd', 'in.txt'), 'inside');
});

afterEach(() => rmSync(root, { recursive: true }));

function fetcher(options: Partial<FetcherOptions> = {}): Fetcher {
  return new Fetcher({
    cacheDir: join(root, 'cache'),
    cacheBytes: 1e9,
    stallTimeoutMs: 10_000,
    sources: { frameworksHome: undefined, webHdfsPort: 9870 },
    environment: { AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/none' },
    clock: systemClock,
    limits: { maxBytes: 1e6, maxEntries: 100 },
    log: createSilentLogger(),
    ...options,
  });
}

function fetchInto(uris: CommandInfo_URI[], options: Partial<FetcherOptions> = {}): Promise<void> {
  return fetcher(options).fetchAll({
    uris,
    directory,
    containerId: 'c1',
    user: 'u',
    owner: undefined,
  });
}

/** The reason of the failure, which the task's owner finds in stderr. */
async function failureOf(uris: CommandInfo_URI[], options: Partial<FetcherOptions> = {}) {
  await expect(fetchInto(uris, options)).rejects.toMatchObject({
    code: 'FETCH_FAILED',
    message: "Failed to fetch all URIs for container 'c1': exited with status 1",
  });
  return readFileSync(join(directory, 'stderr'), 'utf8');
}

function tar(flags: string, name: string, ...words: string[]): string {
  execFileSync('tar', [flags, join(source, name), '-C', source, ...words]);
  return join(source, name);
}

test('fetchAll copies paths and file URIs, renames, makes executable', async () => {
  await fetchInto([
    { value: join(source, 'plain.txt') },
    { value: `file://${source}/plain.txt`, output_file: 'sub/dir/renamed.txt' },
    { value: join(source, 'plain.txt'), output_file: 'tool', executable: true },
  ]);
  expect(readFileSync(join(directory, 'sub/dir/renamed.txt'), 'utf8')).toBe('plain');
  expect(statSync(join(directory, 'plain.txt')).mode & 0o777).toBe(0o644);
  expect(statSync(join(directory, 'tool')).mode & 0o777).toBe(0o755);
});

for (const [flags, name, program] of [
  ['-cf', 'x.tar', 'tar'],
  ['-czf', 'x.tar.gz', 'gzip'],
  ['-czf', 'x.tgz', 'gzip'],
  ['-cjf', 'x.tbz2', 'bzip2'],
  ['-cJf', 'x.tar.xz', 'xz'],
] as const) {
  const skipping = skipBecause(whyNoProgram([program]));
  test(`fetchAll unpacks tar ${flags} ${name} and leaves the archive`, skipping, async () => {
    await fetchInto([{ value: tar(flags, name, 'dd') }]);
    expect(readFileSync(join(directory, 'dd/in.txt'), 'utf8')).toBe('inside');
    expect(existsSync(join(directory, name))).toBe(true);
  });
}

test('fetchAll unpacks a single compressed file, and nothing when extract is off', async () => {
  writeFileSync(join(source, 'one.txt.gz'), gzipSync('one'));
  await fetchInto([{ value: join(source, 'one.txt.gz') }]);
  expect(readFileSync(join(directory, 'one.txt'), 'utf8')).toBe('one');
  writeFileSync(join(source, 'two.txt.zst'), zstdCompressSync('two'));
  await fetchInto([{ value: join(source, 'two.txt.zst') }]);
  expect(readFileSync(join(directory, 'two.txt'), 'utf8')).toBe('two');
  await fetchInto([{ value: tar('-czf', 'y.tgz', 'dd'), extract: false }]);
  expect(existsSync(join(directory, 'dd'))).toBe(false);
});

test('fetchAll unpacks tar with zstd', async () => {
  const plain = readFileSync(tar('-cf', 'z.tar', 'dd'));
  writeFileSync(join(source, 'z.tar.zst'), zstdCompressSync(plain));
  await fetchInto([{ value: join(source, 'z.tar.zst') }]);
  expect(readFileSync(join(directory, 'dd/in.txt'), 'utf8')).toBe('inside');
});

test('fetchAll takes a file with the digest that was asked for, and no other', async () => {
  const value = join(source, 'plain.txt');
  const digest = createHash('sha256').update('plain').digest('hex');
  await fetchInto([{ value: `${value}#sha256=${digest.toUpperCase()}` }]);
  expect(readFileSync(join(directory, 'plain.txt'), 'utf8')).toBe('plain');
  const other = digest.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
  const reason = await failureOf([{ value: `${value}#sha256=${other}`, cache: true }]);
  expect(reason).toContain(`has the sha256 digest ${digest}, expected ${other}`);
  expect(readdirSync(join(root, 'cache')).filter((name) => !name.endsWith('.part'))).toEqual([]);
});

test('fetchAll removes an archive that would disturb cd name*', async () => {
  mkdirSync(join(source, 'spark-3.5.3-bin'));
  await fetchInto([{ value: tar('-czf', 'spark-3.5.3-bin.tgz', 'spark-3.5.3-bin') }]);
  expect(existsSync(join(directory, 'spark-3.5.3-bin'))).toBe(true);
  expect(existsSync(join(directory, 'spark-3.5.3-bin.tgz'))).toBe(false);
});

test('fetchAll takes a cached file without asking again, and keeps its archive out of the sandbox', async () => {
  const archive = tar('-czf', 'x.tgz', 'dd');
  const all = fetcher();
  const uris = [{ value: archive, cache: true }];
  const job = { uris, directory, containerId: 'c', user: 'u', owner: undefined };
  await all.fetchAll(job);
  rmSync(archive);
  rmSync(join(directory, 'dd'), { recursive: true });
  await all.fetchAll(job);
  expect(existsSync(join(directory, 'dd/in.txt'))).toBe(true);
  expect(existsSync(join(directory, 'x.tgz'))).toBe(false);
});

test('fetchAll says in stderr why it failed', async () => {
  expect(await failureOf([{ value: '/no/such/file' }])).toContain('there is no such file');
  expect(await failureOf([{ value: 'relative' }])).toContain('--frameworks_home');
  expect(await failureOf([{ value: 'ftp://x/y' }])).toContain("got 'ftp'");
});

test.each(['../out', '/etc/out', 'a/../../out', '.', ''])(
  'fetchAll refuses the output file %j',
  async (output_file) => {
    const reason = await failureOf([{ value: join(source, 'plain.txt'), output_file }]);
    expect(reason).toContain('inside the sandbox');
  },
);

test('fetchAll refuses archives whose entries leave the sandbox', async () => {
  writeFileSync(join(root, 'evil'), 'evil');
  const climbing = tar('-cPf', 'up.tar', '../evil');
  expect(await failureOf([{ value: climbing }])).toContain('outside the sandbox');
  const absolute = tar('-cPf', 'abs.tar', join(root, 'evil'));
  expect(await failureOf([{ value: absolute }])).toContain('outside the sandbox');
  symlinkSync('../../elsewhere', join(source, 'link'));
  const linked = tar('-cf', 'link.tar', 'link');
  expect(await failureOf([{ value: linked }])).toContain('points outside');
});

test('fetchAll refuses links that climb behind another link, and takes those that stay', async () => {
  mkdirSync(join(source, 'd/e'), { recursive: true });
  symlinkSync('../..', join(source, 'd/e/top'));
  symlinkSync('./../d/e', join(source, 'dd', 'good'));
  symlinkSync('d/e/top/../elsewhere', join(source, 'bad'));
  await fetchInto([{ value: tar('-cf', 'good.tar', 'd', 'dd') }]);
  expect(existsSync(join(directory, 'dd/good/top/d'))).toBe(true);
  expect(await failureOf([{ value: tar('-cf', 'bad.tar', 'd', 'bad') }])).toContain('outside');
});

test('fetchAll writes through no link, whether on the way or at the end', async () => {
  const value = join(source, 'plain.txt');
  mkdirSync(join(root, 'outside'));
  symlinkSync(join(root, 'outside'), join(directory, 'way'));
  symlinkSync(join(root, 'outside', 'end'), join(directory, 'end'));
  expect(await failureOf([{ value, output_file: 'way/x' }])).toContain('in the way');
  expect(await failureOf([{ value, output_file: 'end' }])).toContain('in the way');
  expect(readdirSync(join(root, 'outside'))).toEqual([]);
});

test("fetchAll reads local files with the rights of the task's user", async () => {
  chmodSync(root, 0o755);
  writeFileSync(join(source, 'secret'), 'secret', { mode: 0o000 });
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const owner = uid === 0 ? { uid: 65_534, gid: 65_534 } : { uid, gid };
  const fetch = (name: string): Promise<void> =>
    fetcher().fetchAll({
      uris: [{ value: join(source, name) }],
      ...{ directory, containerId: 'c1', user: 'u', owner },
    });
  await fetch('plain.txt');
  expect(readFileSync(join(directory, 'plain.txt'), 'utf8')).toBe('plain');
  await expect(fetch('secret')).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  expect(readFileSync(join(directory, 'stderr'), 'utf8')).toContain('cannot read it');
});

test('fetchAll does not say why it failed through a link', async () => {
  symlinkSync(join(root, 'victim'), join(directory, 'stderr'));
  await expect(fetchInto([{ value: '/no/such/file' }])).rejects.toMatchObject({
    code: 'FETCH_FAILED',
  });
  expect(existsSync(join(root, 'victim'))).toBe(false);
});

test('fetchAll refuses zips that climb, and unpacks good ones with their modes', async () => {
  const script = `
import sys, zipfile
good = zipfile.ZipFile(sys.argv[1], 'w')
info = zipfile.ZipInfo('bin/run'); info.external_attr = 0o100755 << 16
good.writestr(info, 'go'); good.close()
bad = zipfile.ZipFile(sys.argv[2], 'w'); bad.writestr('../evil', 'x'); bad.close()
link = zipfile.ZipFile(sys.argv[3], 'w')
info = zipfile.ZipInfo('l'); info.external_attr = 0o120777 << 16
link.writestr(info, '/etc'); link.writestr('l/passwd', 'x'); link.close()`;
  const [good, bad, link] = ['good.zip', 'bad.zip', 'link.zip'].map((name) => join(source, name));
  execFileSync('python3', ['-c', script, good!, bad!, link!]);
  await fetchInto([{ value: good! }]);
  expect(statSync(join(directory, 'bin/run')).mode & 0o777).toBe(0o755);
  expect(await failureOf([{ value: bad! }])).toContain('Cannot extract');
  expect(await failureOf([{ value: link! }])).toContain('points outside');
  expect(existsSync(join(root, 'evil'))).toBe(false);
});

test('fetchAll stops an archive that grows without bound', async () => {
  writeFileSync(join(source, 'big'), Buffer.alloc(3e6));
  expect(await failureOf([{ value: tar('-czf', 'bomb.tgz', 'big') }])).toContain('more than');
  for (let index = 0; index < 120; index++) writeFileSync(join(source, 'dd', `f${index}`), '');
  expect(await failureOf([{ value: tar('-czf', 'many.tgz', 'dd') }])).toContain('entries');
});

async function serve(handler: Parameters<typeof createServer>[1]): Promise<[string, Server]> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return [`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server];
}

test('fetchAll downloads, follows redirects, names the file by the path', async () => {
  const [url, server] = await serve((request, response) => {
    if (request.url === '/old/a%20b.txt?x=1') response.writeHead(302, { Location: '/new' }).end();
    else response.end('body');
  });
  await fetchInto([{ value: `${url}/old/a%20b.txt?x=1` }]);
  expect(readFileSync(join(directory, 'a b.txt'), 'utf8')).toBe('body');
  server.close();
});

test('fetchAll opens HDFS files over WebHDFS, by way of the data node', async () => {
  const asked: string[] = [];
  const [url, server] = await serve((request, response) => {
    asked.push(request.url ?? '');
    if (request.url?.startsWith('/webhdfs/v1/')) {
      response.writeHead(307, { Location: `http://${request.headers.host}/data` }).end();
    } else response.end('blocks');
  });
  const { port } = new URL(url);
  const sources = { frameworksHome: undefined, webHdfsPort: Number(port) };
  await fetchInto([{ value: 'hdfs://ann@127.0.0.1:8020/data/a b.txt' }], { sources });
  expect(readFileSync(join(directory, 'a b.txt'), 'utf8')).toBe('blocks');
  expect(asked).toEqual(['/webhdfs/v1/data/a%20b.txt?op=OPEN&user.name=ann', '/data']);
  server.close();
});

test('fetchAll signs what it asks of a store with S3 API, and shows no signature', async () => {
  const asked: URL[] = [];
  const [url, server] = await serve((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://store'));
    if (request.url?.startsWith('/bucket/missing')) response.writeHead(404).end();
    else response.end('object');
  });
  const environment = {
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_S3: url,
  };
  await fetchInto([{ value: 's3://bucket/in/data.bin' }], { environment });
  expect(readFileSync(join(directory, 'data.bin'), 'utf8')).toBe('object');
  expect(asked[0]?.pathname).toBe('/bucket/in/data.bin');
  expect(asked[0]?.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
  const reason = await failureOf([{ value: 's3://bucket/missing' }], { environment });
  expect(reason).toContain("Cannot fetch 's3://bucket/missing': the server answered 404");
  server.close();
});

test('fetchAll tells in the sandbox how a long download goes', async () => {
  const [url, server] = await serve((_request, response) => {
    response.writeHead(200, { 'Content-Length': 4_000_000 }).end(Buffer.alloc(4_000_000));
  });
  let now = 0;
  const clock = { ...systemClock, now: () => (now += 600) };
  const limits = { maxBytes: 1e7, maxEntries: 1 };
  await fetchInto([{ value: `${url}/big.bin` }], { clock, limits });
  const lines = readFileSync(join(directory, 'stderr'), 'utf8').trim().split('\n');
  expect(lines[0]).toMatch(/^Fetching 'http:.*\/big\.bin': \d\.\d MB of 4\.0 MB \(\d+ %\)$/);
  expect(lines.at(-1)).toMatch(/^Fetched '.*': 4\.0 MB in \d+\.\d s$/);
  server.close();
});

test('fetchAll gives up a download that fails, stalls or never ends', async () => {
  const [url, server] = await serve((request, response) => {
    if (request.url === '/missing') response.writeHead(404).end();
    else if (request.url === '/loop') response.writeHead(302, { Location: '/loop' }).end();
    else if (request.url === '/file') response.writeHead(302, { Location: 'file:///etc/x' }).end();
    else if (request.url === '/big') response.end(Buffer.alloc(2e6));
    else response.write('begin');
  });
  const reasonOf = (path: string, options = {}) => failureOf([{ value: `${url}${path}` }], options);
  expect(await reasonOf('/missing')).toContain('answered 404');
  expect(await reasonOf('/loop')).toContain('redirects');
  expect(await reasonOf('/file')).toContain("redirects to 'file:'");
  expect(await reasonOf('/big')).toContain('more than');
  expect(await reasonOf('/stall', { stallTimeoutMs: 200 })).toContain('nothing arrived for 200 ms');
  server.closeAllConnections();
  server.close();
});
