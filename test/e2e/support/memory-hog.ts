/** A Spark job that wants more memory than its executor has, and what its user is told. */
import { fileURLToPath } from 'node:url';
import type { StokeSession } from '@stoke/testing';
import { expect } from 'vitest';

const program = fileURLToPath(new URL('../jobs/memory-hog.py', import.meta.url));

/** Little, so that it is full soon; two tries, because the first one's failure may end the driver before it hears why. */
const settings = {
  'spark.executor.memory': '512m',
  'spark.mesos.executor.memoryOverhead': '128',
  'spark.pyspark.python': 'python3',
  'spark.task.maxFailures': '2',
};

/** `submit` are the words of a submission up to its program. */
export async function expectMemoryToHold(
  session: StokeSession,
  submit: readonly string[],
): Promise<void> {
  const words = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const { code, stderr } = await session.run([...submit, ...words, program]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /Task \d+ ended: Memory limit exceeded: Requested: 6\d\dMB.*REASON_CONTAINER_LIMITATION_MEMORY/,
  );
}
