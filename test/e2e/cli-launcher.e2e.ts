/** The launcher: any directory, any link, signals and exit codes passed on. */
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@stoke/kit';
import { StokeSession, waitFor } from '@stoke/testing';
import { afterAll, expect, test } from 'vitest';

const session = new StokeSession();
const launcher = fileURLToPath(new URL('../../stoke', import.meta.url));

afterAll(() => session.dispose());

test('stoke runs through a symbolic link from any directory', async () => {
  const link = join(session.stateHome, 'my-stoke');
  symlinkSync(launcher, link);
  const ended = await runCommand({ file: link, args: ['--version'], cwd: '/' });
  expect(ended.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('stoke ends with 2 and a suggestion for a word it does not know', async () => {
  const result = await session.run(['clutser']);
  expect([result.code, result.stdout]).toEqual([2, '']);
  expect(result.stderr).toContain('Did you mean cluster?');
});

test('stoke master runs in the foreground until TERM, and ends with its exit code', async () => {
  const workDir = join(session.stateHome, 'master');
  const running = session.start(['master', '--port=0', `--work_dir=${workDir}`]);
  await waitFor(() => existsSync(join(workDir, 'daemon.json')), { what: 'the master to serve' });
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
});

test('stoke agent lists all its bad flags and ends with 2', async () => {
  const result = await session.run(['agent', '--prot=1', '--strict=maybe']);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('--prot');
  expect(result.stderr).toContain('--strict');
});

test('completion offers commands, providers and clusters', async () => {
  const commands = await session.run(['complete', '--', 'cluster', 'cre']);
  expect(commands.stdout).toContain('create');
  const providers = await session.run(['complete', '--', 'cluster', 'create', '--provider', '']);
  expect(providers.stdout).toMatch(/local[\s\S]*standalone/);
});

test('completion works in bash, with files where jobs are named', async () => {
  const script = `source <("$0" completion bash); cd "$1"
    complete_line() {
      COMP_LINE=$1 COMP_POINT=\${#1} COMPREPLY=()
      _stoke 2>/dev/null; echo "\${COMPREPLY[*]}"
    }
    complete_line 'stoke cluster cre'
    complete_line './stoke cluster create --provider=stand'
    complete_line 'stoke cluster submit -n dev '
    complete -p stoke`;
  const folder = fileURLToPath(new URL('../..', import.meta.url));
  const ended = await runCommand({ file: 'bash', args: ['-c', script, launcher, folder] });
  expect(ended.stdout).toBe('create\nstandalone\n\ncomplete -o default -F _stoke stoke\n');
});
