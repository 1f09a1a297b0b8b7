import { expect, test } from 'vitest';
import { type Action, type PlanEvent, runPlan } from './plan.ts';

function recorder() {
  const told: string[] = [];
  const onEvent = (event: PlanEvent): void => {
    const detail = 'detail' in event && event.detail !== undefined ? `: ${event.detail}` : '';
    told.push(`${event.type} ${event.title}${detail}`);
  };
  return { told, onEvent };
}

const signal = new AbortController().signal;
const now = (): number => 0;

function action(title: string, done: string[], fails = false): Action {
  return {
    title,
    async run({ report }) {
      report('half way');
      if (fails) throw new Error(`${title} broke`);
      done.push(title);
    },
    async undo() {
      done.push(`undo ${title}`);
    },
  };
}

test('runPlan() runs actions in order, tells each step and returns the result', async () => {
  const { told, onEvent } = recorder();
  const done: string[] = [];
  const plan = { actions: [action('one', done), action('two', done)], result: async () => 42 };
  expect(await runPlan(plan, { signal, onEvent, now })).toBe(42);
  expect(done).toEqual(['one', 'two']);
  expect(told).toEqual([
    'started one',
    'progress one: half way',
    'done one',
    'started two',
    'progress two: half way',
    'done two',
  ]);
});

test('runPlan() undoes what was begun, last first, and throws the failure', async () => {
  const { told, onEvent } = recorder();
  const done: string[] = [];
  const actions = [action('one', done), action('two', done, true), action('three', done)];
  const run = runPlan({ actions, result: async () => 0 }, { signal, onEvent, now });
  await expect(run).rejects.toThrow('two broke');
  expect(done).toEqual(['one', 'undo two', 'undo one']);
  expect(told.slice(-5)).toEqual([
    'failed two',
    'undoing two',
    'undone two',
    'undoing one',
    'undone one',
  ]);
});

test('runPlan() leaves everything in place with keep', async () => {
  const { onEvent } = recorder();
  const done: string[] = [];
  const actions = [action('one', done), action('two', done, true)];
  const run = runPlan({ actions, result: async () => 0 }, { signal, onEvent, keep: true });
  await expect(run).rejects.toThrow();
  expect(done).toEqual(['one']);
});

test('runPlan() goes on undoing when one undo fails, and says so', async () => {
  const { told, onEvent } = recorder();
  const done: string[] = [];
  const stuck: Action = {
    ...action('two', done, true),
    undo: async () => {
      throw new Error('stuck');
    },
  };
  const actions = [action('one', done), stuck];
  await expect(
    runPlan({ actions, result: async () => 0 }, { signal, onEvent, now }),
  ).rejects.toThrow('two broke');
  expect(told).toContain('undo-failed two: stuck');
  expect(done).toContain('undo one');
});

test('runPlan() begins no action after the user gave up', async () => {
  const { onEvent } = recorder();
  const done: string[] = [];
  const reason = new Error('interrupted');
  const plan = { actions: [action('one', done)], result: async () => 0 };
  await expect(runPlan(plan, { signal: AbortSignal.abort(reason), onEvent })).rejects.toBe(reason);
  expect(done).not.toContain('one');
});
