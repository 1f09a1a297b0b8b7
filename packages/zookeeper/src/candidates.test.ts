import { expect, test } from 'vitest';
import { leadingChild } from './candidates.ts';

test('leadingChild() takes the lowest sequence of any label, and nothing else', () => {
  const children = ['log_replicas', 'json.info_0000000012', 'info_0000000009', '0000000010'];
  expect(leadingChild(children)).toBe('info_0000000009');
  expect(leadingChild(['log_replicas', 'json.info_x'])).toBeUndefined();
  expect(leadingChild([])).toBeUndefined();
});
