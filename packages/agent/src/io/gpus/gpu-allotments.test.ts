/** GPUs of containers, kept in a file of a real disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeClock } from '@stoke/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GpuAllotments, gpuCount } from './gpu-allotments.ts';

const node = (name: string, minor: number) => ({ name, path: `/dev/${name}`, major: 195, minor });
const gpus = {
  cards: [node('nvidia0', 0), node('nvidia1', 1)],
  controls: [node('nvidiactl', 255)],
};

let directory = '';
const clock = createFakeClock();
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoke-gpus-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function newRun(): GpuAllotments {
  return new GpuAllotments({ gpus, path: join(directory, 'meta/gpus.json'), clock });
}

async function names(allotments: GpuAllotments, id: string, count: number): Promise<string[]> {
  return (await allotments.take(id, count)).map(({ name }) => name);
}

test('take gives each container GPUs of its own, and what all share', async () => {
  const allotments = newRun();
  expect(await names(allotments, 'a', 1)).toEqual(['nvidia0', 'nvidiactl']);
  expect(await names(allotments, 'b', 1)).toEqual(['nvidia1', 'nvidiactl']);
  expect(await names(allotments, 'c', 0)).toEqual([]);
});

test('take waits for the container that had the GPU, but not for ever', async () => {
  const allotments = newRun();
  await allotments.take('a', 2);
  const later = names(allotments, 'b', 1);
  const never = allotments.take('c', 2);
  await allotments.giveBack('a');
  expect(await later).toEqual(['nvidia0', 'nvidiactl']);
  const refused = expect(never).rejects.toThrow(/2 GPUs .* 1 are free/);
  await clock.advance(15_000);
  await refused;
});

test('another run knows who has what, and forgets containers that are gone', async () => {
  const first = newRun();
  await first.take('a', 1);
  await first.take('b', 1);
  const second = newRun();
  await second.recover(new Set(['b']));
  expect(await names(second, 'c', 1)).toEqual(['nvidia0', 'nvidiactl']);
  const third = newRun();
  await third.recover(new Set(['b', 'c']));
  await third.giveBack('b');
  expect(await names(third, 'd', 1)).toEqual(['nvidia1', 'nvidiactl']);
});

test('gpuCount counts over reservations', () => {
  const one = { name: 'gpus', type: 'SCALAR' as const, scalar: { value: 1 } };
  const reserved = { ...one, reservations: [{ type: 'STATIC' as const, role: 'r' }] };
  expect(gpuCount([one, reserved, { ...one, name: 'cpus' }])).toBe(2);
});
