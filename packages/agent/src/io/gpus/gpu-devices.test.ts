import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configuredGpus, deviceNumbers, findGpus } from './gpu-devices.ts';

test('deviceNumbers takes a number of the kernel apart', () => {
  expect(deviceNumbers(195 * 256)).toEqual({ major: 195, minor: 0 });
  expect(deviceNumbers(195 * 256 + 255)).toEqual({ major: 195, minor: 255 });
  expect(deviceNumbers(19_005_236)).toEqual({ major: 511, minor: 4660 });
});

test('findGpus counts devices only, and finds none where there is no such directory', () => {
  const directory = mkdtempSync(join(tmpdir(), 'stoke-gpus-'));
  writeFileSync(join(directory, 'nvidia0'), '');
  expect(findGpus(directory)).toEqual({ cards: [], controls: [] });
  rmSync(directory, { recursive: true });
  expect(findGpus(directory)).toEqual({ cards: [], controls: [] });
});

test('configuredGpus looks for GPUs only when it is told to, and then wants some', () => {
  const flags = { isolation: '', containerizers: 'oci', nvidia_device_dir: '/nowhere' };
  expect(configuredGpus(flags)).toEqual({ ok: true, gpus: undefined });
  expect(configuredGpus({ ...flags, isolation: 'gpu/nvidia' })).toMatchObject({
    ok: false,
    problem: expect.stringContaining('/nowhere has no device nvidia0'),
  });
  const asked = { ...flags, isolation: 'gpu/nvidia', nvidia_gpu_devices: '01' };
  expect(configuredGpus(asked)).toMatchObject({
    ok: false,
    problem: expect.stringContaining("no device 'nvidia1'"),
  });
});
