import { expect, test } from 'vitest';
import { createPullProgress } from './pull-progress.ts';

test('createPullProgress sums the layers that come over the network', () => {
  const progress = createPullProgress();
  const take = (id: string, status: string, current = 0, total = 0): void =>
    progress.take({ id, status, progressDetail: { current, total } });
  progress.take({ status: 'Pulling from library/x', id: 'latest' });
  take('a', 'Already exists');
  take('b', 'Downloading', 1_000_000, 4_000_000);
  take('c', 'Downloading', 2_500_000, 6_000_000);
  expect(progress.text()).toBe('3.5 of 10.0 MB, 1 of 3 layers');
  take('b', 'Download complete');
  take('b', 'Extracting', 100, 4_000_000);
  take('b', 'Pull complete');
  expect(progress.text()).toBe('6.5 of 10.0 MB, 2 of 3 layers');
});
