import { expect, test } from 'vitest';
import { checkJobFile, localPath } from './spark-client.ts';

const job = (...args: string[]) => ({
  command: 'spark-submit' as const,
  args,
  mode: 'coarse' as const,
  sparkHome: undefined,
  interactive: false,
});

test('localPath() resolves plain names, file: and local: addresses, and no others', () => {
  expect(localPath('job.py', '/w')).toBe('/w/job.py');
  expect(localPath('/a/job.py', '/w')).toBe('/a/job.py');
  expect(localPath('file:///a%20b.py', '/w')).toBe('/a b.py');
  expect(localPath('local:///a.jar', '/w')).toBe('/a.jar');
  expect(localPath('hdfs://host/a.jar', '/w')).toBeUndefined();
});

test('checkJobFile() names a file that is not there and where it was looked for', async () => {
  await expect(checkJobFile(job('--name', 'x', 'nope.py'), '/w')).rejects.toMatchObject({
    code: 'JOB_FILE_MISSING',
    message: expect.stringContaining('/w/nope.py'),
  });
});

test('checkJobFile() refuses a directory, and words without any file', async () => {
  await expect(checkJobFile(job('/tmp'), '/')).rejects.toThrow('it is not a file');
  await expect(checkJobFile(job('--name', 'x'), '/')).rejects.toThrow('no file is named');
});

test('checkJobFile() leaves files elsewhere and shells to Spark', async () => {
  await checkJobFile(job('https://host/job.py'), '/');
  await checkJobFile({ ...job(), command: 'pyspark' }, '/');
});
