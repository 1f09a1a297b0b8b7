import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeFlags, flagHelp } from './flag-help.ts';
import { bytesFlag, durationFlag, pathFlag } from './flag-kind.ts';
import { parseFlags, wantsHelp } from './flags.ts';

const schema = z.object({
  work_dir: pathFlag().describe('Where state is kept'),
  port: z.int().min(0).max(65_535).default(5050).describe('Port to listen on'),
  cluster: z.string().optional(),
  strict: z.boolean().default(true),
  agent_ping_timeout: durationFlag().default(15_000).describe('Between pings'),
  cache_size: bytesFlag().optional(),
  level: z.enum(['info', 'debug']).default('info'),
});

function problems(argv: readonly string[], env: Record<string, string> = {}): readonly string[] {
  const parsed = parseFlags(schema, argv, env);
  return parsed.ok ? [] : parsed.problems;
}

test('parseFlags() reads both notations, negated flags, durations and sizes', () => {
  const argv = '--work_dir=/w --port 0 --no-strict --agent_ping_timeout=2mins --cache_size=2MB';
  expect(parseFlags(schema, argv.split(' '), {})).toEqual({
    ok: true,
    value: {
      work_dir: '/w',
      port: 0,
      strict: false,
      agent_ping_timeout: 120_000,
      cache_size: 2_097_152,
      level: 'info',
    },
  });
});

test('parseFlags() takes dashes for underscores and values that hold an equals sign', () => {
  const parsed = parseFlags(schema, ['--work-dir', '/w', '--cluster=a=b'], {});
  expect(parsed.ok && parsed.value).toMatchObject({ work_dir: '/w', cluster: 'a=b' });
});

test('parseFlags() prefers the command line over the environment over the default', () => {
  const env = { MESOS_WORK_DIR: '/env', MESOS_PORT: '1', MESOS_STRICT: 'false', MESOS_OTHER: 'x' };
  const parsed = parseFlags(schema, ['--port=2'], env);
  expect(parsed.ok && parsed.value).toMatchObject({ work_dir: '/env', port: 2, strict: false });
});

test('parseFlags() reads file:// values, but not those of path flags', () => {
  const argv = ['--work_dir=file:///w', '--cluster=file:///c'];
  const parsed = parseFlags(schema, argv, {}, { readFile: (path) => `from ${path}\n` });
  expect(parsed.ok && parsed.value).toMatchObject({ work_dir: '/w', cluster: 'from /c' });
});

test('parseFlags() lists every problem at once', () => {
  const argv = ['--prot=1', '--strict=maybe', '--agent_ping_timeout=5', 'stray', '--level=loud'];
  const found = problems(argv, { MESOS_PORT: '70000' });
  expect(found).toHaveLength(7);
  expect(found.join('\n')).toContain("Unknown flag '--prot'; did you mean --port?");
  expect(found.join('\n')).toContain("Expected `--strict` to be true or false, got 'maybe'");
  expect(found.join('\n')).toContain("Expected only flags, got 'stray'");
  expect(found.join('\n')).toContain('Missing required flag `--work_dir`');
  expect(found.join('\n')).toContain("Expected `MESOS_PORT` to be valid, got '70000'");
  expect(found.join('\n')).toContain("Expected `--agent_ping_timeout` to be valid, got '5'");
  expect(found.join('\n')).toContain("Expected `--level` to be valid, got 'loud'");
});

test('parseFlags() does not read the value of an unknown flag as a stray word', () => {
  expect(problems(['--work_dir=/w', '--prot', '1'])).toHaveLength(1);
});

test('parseFlags() names a flag given twice and one without its value', () => {
  const found = problems(['--work_dir=/w', '--port=1', '--port=2', '--cluster']);
  expect(found).toEqual([
    'Expected `--port` once, got it twice',
    'Expected `--cluster` to have a value, got none',
  ]);
});

test('parseFlags() says which file of a flag cannot be read', () => {
  const found = problems(['--work_dir=/w', '--cluster=file:///does/not/exist']);
  expect(found[0]).toMatch(/^Expected `--cluster` to be a readable file, .*ENOENT/);
});

test('describeFlags() writes defaults as a user would', () => {
  const flags = new Map(describeFlags(schema).map((flag) => [flag.name, flag]));
  expect(flags.get('agent_ping_timeout')).toMatchObject({
    value: 'DURATION',
    default: '15secs',
    description: 'Between pings',
  });
  expect(flags.get('work_dir')).toMatchObject({ required: true, default: undefined });
  expect(flags.get('port')).toMatchObject({ required: false, default: '5050' });
});

test('flagHelp() shows each flag with its note', () => {
  const text = flagHelp('stoke master [flags]', schema);
  expect(text).toContain('--work_dir=PATH   (required)\n      Where state is kept');
  expect(text).toContain('--agent_ping_timeout=DURATION   (default: 15secs)');
});

test('wantsHelp() sees both spellings', () => {
  expect(wantsHelp(['--port=1', '-h'])).toBe(true);
  expect(wantsHelp(['--port=1'])).toBe(false);
});
