import { expect, test } from 'vitest';
import { shared } from './shared-work.ts';

test('shared begins at once, and once for all who ask meanwhile', async () => {
  const runs: PromiseWithResolvers<number>[] = [];
  const ask = shared(() => {
    const run = Promise.withResolvers<number>();
    runs.push(run);
    return run.promise;
  });
  const first = ask();
  const second = ask();
  const third = ask();
  expect(runs).toHaveLength(1);
  runs[0]?.resolve(1);
  expect(await first).toBe(1);
  await Promise.resolve();
  expect(runs).toHaveLength(2);
  runs[1]?.resolve(2);
  expect([await second, await third]).toEqual([2, 2]);
  const fourth = ask();
  expect(runs).toHaveLength(3);
  runs[2]?.resolve(3);
  expect(await fourth).toBe(3);
});

test('shared goes on after a failure, which only those hear who asked for it', async () => {
  let runs = 0;
  const ask = shared(async () => {
    runs++;
    if (runs === 1) throw new Error('no');
    return runs;
  });
  const first = ask();
  const second = ask();
  await expect(first).rejects.toThrow('no');
  expect(await second).toBe(2);
});
