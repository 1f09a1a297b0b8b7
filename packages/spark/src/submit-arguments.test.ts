import { expect, test } from 'vitest';
import { formatSubmitArguments, lastOption, parseSubmitArguments } from './submit-arguments.ts';

test('parseSubmitArguments ends the options at the application and leaves its arguments alone', () => {
  const parsed = parseSubmitArguments([
    '--class',
    'org.example.Main',
    '--verbose',
    '-c',
    'spark.x=a=b',
    '--conf=spark.y=1',
    '--conf',
    'spark.x=c',
    'app.jar',
    '--conf',
    'not ours',
  ]);
  expect(parsed.resource).toBe('app.jar');
  expect(parsed.applicationArguments).toEqual(['--conf', 'not ours']);
  expect(parsed.conf).toEqual({ 'spark.x': 'c', 'spark.y': '1' });
  expect(lastOption(parsed, '--class')).toBe('org.example.Main');
});

test('parseSubmitArguments has no application for a shell', () => {
  expect(parseSubmitArguments(['--driver-memory', '2g']).resource).toBeUndefined();
});

test.each([
  [['--colour', 'app.py'], "Cannot read spark-submit option '--colour'"],
  [['--class'], "Cannot read spark-submit option '--class': its value is missing"],
  [['--conf', 'novalue', 'app.py'], "Cannot read --conf 'novalue'"],
])('parseSubmitArguments refuses %j', (args, message) => {
  expect(() => parseSubmitArguments(args)).toThrow(message);
});

test('formatSubmitArguments gives the words back, without those left out', () => {
  const parsed = parseSubmitArguments(['--num-executors', '2', '-v', '--name', 'n', 'a.py', 'x']);
  expect(formatSubmitArguments(parsed)).toEqual([
    '--num-executors',
    '2',
    '-v',
    '--name',
    'n',
    'a.py',
    'x',
  ]);
  const without = formatSubmitArguments(parsed, new Set(['--num-executors']));
  expect(without).toEqual(['-v', '--name', 'n', 'a.py', 'x']);
});
