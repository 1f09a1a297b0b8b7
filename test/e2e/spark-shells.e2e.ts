/** The Scala and the Python shell in a real terminal, computing on the cluster. */
import { fileURLToPath } from 'node:url';
import { runCommand } from '@stoke/kit';
import { StokeSession } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const session = new StokeSession();
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

beforeAll(async () => {
  const created = await session.run([
    'cluster',
    'create',
    '-n',
    'shells',
    '-p',
    'local',
    '--agents',
    '2',
  ]);
  expect(created.code, created.stderr).toBe(0);
});

afterAll(async () => {
  await session.run(['cluster', 'kill', '-n', 'shells']);
  session.dispose();
});

async function typeInto(shell: string, prompt: string, lines: readonly string[]): Promise<string> {
  const stoke = [path('../../stoke'), 'spark', shell, '-n', 'shells'];
  const ended = await runCommand({
    file: 'python3',
    args: [path('support/type-into.py'), prompt, JSON.stringify(lines), ...stoke],
    env: { ...process.env, XDG_STATE_HOME: session.stateHome },
    timeoutMs: 200_000,
  });
  expect(ended.exitCode, ended.stdout).toBe(0);
  return ended.stdout;
}

test('spark pyspark takes what is typed and ends with exit code 0', async () => {
  const sum = "spark.range(1000).selectExpr('sum(id) as total').collect()";
  expect(await typeInto('pyspark', '>>> ', [sum, 'exit()'])).toContain('[Row(total=499500)]');
});

test('spark shell takes what is typed and ends with exit code 0', async () => {
  const printed = await typeInto('shell', 'scala> ', ['sc.parallelize(1 to 100, 4).sum', ':quit']);
  expect(printed).toContain('5050.0');
});
