import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryIo } from '../test/memory-io.ts';
import { createProgram } from './program.ts';

let user: ReturnType<typeof memoryIo>;
beforeEach(() => {
  user = memoryIo();
});
afterEach(() => user.dispose());

test('runCli() shows the version on stdout', async () => {
  expect(await user.run('--version')).toBe(0);
  expect(user.out()).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('runCli() without words shows what one can do', async () => {
  expect(await user.run()).toBe(0);
  expect(user.out()).toContain('stoke demo');
});

/** All commands that do something; programs have a help of their own, and shells call 'complete'. */
function leaves(command: Command, words: readonly string[] = []): string[][] {
  const own = ['master', 'agent', 'test', 'help', 'complete'];
  if (command.commands.length === 0) return [[...words]];
  return command.commands
    .filter((each) => words.length > 0 || !own.includes(each.name()))
    .flatMap((each) => leaves(each, [...words, each.name()]));
}

test('runCli() says in the help of every command what it does, as a sentence, with examples', async () => {
  const all = leaves(createProgram(user.io));
  expect(all.length).toBeGreaterThan(20);
  for (const words of all) {
    const one = memoryIo();
    expect(await one.run(...words, '--help')).toBe(0);
    expect(one.out(), words.join(' ')).toMatch(/^Usage: .*\n\n[A-Z][\s\S]*?\.\n\n/);
    expect(one.out()).toMatch(new RegExp(`Examples:\\n  .*stoke ${words.join(' ')}`));
    one.dispose();
  }
});

test('runCli() suggests the command that was meant and ends with 2', async () => {
  expect(await user.run('cluster', 'crate')).toBe(2);
  expect(user.err()).toContain('Did you mean create?');
});

test('runCli() suggests the option that was meant and ends with 2', async () => {
  expect(await user.run('cluster', 'create', '-n', 'dev', '--agnts', '2')).toBe(2);
  expect(user.err()).toContain('Did you mean --agents?');
});

test('runCli() names a missing option and ends with 2', async () => {
  expect(await user.run('cluster', 'info', '--name')).toBe(2);
  expect(await user.run('cluster', 'kill')).toBe(2);
  expect(user.err()).toContain("required option '-n, --name <name>' not specified");
});

test('runCli() names an option value that is no number', async () => {
  expect(await user.run('cluster', 'create', '-n', 'dev', '--agents', 'three')).toBe(2);
  expect(user.err()).toContain("Expected a number, got 'three'");
});

test('create lists all problems at once, an unknown provider among them, and ends with 2', async () => {
  const code = await user.run('cluster', 'create', '-n', 'Dev', '-p', 'locl', '--agents', '0');
  expect(code).toBe(2);
  expect(user.err()).toContain("got 'Dev'");
  expect(user.err()).toContain("agents: expected 1 or more, got '0'");
  expect(user.err()).toContain(
    "provider 'locl': there is none of this name; did you mean 'local'?",
  );
});

test('create refuses flags that the provider sets itself', async () => {
  const code = await user.run('cluster', 'create', '-n', 'dev', '--master-flag', 'port=1');
  expect([code, user.err()]).toEqual([2, expect.stringContaining("sets 'port' itself")]);
});

test('create refuses a name that any provider has, and names the way out', async () => {
  mkdirSync(join(user.home, '.local/state/stoke/standalone/dev'), { recursive: true });
  expect(await user.run('cluster', 'create', '-n', 'dev')).toBe(1);
  expect(user.err()).toContain("provider 'standalone' has one of this name already");
  expect(user.err()).toContain('stoke cluster kill -n dev');
});

test.each([
  ['cluster', 'info', '-n', 'nope'],
  ['cluster', 'kill', '-n', 'nope'],
  ['cluster', 'start', '-n', 'nope'],
  ['cluster', 'add', '-n', 'nope'],
  ['cluster', 'remove', '-n', 'nope', 'agent-1'],
  ['cluster', 'submit', '-n', 'nope', 'job.py'],
  ['spark', 'shell', '-n', 'nope'],
  ['why', '-n', 'nope'],
])('runCli() ends with 1 for an unknown cluster: %s %s', async (...words) => {
  expect(await user.run(...words)).toBe(1);
  expect(user.err()).toContain("Cannot find cluster 'nope': there is none yet; make one with");
  expect(user.out()).toBe('');
});

test('runCli() refuses what cannot be a cluster name before it looks for one', async () => {
  expect(await user.run('cluster', 'info', '-n', '../etc')).toBe(2);
  expect(user.err()).toContain("Cannot use cluster name '../etc'");
});

test('list is an empty JSON array, or a head and a hint, without clusters', async () => {
  expect(await user.run('cluster', 'list', '--json')).toBe(0);
  expect(JSON.parse(user.out())).toEqual([]);
  expect(await user.run('cluster', 'list')).toBe(0);
  expect(user.out()).toContain('NAME  PROVIDER');
  expect(user.err()).toContain('stoke cluster create -n dev');
});

test('--quiet leaves hints away', async () => {
  expect(await user.run('cluster', 'list', '--quiet')).toBe(0);
  expect(user.err()).toBe('');
});

test('info shows a cluster whose making was interrupted, and its JSON', async () => {
  mkdirSync(join(user.home, '.local/state/stoke/local/half/agents/agent-1'), { recursive: true });
  expect(await user.run('cluster', 'info', '-n', 'half')).toBe(0);
  expect(user.out()).toMatch(/^half {2}stopped/);
  expect(user.out()).toContain('stoke cluster start -n half');
});

test('start tells that a cluster whose making was interrupted must be made anew', async () => {
  mkdirSync(join(user.home, '.local/state/stoke/local/half/agents/agent-1'), { recursive: true });
  expect(await user.run('cluster', 'start', '-n', 'half')).toBe(1);
  expect(user.err()).toContain('stoke cluster kill -n half');
});

test('kill finishes a making that was interrupted', async () => {
  mkdirSync(join(user.home, '.local/state/stoke/local/half/agents/agent-1'), { recursive: true });
  expect(await user.run('cluster', 'kill', '-n', 'half', '--json')).toBe(0);
  expect(JSON.parse(user.out())).toEqual({ name: 'half', killed: true });
});

test('submit names a job file that is not there', async () => {
  mkdirSync(join(user.home, '.local/state/stoke/local/half'), { recursive: true });
  expect(await user.run('cluster', 'submit', '-n', 'half', 'nope.py', '--master', 'x')).toBe(1);
  expect(user.err()).toContain(`Cannot submit job 'nope.py': there is no such file`);
});

test('submit passes words through: an unknown spark-submit option is named', async () => {
  mkdirSync(join(user.home, '.local/state/stoke/local/half'), { recursive: true });
  expect(await user.run('spark', 'submit', '-n', 'half', '--clas', 'X', 'a.jar')).toBe(2);
  expect(user.err()).toContain("Cannot read spark-submit option '--clas'");
});

test('--debug shows where an error comes from', async () => {
  expect(await user.run('cluster', 'kill', '-n', 'nope', '--debug')).toBe(1);
  expect(user.err()).toContain('at unknownCluster');
});

test('spark remove names a version that is not there', async () => {
  expect(await user.run('spark', 'remove', '3.5.1')).toBe(1);
  expect(user.err()).toContain('3.5.1');
});

test('spark list is an empty JSON array without any', async () => {
  expect(await user.run('spark', 'list', '--json')).toBe(0);
  expect(JSON.parse(user.out())).toEqual([]);
});
