/** Every example gives the same answer, to the letter, with `local[2]`, on Spark standalone, and on the embedded engine in both modes. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { StokeSession } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const example = (path: string): string =>
  fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
const session = new StokeSession();

async function stoke(...words: readonly string[]): Promise<string> {
  const result = await session.run(words);
  expect(result.code, result.stderr).toBe(0);
  return result.stdout;
}

beforeAll(async () => {
  const size = ['--agent-cpus', '2', '--agent-mem', '2048'];
  await stoke('cluster', 'create', '-n', 'embedded', '-p', 'local', '--agents', '3', ...size);
  await stoke('cluster', 'create', '-n', 'alone', '-p', 'standalone', '--agents', '2', ...size);
});

afterAll(async () => {
  await session.run(['cluster', 'kill', '-n', 'embedded']);
  await session.run(['cluster', 'kill', '-n', 'alone']);
  session.dispose();
});

/** How an example is submitted to each engine; the words before its path. */
const engines: Readonly<Record<string, readonly string[]>> = {
  'local[2]': ['spark', 'submit', '-n', 'embedded', '--master', 'local[2]'],
  standalone: ['cluster', 'submit', '-n', 'alone'],
  'embedded, coarse': ['cluster', 'submit', '-n', 'embedded'],
  'embedded, fine': ['cluster', 'submit', '-n', 'embedded', '--mode', 'fine'],
};

for (const [engine, words] of Object.entries(engines)) {
  describe(engine, () => {
    for (const name of ['flights', 'wordcount', 'kmeans', 'pi']) {
      test(`${name} prints what it should`, async () => {
        const printed = await stoke(...words, example(`${name}/${name}.py`));
        expect(printed).toBe(readFileSync(example(`${name}/expected.txt`), 'utf8'));
      });
    }
  });
}

test("spark submit takes spark-submit's own words for a job of the JVM", async () => {
  const jar = `local://${example('pi/spark-examples.jar')}`;
  const printed = await stoke(
    ...['spark', 'submit', '-n', 'embedded', '--class', 'org.apache.spark.examples.SparkPi'],
    ...[jar, '100'],
  );
  expect(printed).toContain('Pi is roughly 3.141829');
});
