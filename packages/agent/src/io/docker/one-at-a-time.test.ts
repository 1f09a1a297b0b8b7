import { expect, test } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

test('oneAtATime sends one after the other, and leaves out what was overtaken', async () => {
  const sent: { readonly value: number; readonly settle: PromiseWithResolvers<void> }[] = [];
  const tell = oneAtATime((value: number) => {
    const settle = Promise.withResolvers<void>();
    sent.push({ value, settle });
    return settle.promise;
  });
  for (const value of [1, 2, 3]) tell(value);
  expect(sent.map(({ value }) => value)).toEqual([1]);
  sent[0]?.settle.reject(new Error('no'));
  await expect.poll(() => sent.map(({ value }) => value)).toEqual([1, 3]);
  sent[1]?.settle.resolve();
  await sent[1]?.settle.promise;
  tell(4);
  await expect.poll(() => sent.map(({ value }) => value)).toEqual([1, 3, 4]);
});
