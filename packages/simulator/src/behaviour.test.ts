import { isAppError } from '@stoke/protocol';
import { expect, test } from 'vitest';
import { parseBehaviour } from './behaviour.ts';
import { fateOf } from './task-fate.ts';

function problemsOf(value: unknown): unknown {
  try {
    parseBehaviour(value, 'x.json');
  } catch (error) {
    if (isAppError(error)) return error.details.problems;
    throw error;
  }
  return [];
}

test('parseBehaviour fills in what is left out', () => {
  expect(parseBehaviour({}, 'x.json')).toMatchObject({
    seed: 1,
    agents: [{ weight: 1 }],
    tasks: [],
    frameworks: [],
  });
});

test('parseBehaviour tells all problems at once, each with its place', () => {
  const problems = problemsOf({
    agents: [{ resources: 'cpus', wheels: 4 }],
    tasks: [{ duration: 'long', failureRate: 2 }],
    frameworks: [{ name: 'x', tasks: 0 }],
  });
  expect(problems).toEqual([
    expect.stringContaining("agents.0.resources: 'cpus' is no resource"),
    expect.stringContaining('agents.0: Unrecognized key: "wheels"'),
    expect.stringContaining('tasks.0.duration: expected "forever", or seconds'),
    expect.stringContaining('tasks.0.failureRate: '),
    expect.stringContaining('frameworks.0.tasks: '),
  ]);
});

test('fateOf follows the first entry whose prefix matches', () => {
  const { seed, tasks } = parseBehaviour(
    {
      tasks: [{ prefix: 'batch', startDelay: 1, duration: 2, failureRate: 1 }, { duration: 3 }],
    },
    'x.json',
  );
  expect(fateOf({ seed, tasks }, 'batch-1')).toEqual({
    startDelayMs: 1000,
    durationMs: 2000,
    fails: true,
  });
  expect(fateOf({ seed, tasks }, 'web-1')).toMatchObject({ durationMs: 3000, fails: false });
  expect(fateOf({ seed, tasks: [] }, 'web-1')).toMatchObject({ durationMs: undefined });
});

test('fateOf fails the share of tasks that the script says', () => {
  const { seed, tasks } = parseBehaviour({ tasks: [{ duration: 1, failureRate: 0.1 }] }, 'x.json');
  const fates = Array.from({ length: 5000 }, (_, index) => fateOf({ seed, tasks }, `t-${index}`));
  const failed = fates.filter(({ fails }) => fails).length;
  expect(failed).toBeGreaterThan(400);
  expect(failed).toBeLessThan(600);
});
