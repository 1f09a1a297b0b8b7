import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPipSettings, valueInGlobalSection } from './pip-settings.ts';
import type { RunTool } from './run-tool.ts';

/** A pip that answers the questions listed and fails at all others. */
function pip(answers: Readonly<Record<string, string>>): RunTool {
  return async (file, args) => {
    const answer = answers[args.slice(0, 5).join(' ')] ?? answers[args[0] ?? ''];
    const ok = answer !== undefined;
    return { ok, stdout: `${answer ?? ''}\n`, stderr: '', command: `${file} ${args.join(' ')}` };
  };
}

const nowhere = { HOME: '/nonexistent', XDG_CONFIG_HOME: '/nonexistent', PIP_CONFIG_FILE: '' };

test('readPipSettings prefers PIP_INDEX_URL', async () => {
  const run = pip({ '-m pip config get global.index-url': 'https://configured.example/simple' });
  const env = { ...nowhere, PIP_INDEX_URL: 'https://env.example/simple', PIP_CERT: '/ca.pem' };
  expect(await readPipSettings({ env, run, python: 'python3' })).toEqual({
    indexUrl: 'https://env.example/simple',
    certFile: '/ca.pem',
  });
});

test("readPipSettings takes the configured index before pip's own default", async () => {
  const run = pip({
    '-m pip config get global.index-url': 'https://configured.example/simple',
    '-c': 'https://default.example/simple',
  });
  const { indexUrl } = await readPipSettings({ env: nowhere, run, python: 'python3' });
  expect(indexUrl).toBe('https://configured.example/simple');
});

test("readPipSettings falls back to pip's own default", async () => {
  const run = pip({ '-c': 'https://default.example/simple' });
  const { indexUrl } = await readPipSettings({ env: nowhere, run, python: 'python3' });
  expect(indexUrl).toBe('https://default.example/simple');
});

test("readPipSettings reads pip's files when there is no pip", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pip-'));
  const file = join(folder, 'pip.conf');
  await writeFile(
    file,
    '[install]\nindex-url = https://no\n[global]\nindex_url=https://yes/simple\n',
  );
  const env = { ...nowhere, PIP_CONFIG_FILE: file };
  const settings = await readPipSettings({ env, run: pip({}), python: 'python3' });
  expect(settings.indexUrl).toBe('https://yes/simple');
  await rm(folder, { recursive: true });
});

test('readPipSettings says what to do when nothing names an index', async () => {
  const failure = readPipSettings({ env: nowhere, run: pip({}), python: 'python3' });
  await expect(failure).rejects.toMatchObject({
    code: 'PACKAGE_INDEX_UNKNOWN',
    message: expect.stringMatching(/python3-pip.*PIP_INDEX_URL.*--spark-home.*--file/),
  });
});

test('valueInGlobalSection looks only into [global]', () => {
  expect(valueInGlobalSection('index-url = a\n[global]\ncert = b\n', 'index-url')).toBeUndefined();
});
