import { expect, test } from 'vitest';
import { nameProblem, readClusterSpec } from './spec.ts';

const smallest = { apiVersion: 'stoke/v1', kind: 'Cluster', name: 'dev', provider: 'local' };

test('readClusterSpec() fills in three hosts when none are named', () => {
  const read = readClusterSpec(smallest);
  expect(read).toMatchObject({
    ok: true,
    spec: {
      name: 'dev',
      hosts: ['agent-1', 'agent-2', 'agent-3'],
      agentFlags: [],
      port: undefined,
    },
  });
});

test('readClusterSpec() takes named hosts as they are', () => {
  const read = readClusterSpec({ ...smallest, hosts: ['anna', 'berta'], agents: 2 });
  expect(read.ok && read.spec.hosts).toEqual(['anna', 'berta']);
});

test('readClusterSpec() lists every problem with its path and what was given', () => {
  const read = readClusterSpec({
    ...smallest,
    name: 'Bad Name',
    agents: 0,
    agentMemMb: 12.5,
    port: 70_000,
    masterFlags: ['no-equals'],
    surprise: true,
  });
  const problems = read.ok ? [] : read.problems;
  expect(problems).toContainEqual(expect.stringMatching(/^name: .* got 'Bad Name'$/));
  expect(problems).toContainEqual("agents: expected 1 or more, got '0'");
  expect(problems).toContainEqual(expect.stringContaining('agentMemMb: expected a whole number'));
  expect(problems).toContainEqual("port: expected 65535 or less, got '70000'");
  expect(problems).toContainEqual(expect.stringContaining('masterFlags.0: expected FLAG=VALUE'));
  expect(problems).toContainEqual(expect.stringContaining('surprise'));
});

test('readClusterSpec() refuses hosts named twice and a count that does not fit', () => {
  const read = readClusterSpec({ ...smallest, hosts: ['a', 'b', 'a'], agents: 2 });
  expect(read.ok ? [] : read.problems).toEqual([
    "hosts: expected each once, got 'a' twice",
    'agents: expected 3, as many as hosts are named, got 2',
  ]);
});

test('readClusterSpec() refuses what is no description at all', () => {
  expect(readClusterSpec('dev').ok).toBe(false);
  expect(readClusterSpec({ ...smallest, apiVersion: 'stoke/v2' }).ok).toBe(false);
});

test.each(['a', 'a-b', '0', 'x'.repeat(40)])('nameProblem() accepts %s', (name) => {
  expect(nameProblem(name)).toBeUndefined();
});

test.each(['', '-a', 'a-', 'A', 'a/b', '..', 'x'.repeat(41)])(
  'nameProblem() refuses "%s"',
  (name) => {
    expect(nameProblem(name)).toContain(`'${name}'`);
  },
);
