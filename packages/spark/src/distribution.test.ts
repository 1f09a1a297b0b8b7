import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@stoke/kit';
import * as tar from 'tar';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findSpark } from './distribution.ts';
import { sha256OfFile } from './download.ts';
import { type InstallContext, installSpark, listSparks, removeSpark } from './install-spark.ts';
import type { RunTool } from './run-tool.ts';

let folder = '';
let cacheDir = '';
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spark-'));
  cacheDir = join(folder, 'cache');
});

afterEach(async () => {
  await new Promise((resolve) => (server === undefined ? resolve(0) : server.close(resolve)));
  server = undefined;
  await rm(folder, { recursive: true });
});

/** The shape of pyspark's source archive, without its weight. */
async function sourceArchive(version: string, { mesos = true } = {}): Promise<string> {
  const top = join(folder, `pyspark-${version}`);
  const files = [
    'deps/bin/spark-submit',
    'deps/bin/spark-class',
    'deps/sbin/spark-daemon.sh',
    `deps/jars/spark-core_2.12-${version}.jar`,
    'deps/data/x.txt',
    'deps/examples/pi.py',
    'deps/licenses/LICENSE',
    'lib/py4j-0.10.9.7-src.zip',
    'lib/pyspark.zip',
    'pyspark/__init__.py',
    'setup.py',
    ...(mesos
      ? [`deps/jars/spark-mesos_2.12-${version}.jar`, 'deps/jars/mesos-1.4.3-shaded-protobuf.jar']
      : []),
  ];
  for (const file of files) {
    await mkdir(join(top, file, '..'), { recursive: true });
    await writeFile(join(top, file), `content of ${file}`);
    if (file.startsWith('deps/bin')) await chmod(join(top, file), 0o755);
  }
  const path = join(folder, `pyspark-${version}.tar.gz`);
  await tar.create({ gzip: true, file: path, cwd: folder }, [`pyspark-${version}`]);
  return path;
}

const noTool: RunTool = async (file) => ({
  ok: false,
  stdout: '',
  stderr: 'absent',
  command: file,
});

/** A Python with pip that names the given index. */
function pythonWith(indexUrl: string): RunTool {
  return async (file, args) => {
    const text = args.join(' ');
    const known = text.includes('sys.executable')
      ? '/usr/bin/python3\n3.11'
      : text.includes('index-url')
        ? indexUrl
        : text.includes('--version')
          ? 'pip 23'
          : undefined;
    return { ok: known !== undefined, stdout: known ?? '', stderr: '', command: file };
  };
}

function context(run: RunTool = noTool): InstallContext {
  const env = { HOME: folder };
  return { env, cacheDir, clock: systemClock, run, onProgress: () => undefined };
}

/** Serves an index page for pyspark and the archive; returns the index address. */
async function serveIndex(archive: string, sha256: string): Promise<string> {
  const bytes = await readFile(archive);
  const name = archive.split('/').at(-1);
  server = createServer((request, response) => {
    if (request.url === '/simple/pyspark/') {
      const file = { filename: name, url: '/files/it', hashes: { sha256 }, size: bytes.length };
      response.writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' });
      response.end(JSON.stringify({ files: [file] }));
    } else response.end(bytes);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/simple`;
}

test('installSpark turns the archive into a SPARK_HOME that findSpark finds', async () => {
  const archive = await sourceArchive('3.5.9');
  const installed = await installSpark({ archive }, context());
  expect(installed).toEqual({
    home: join(cacheDir, 'spark', '3.5.9'),
    version: '3.5.9',
    scalaVersion: '2.12',
    hasMesos: true,
    origin: 'cache',
  });
  expect(await readdir(installed.home)).toEqual([
    'bin',
    'data',
    'examples',
    'jars',
    'licenses',
    'python',
    'sbin',
    'stoke-install.json',
  ]);
  expect(await readdir(join(installed.home, 'python', 'lib'))).toContain('pyspark.zip');
  expect(await findSpark({ env: {}, cacheDir })).toEqual(installed);
});

test("installSpark fetches from pip's index, once for several callers", async () => {
  const archive = await sourceArchive('3.5.9');
  const index = await serveIndex(archive, await sha256OfFile(archive));
  const run = pythonWith(index);
  const both = [installSpark({}, context(run)), installSpark({}, context(run))];
  const [first, second] = await Promise.all(both);
  expect(first).toEqual(second);
  expect(await readdir(join(cacheDir, 'downloads'))).toEqual([]);
  expect(await listSparks(cacheDir)).toMatchObject([
    { version: '3.5.9', source: expect.stringMatching(/^http:\/\/127.*\/files\/it$/) },
  ]);
});

test('installSpark leaves nothing behind that looks installed when the checksum is wrong', async () => {
  const archive = await sourceArchive('3.5.9');
  const index = await serveIndex(archive, '0'.repeat(64));
  const failure = installSpark({}, context(pythonWith(index)));
  await expect(failure).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
  expect(await findSpark({ env: {}, cacheDir })).toBeUndefined();
});

test('installSpark says which versions the index has', async () => {
  const archive = await sourceArchive('3.5.8');
  const index = await serveIndex(archive, '0'.repeat(64));
  const failure = installSpark({ version: '3.5.99' }, context(pythonWith(index)));
  await expect(failure).rejects.toThrow(/has no pyspark-3\.5\.99\.tar\.gz; it has 3\.5\.8$/);
});

test('installSpark refuses an archive that is cut off, one that is no Spark, and another version', async () => {
  const archive = await sourceArchive('3.5.9');
  const other = installSpark({ archive, version: '3.5.7' }, context());
  await expect(other).rejects.toThrow('it holds Spark 3.5.9');
  await truncate(archive, 300);
  await expect(installSpark({ archive }, context())).rejects.toMatchObject({
    code: 'SPARK_ARCHIVE_INVALID',
  });
  const nonsense = join(folder, 'spark-3.5.1.tgz');
  await mkdir(join(folder, 'x'));
  await tar.create({ gzip: true, file: nonsense, cwd: folder }, ['x']);
  await expect(installSpark({ archive: nonsense }, context())).rejects.toThrow(
    'it has no bin/spark-submit',
  );
  expect(
    (await readdir(join(cacheDir, 'spark'))).filter((name) => !name.startsWith('.lock')),
  ).toEqual([]);
});

test('installSpark says how to get the Mesos jars when Maven does not bring them', async () => {
  const archive = await sourceArchive('3.5.9', { mesos: false });
  await expect(installSpark({ archive }, context())).rejects.toThrow(
    /org\.apache\.spark:spark-mesos_2\.12:3\.5\.9 and org\.apache\.mesos:mesos:1\.4\.3/,
  );
});

test('findSpark names a damaged file and the way out', async () => {
  const archive = await sourceArchive('3.5.9');
  const { home } = await installSpark({ archive }, context());
  await writeFile(join(home, 'jars', 'spark-core_2.12-3.5.9.jar'), 'short');
  await expect(findSpark({ env: {}, cacheDir })).rejects.toThrow(
    `Cannot use Spark 3.5.9 in ${home}: jars/spark-core_2.12-3.5.9.jar is 5 bytes, expected 46; run 'stoke spark remove 3.5.9', then 'stoke spark install 3.5.9'`,
  );
  expect(await listSparks(cacheDir)).toMatchObject([
    { problem: expect.stringContaining('5 bytes') },
  ]);
});

test('findSpark notices a change that keeps the size', async () => {
  const { home } = await installSpark({ archive: await sourceArchive('3.5.9') }, context());
  const jar = join(home, 'jars', 'mesos-1.4.3-shaded-protobuf.jar');
  await writeFile(jar, 'x'.repeat('content of deps/jars/mesos-1.4.3-shaded-protobuf.jar'.length));
  await expect(findSpark({ env: {}, cacheDir })).rejects.toMatchObject({ code: 'SPARK_CORRUPT' });
});

test('findSpark prefers --spark-home, then SPARK_HOME, then the cache', async () => {
  const { home } = await installSpark({ archive: await sourceArchive('3.5.9') }, context());
  const env = { SPARK_HOME: home };
  expect((await findSpark({ env, cacheDir, sparkHome: home }))?.origin).toBe('option');
  expect((await findSpark({ env, cacheDir }))?.origin).toBe('environment');
  expect((await findSpark({ env: {}, cacheDir }))?.origin).toBe('cache');
  expect(await findSpark({ env: {}, cacheDir, version: '3.5.8' })).toBeUndefined();
});

test('findSpark says why a named folder is no Spark', async () => {
  const lookup = { env: {}, cacheDir, sparkHome: folder };
  await expect(findSpark(lookup)).rejects.toThrow(
    `Cannot use --spark-home '${folder}': it has no folder jars`,
  );
});

test('removeSpark removes a version, and says what there is instead', async () => {
  await installSpark({ archive: await sourceArchive('3.5.9') }, context());
  await expect(removeSpark(cacheDir, '3.5.8')).rejects.toThrow('installed: 3.5.9');
  await removeSpark(cacheDir, '3.5.9');
  expect(await listSparks(cacheDir)).toEqual([]);
  await expect(removeSpark(cacheDir, '../../etc')).rejects.toMatchObject({
    code: 'SPARK_VERSION_INVALID',
  });
});
