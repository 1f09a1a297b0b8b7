import { createFakeClock, createSilentLogger } from '@stoke/kit';
import { expect, test } from 'vitest';
import { agentError } from '../../errors.ts';
import { Orders } from './orders.ts';

function ordersOf() {
  const clock = createFakeClock();
  const { signal } = new AbortController();
  const orders = new Orders({ clock, log: createSilentLogger(), containerId: 'c', signal });
  return { clock, orders };
}

test('Orders tries again while the engine is away, and then only what counts by then', async () => {
  const { clock, orders } = ordersOf();
  const done: string[] = [];
  let isAway = true;
  const order = (name: string) => async (): Promise<void> => {
    done.push(isAway ? `${name}?` : name);
    if (isAway) throw agentError('DOCKER_UNREACHABLE', { message: 'away' });
  };
  orders.give('signal', order('TERM'));
  await clock.advance(1);
  await clock.advance(300);
  expect(done).toEqual(['TERM?', 'TERM?']);
  orders.give('signal', order('KILL'));
  isAway = false;
  await clock.advance(10_000);
  expect(done).toEqual(['TERM?', 'TERM?', 'KILL']);
});

test('Orders does not repeat what the engine refuses', async () => {
  const { clock, orders } = ordersOf();
  let times = 0;
  orders.give('resize', async () => {
    times += 1;
    throw agentError('DOCKER_REFUSED', { message: 'no' });
  });
  await clock.advance(60_000);
  expect(times).toBe(1);
});
