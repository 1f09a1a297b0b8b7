import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Attachment } from './plugin-input.ts';
import { PluginRunner } from './plugin-runner.ts';

const root = mkdtempSync(join(tmpdir(), 'plugins-'));
afterAll(() => rmSync(root, { recursive: true }));

const run = {
  containerId: 'c',
  namespace: undefined,
  lock: join(root, 'lock'),
  directories: [root],
};

/** A plugin that is a shell script and keeps what it reads. */
function writePlugin(type: string, body: string): void {
  const path = join(root, type);
  writeFileSync(path, `#!/bin/sh\ncat > ${path}.$CNI_COMMAND\n${body}\n`);
  chmodSync(path, 0o755);
}

function attachment(...types: readonly string[]): Attachment {
  const plugins = types.map((type) => ({ type }));
  const network = { name: 'blue', cniVersion: '1.0.0', plugins };
  return { network, ifName: 'eth0', info: { name: 'blue' } };
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

test('PluginRunner gives each plugin what the one before it answered, and DEL the end of it', async () => {
  writePlugin('one', `echo '{"ips":[{"address":"10.0.0.1/8"}]}'`);
  writePlugin('two', `echo '{"ips":[]}'`);
  const runner = new PluginRunner(20_000);
  const result = await runner.add(attachment('one', 'two'), run);
  expect(result).toEqual({ ips: [] });
  expect(read('one.ADD')).not.toHaveProperty('prevResult');
  expect(read('two.ADD')).toMatchObject({ prevResult: { ips: [{ address: '10.0.0.1/8' }] } });
  await runner.undo({ ...attachment('one', 'two'), result }, run);
  expect(read('one.DEL')).toMatchObject({ name: 'blue', prevResult: { ips: [] } });
});

test('PluginRunner says why a plugin failed, and undoes with all the others', async () => {
  writePlugin('first', '');
  writePlugin('broken', `echo '{"code":7,"msg":"no bridge"}'; exit 1`);
  const runner = new PluginRunner(20_000);
  await expect(runner.add(attachment('broken'), run)).rejects.toThrow(
    "Cannot join network 'blue': plugin broken: no bridge, code 7",
  );
  await expect(runner.undo(attachment('first', 'broken'), run)).rejects.toThrow(
    "Cannot leave network 'blue': plugin broken: no bridge, code 7",
  );
  expect(read('first.DEL')).toMatchObject({ type: 'first' });
  await expect(runner.add(attachment('absent'), run)).rejects.toThrow(`is not in ${root}`);
});

test('PluginRunner ends a plugin that takes too long or prints without end', async () => {
  writePlugin('slow', 'exec sleep 100000');
  writePlugin('noisy', 'exec yes');
  await expect(new PluginRunner(200).add(attachment('slow'), run)).rejects.toThrow(
    'it did not end in time',
  );
  await expect(new PluginRunner(20_000).add(attachment('noisy'), run)).rejects.toThrow(
    'it printed too much',
  );
});

test('PluginRunner waits for what a former agent left running', async () => {
  writePlugin('next', '');
  const words = ['--no-fork', run.lock, 'sh', '-c', 'echo locked; exec sleep 100000'];
  const former = spawn('flock', words, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(former.stdout, 'data');
  await expect(new PluginRunner(200).undo(attachment('next'), run)).rejects.toThrow(
    'one that was called before still runs',
  );
  const undone = new PluginRunner(20_000).undo(attachment('next'), run);
  former.kill('SIGKILL');
  await undone;
});
