import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Header } from 'tar';
import { expect, test } from 'vitest';
import { unpackSpark } from './unpack-spark.ts';

test('unpackSpark refuses an archive that says it holds more than 4 GiB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stoke-unpack-'));
  const header = new Header({
    path: 'spark/jars/x',
    type: 'File',
    size: 5 * 1024 ** 3,
    mode: 0o644,
  });
  header.encode();
  const archive = join(folder, 'big.tar');
  await writeFile(archive, Buffer.concat([header.block ?? Buffer.alloc(0), Buffer.alloc(2048)]));
  const places = { scratch: join(folder, 'scratch'), home: join(folder, 'home') };
  await expect(unpackSpark(archive, places)).rejects.toMatchObject({
    code: 'SPARK_ARCHIVE_INVALID',
  });
  expect(await readdir(folder)).toEqual(['big.tar']);
  await rm(folder, { recursive: true });
});
