import { expect, test } from 'vitest';
import {
  executorNeed,
  executorShortage,
  parseSparkMemory,
  sizeApplication,
} from './executor-size.ts';

const host = (cpus: number, memMb: number, usedCpus = 0, usedMb = 0) => ({
  status: 'ready' as const,
  cpus: { total: cpus, used: usedCpus },
  memMb: { total: memMb, used: usedMb },
});

const usual = { executorCores: 1, maxCores: 3, executorMemoryMb: 1024 };

test('sizeApplication() gives each host one executor with all its cores', () => {
  expect(sizeApplication([host(4, 16_384), host(4, 16_384)], 'mesos')).toEqual({
    executorCores: 4,
    maxCores: 8,
    executorMemoryMb: 2048,
  });
});

test('sizeApplication() leaves room for the overhead on small hosts', () => {
  expect(sizeApplication([host(1, 1024)], 'mesos').executorMemoryMb).toBe(640);
  expect(sizeApplication([host(1, 1024)], 'none').executorMemoryMb).toBe(1024);
});

test('sizeApplication() fits the smallest host and counts whole executors only', () => {
  expect(sizeApplication([host(2, 4096), host(5, 4096)], 'mesos')).toMatchObject({
    executorCores: 2,
    maxCores: 6,
  });
});

test('sizeApplication() has an answer for a cluster without hosts', () => {
  expect(sizeApplication([], 'mesos')).toEqual({
    executorCores: 1,
    maxCores: 1,
    executorMemoryMb: 1024,
  });
});

test.each([
  ['512m', 512],
  ['2g', 2048],
  ['2GB', 2048],
  ['1t', 1_048_576],
  ['700', 700],
])('parseSparkMemory() reads %s', (text, mb) => {
  expect(parseSparkMemory(text)).toBe(mb);
});

test('parseSparkMemory() refuses other notations', () => {
  expect(parseSparkMemory('1.5g')).toBeUndefined();
  expect(parseSparkMemory('')).toBeUndefined();
});

test('executorNeed() prefers what the user says, --conf first', () => {
  const args = ['--executor-memory', '4g', '--conf', 'spark.executor.memory=8g', 'job.py'];
  expect(executorNeed(args, usual, 'mesos')).toEqual({ cpus: 1, memMb: 8192, overheadMb: 819 });
  expect(executorNeed(['--executor-cores', '3', 'job.py'], usual, 'none')).toEqual({
    cpus: 3,
    memMb: 1024,
    overheadMb: 0,
  });
});

test('executorShortage() says nothing when an executor fits somewhere', () => {
  const need = { cpus: 1, memMb: 1024, overheadMb: 384 };
  expect(executorShortage(need, [host(1, 1000), host(1, 1500)])).toBeUndefined();
});

test('executorShortage() names what is short, with numbers', () => {
  const need = { cpus: 4, memMb: 8192, overheadMb: 819 };
  expect(executorShortage(need, [host(2, 4096, 1, 2048), host(2, 2048)])).toBe(
    'one executor needs 8.0 GiB + 819 MiB overhead, the largest agent has 2.0 GiB free of 4.0 GiB; ' +
      'one executor needs 4 cpus, the largest agent has 2 free of 2',
  );
});

test('executorShortage() tells when cpus and memory are free on different agents', () => {
  const need = { cpus: 1, memMb: 1024, overheadMb: 0 };
  expect(executorShortage(need, [host(2, 4096, 2, 0), host(2, 4096, 0, 4096)])).toContain(
    'on the same agent',
  );
});

test('executorShortage() counts only hosts that take work', () => {
  const need = { cpus: 1, memMb: 512, overheadMb: 0 };
  expect(executorShortage(need, [{ ...host(4, 4096), status: 'draining' }])).toBe(
    'no host takes work',
  );
});
