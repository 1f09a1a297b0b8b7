import { expect, test } from 'vitest';
import { createFakeClock, systemClock } from './clock.ts';

test('createFakeClock() runs due timers in the order of their time', async () => {
  const clock = createFakeClock(1000);
  const ran: string[] = [];
  clock.setTimer(20, () => ran.push(`b@${clock.now()}`));
  clock.setTimer(10, () => ran.push(`a@${clock.now()}`));
  clock.setTimer(30, () => ran.push('late'));
  await clock.advance(25);
  expect(ran).toEqual(['a@1010', 'b@1020']);
  expect(clock.now()).toBe(1025);
  expect(clock.pending()).toBe(1);
});

test('createFakeClock() runs timers that a timer sets within the advanced time', async () => {
  const clock = createFakeClock();
  let ticks = 0;
  const tick = (): void => {
    ticks++;
    clock.setTimer(10, tick);
  };
  clock.setTimer(10, tick);
  await clock.advance(55);
  expect(ticks).toBe(5);
});

test('createFakeClock() does not run a cancelled timer', async () => {
  const clock = createFakeClock();
  let ran = false;
  clock
    .setTimer(5, () => {
      ran = true;
    })
    .cancel();
  await clock.advance(10);
  expect(ran).toBe(false);
});

test('systemClock.setTimer() runs once and can be cancelled before', async () => {
  const cancelled = systemClock.setTimer(0, () => expect.unreachable());
  cancelled.cancel();
  await new Promise<void>((resolve) => systemClock.setTimer(0, resolve));
});
