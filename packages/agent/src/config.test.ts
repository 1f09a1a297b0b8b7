import { parseFlags } from '@stoke/kit';
import { expect, test } from 'vitest';
import { agentFlags, configProblems } from './config.ts';
import { flagTexts } from './flag-texts.ts';

function parse(...argv: string[]) {
  const base = ['--master=127.0.0.1:5050', '--work_dir=/w'];
  const parsed = parseFlags(agentFlags, [...base, ...argv], {});
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.value;
}

test('agentFlags have the defaults of Mesos', () => {
  expect(parse()).toMatchObject({
    ip: '127.0.0.1',
    port: 5051,
    executor_registration_timeout: 60_000,
    executor_shutdown_grace_period: 5_000,
    gc_delay: 604_800_000,
    fetcher_cache_size: 2 * 1024 ** 3,
    switch_user: true,
  });
  expect(configProblems(parse())).toEqual([]);
});

test('configProblems asks for authentication off loopback', () => {
  expect(configProblems(parse('--ip=0.0.0.0'))).toEqual([
    expect.stringContaining(
      '--authenticate_http_readonly, --authenticate_http_readwrite, --authenticate_http_executors',
    ),
  ]);
  expect(configProblems(parse('--ip=0.0.0.0', '--insecure'))).toEqual([]);
  expect(configProblems(parse('--authenticate_http_readonly'))).toEqual([
    expect.stringContaining('--http_credentials'),
  ]);
});

test('configProblems lists all that is wrong at once', () => {
  const found = configProblems({
    ...parse('--containerizers=podman'),
    master: 'https://h:2181/mesos',
  });
  expect(found).toEqual([
    expect.stringContaining('`--master` to be host:port'),
    expect.stringContaining('`--containerizers`'),
  ]);
});

test('flagTexts writes durations and sizes as they were given', () => {
  expect(flagTexts(parse('--gc_delay=2days', '--fetcher_cache_size=64MB'))).toMatchObject({
    gc_delay: '2days',
    fetcher_cache_size: '64MB',
    executor_registration_timeout: '1mins',
    http_command_executor: 'false',
  });
});

test('flagTexts hides the environment of executors: it may hold secrets', () => {
  const texts = flagTexts(parse('--executor_environment_variables={"TOKEN":"s3cret"}'));
  expect(texts.executor_environment_variables).toBe('<hidden>');
});

test('flagTexts and problems show no password of --master', () => {
  const { master } = flagTexts({ ...parse(), master: 'zk://u:s3#cr@et@h:1/mesos' });
  expect(master).toBe('zk://h:1/mesos');
  for (const wrong of ['zk:/u:s3cret@h/mesos', 'zk://u:s3/cret@h/mesos']) {
    const text = configProblems({ ...parse(), master: wrong }).join();
    expect(text).toContain('***@h/mesos');
    expect(text).not.toMatch(/s3|cret/);
  }
});
