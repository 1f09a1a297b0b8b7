/** Addresses as people write them, and redirects as masters send them. */
import { expect, test } from 'vitest';
import { redirectedUrl, schedulerUrl } from './scheduler-url.ts';

test.each([
  ['127.0.0.1:5050', 'http://127.0.0.1:5050/api/v1/scheduler'],
  ['http://m:5050/', 'http://m:5050/api/v1/scheduler'],
  ['https://m', 'https://m/api/v1/scheduler'],
])('schedulerUrl of %s is %s', (master, url) => {
  expect(schedulerUrl(master)).toBe(url);
});

test.each([
  ['//leader:5050/master/api/v1/scheduler', 'https://leader:5050/master/api/v1/scheduler'],
  ['//leader:5050', 'https://leader:5050/api/v1/scheduler'],
  ['http://leader:5050/x', 'http://leader:5050/x'],
])('redirectedUrl to %s is %s', (location, url) => {
  expect(redirectedUrl('https://follower/api/v1/scheduler', location)).toBe(url);
});
