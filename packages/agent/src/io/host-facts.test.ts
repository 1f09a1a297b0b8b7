import { expect, test } from 'vitest';
import { offeredResources } from './host-facts.ts';

const host = { cpus: 4, memMb: 8192, diskMb: 20_000 };

function amounts(flag: string, size = host) {
  const offered = offeredResources(flag, { defaultRole: '*', host: size });
  if (!offered.ok) return offered.problems;
  return Object.fromEntries(offered.wire.map((one) => [one.name, one.scalar?.value ?? one.ranges]));
}

test('offeredResources leaves a part of a big machine and half of a small one', () => {
  const ports = { range: [{ begin: 31_000, end: 32_000 }] };
  expect(amounts('')).toEqual({ cpus: 4, mem: 7168, disk: 14_880, ports });
  expect(amounts('', { cpus: 1, memMb: 1024, diskMb: 6_000 })).toEqual({
    cpus: 1,
    mem: 512,
    disk: 3_000,
    ports,
  });
});

test('offeredResources takes what the flag says, also that there is none', () => {
  const given = amounts('cpus:2;mem:100;disk:0;ports:[1-2]');
  expect(given).toEqual({ cpus: 2, mem: 100, ports: { range: [{ begin: 1, end: 2 }] } });
  const json = JSON.stringify([{ name: 'cpus', type: 'SCALAR', scalar: { value: 3 } }]);
  expect(amounts(json)).toMatchObject({ cpus: 3, mem: 7168 });
});

test('offeredResources tells what cannot be read', () => {
  expect(amounts('cpus=2')).toEqual([expect.stringContaining("'cpus=2'")]);
});

test('offeredResources offers the GPUs that were found, or fewer, never more', () => {
  const withGpus = { ...host, gpus: 2 };
  expect(amounts('', withGpus)).toMatchObject({ gpus: 2 });
  expect(amounts('gpus:1', withGpus)).toMatchObject({ gpus: 1 });
  expect(amounts('gpus:3', withGpus)).toEqual(['3 gpus are given, there are 2']);
  expect(amounts('gpus:3')).toMatchObject({ gpus: 3 });
  expect(amounts('gpus:0.5', withGpus)).toEqual([expect.stringContaining('whole number')]);
});
