import { expect, test } from 'vitest';
import { formatCounts, formatDetails, outcomeOf } from './test-report.ts';

const testOf = (fullName: string, status: string, skippedBecause?: string) => ({
  fullName,
  status,
  meta: skippedBecause === undefined ? {} : { skippedBecause },
});

const report = {
  testResults: [
    {
      name: '/src/test/a.e2e.ts',
      status: 'failed',
      assertionResults: [testOf('one', 'passed'), testOf('two', 'failed')],
    },
    { name: '/src/test/b.e2e.ts', status: 'failed', assertionResults: [] },
    {
      name: '/src/test/c.e2e.ts',
      status: 'passed',
      assertionResults: [
        testOf('three', 'skipped', 'it takes root'),
        testOf('four', 'skipped', 'it takes root'),
        testOf('five', 'skipped', 'runc is not installed'),
      ],
    },
    {
      name: '/src/test/d.e2e.ts',
      status: 'passed',
      assertionResults: [testOf('six', 'skipped', 'it takes root'), testOf('seven', 'todo')],
    },
  ],
};

test('outcomeOf counts tests, and a file that could not be loaded as a failure', () => {
  expect(formatCounts(outcomeOf(report, '/src'))).toBe('1 passed, 2 failed, 5 skipped');
});

test('formatDetails names what failed, and what was skipped for each reason', () => {
  expect(formatDetails(outcomeOf(report, '/src'))).toEqual([
    'FAILED test/a.e2e.ts: two',
    'FAILED test/b.e2e.ts',
    'Skipped 3: it takes root',
    '  test/c.e2e.ts (2)',
    '  test/d.e2e.ts',
    'Skipped 1: runc is not installed',
    '  test/c.e2e.ts',
    'Skipped 1: no reason was given',
    '  test/d.e2e.ts',
  ]);
});
