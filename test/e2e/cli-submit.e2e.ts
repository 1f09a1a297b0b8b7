/** Submitting as a user does it wrong, and what the user is told. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StokeSession } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processes } from './support/local-cluster.ts';

const session = new StokeSession();
const folder = mkdtempSync(join(tmpdir(), 'stoke-jobs-'));
const submit = ['cluster', 'submit', '-n', 'small'];

function job(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

beforeAll(async () => {
  const size = ['--agent-cpus', '1', '--agent-mem', '1024'];
  const created = await session.run(['cluster', 'create', '-n', 'small', '--agents', '2', ...size]);
  expect(created.code, created.stderr).toBe(0);
});

afterAll(async () => {
  await session.run(['cluster', 'kill', '-n', 'small']);
  session.dispose();
  rmSync(folder, { recursive: true });
});

test('a job that raises shows its own traceback and ends with 1', async () => {
  const path = job('raises.py', 'def f():\n    raise ValueError("boom")\n\nf()\n');
  const result = await session.run([...submit, path]);
  expect(result.code, result.stderr).toBe(1);
  const output = result.stdout + result.stderr;
  expect(output).toContain('Traceback (most recent call last):');
  expect(output).toContain('ValueError: boom');
  expect(output).not.toContain('packages/');
});

test("the job's exit code is the command's", async () => {
  const result = await session.run([...submit, job('exits.py', 'raise SystemExit(42)\n')]);
  expect(result.code).toBe(42);
});

test('a job file that is not there is named with the place that was looked at', async () => {
  const result = await session.run([...submit, join(folder, 'none.py')]);
  expect(result.code).toBe(1);
  expect(result.stderr).toContain(`there is no such file (looked for ${join(folder, 'none.py')})`);
});

test('a SPARK_HOME without Spark is named with the way out', async () => {
  const path = job('any.py', '');
  const result = await session.run([...submit, path], { SPARK_HOME: folder });
  expect(result.code).toBe(1);
  expect(result.stderr).toContain(`Cannot use SPARK_HOME '${folder}'`);
});

test('a partial Spark is named with the way out', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'stoke-cache-'));
  const home = join(cache, 'stoke', 'spark', '3.5.9');
  mkdirSync(join(home, 'bin'), { recursive: true });
  mkdirSync(join(home, 'jars'));
  const sizes = { 'jars/spark-core_2.12-3.5.9.jar': 1000 };
  const about = { version: '3.5.9', source: 'x', installedAt: '2026-01-01' };
  const manifest = { ...about, sizes, checksums: {} };
  writeFileSync(join(home, 'stoke-install.json'), JSON.stringify(manifest));
  const path = job('any.py', '');
  const result = await session.run([...submit, path], { XDG_CACHE_HOME: cache });
  rmSync(cache, { recursive: true });
  expect(result.code).toBe(1);
  expect(result.stderr).toContain(`Cannot use Spark 3.5.9 in ${home}`);
  expect(result.stderr).toContain('stoke spark install 3.5.9');
});

test('an executor that fits nowhere is explained with numbers, and the job ends at its time-out', async () => {
  const text =
    'from pyspark.sql import SparkSession\n' +
    'SparkSession.builder.getOrCreate().sparkContext.parallelize([1]).count()\n';
  const path = job('big.py', text);
  const options = ['--timeout', '40s', '--executor-memory', '8g'];
  const result = await session.run([...submit, ...options, path]);
  expect(result.code).toBe(1);
  expect(result.stderr).toContain(
    'waiting: one executor needs 8.0 GiB + 819 MiB overhead, the largest agent has 1.0 GiB free of 1.0 GiB',
  );
  expect(result.stderr).toContain('it did not end within 40 s; it was waiting');
  expect(processes(path)).toEqual([]);
});
