import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { crossSiteProblem } from './browser-guard.ts';

function problem(headers: Record<string, string>, localAddress = '127.0.0.1', names?: string[]) {
  return crossSiteProblem({ headers: { host: '127.0.0.1:5050', ...headers }, localAddress }, names);
}

test.each(['127.0.0.1:5050', 'localhost:5050', '[::1]:5050', 'a.localhost', 'box', hostname()])(
  'crossSiteProblem() lets programs use loopback as %s',
  (host) => {
    expect(problem({ host })).toBeUndefined();
  },
);

test('crossSiteProblem() refuses a foreign name on loopback, and says how to allow it', () => {
  const host = 'rebound.example.com:5050';
  expect(problem({ host })).toContain('--hostname');
  expect(problem({ host }, '::1')).toContain('--hostname');
  expect(problem({ host }, '::ffff:127.0.0.1')).toContain('--hostname');
  expect(problem({ host }, '127.0.0.1', ['Rebound.example.com'])).toBeUndefined();
  expect(problem({ host }, '10.0.0.1')).toBeUndefined();
});

test('crossSiteProblem() refuses pages by their Origin, but for pages of the same host', () => {
  expect(problem({ origin: 'https://evil.example' })).toContain('evil.example');
  expect(problem({ origin: 'null' })).toBeDefined();
  expect(problem({ origin: 'http://127.0.0.1:5051' })).toBeUndefined();
});

test('crossSiteProblem() refuses scripts that other sites load, and lets links pass', () => {
  const site = { 'sec-fetch-site': 'cross-site' };
  expect(problem({ ...site, 'sec-fetch-mode': 'no-cors' })).toBeDefined();
  expect(problem({ ...site, 'sec-fetch-mode': 'navigate' })).toBeUndefined();
  expect(problem({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' })).toBeUndefined();
});
