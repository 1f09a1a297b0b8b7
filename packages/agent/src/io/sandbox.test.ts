import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipBecause, whyNotRoot } from '@stoke/testing';
import { afterAll, expect, test } from 'vitest';
import type { ContainerSpec } from '../core/effects.ts';
import { createSandbox } from './sandbox.ts';

const executor = { containerId: 'e', container: undefined, resources: [] };

const root = mkdtempSync(join(tmpdir(), 'sandbox-'));
afterAll(() => rmSync(root, { recursive: true }));

const runs = join(root, 'executors/dex/runs');
const executorDirectory = join(runs, 'c0');

function spec(containerId: string, taskId: string): ContainerSpec {
  return {
    kind: 'command',
    containerId,
    frameworkId: 'f',
    executorId: 'dex',
    directory: join(executorDirectory, 'containers', containerId),
    nested: { executorDirectory, taskId, parent: executor },
    user: undefined,
    command: {},
    environment: {},
    container: undefined,
    resources: [],
    volumes: [],
  };
}

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('createSandbox makes the sandboxes of a group inside that of its executor, linked by task', async () => {
  await createSandbox(spec('c1', 'a'), { switchUser: false });
  await createSandbox(spec('c2', 'b'), { switchUser: false });
  expect(readdirSync(executorDirectory).toSorted()).toEqual([
    'containers',
    'stderr',
    'stdout',
    'tasks',
  ]);
  expect(readlinkSync(join(runs, 'latest'))).toBe(executorDirectory);
  expect(readlinkSync(join(executorDirectory, 'tasks/b'))).toBe(
    join(executorDirectory, 'containers/c2'),
  );
  expect([mode(executorDirectory), mode(join(executorDirectory, 'containers/c1'))]).toEqual([
    '750',
    '750',
  ]);
});

test('createSandbox refuses a task whose name leads elsewhere', async () => {
  await expect(createSandbox(spec('c3', '..'), { switchUser: false })).rejects.toMatchObject({
    code: 'SANDBOX_FAILED',
  });
});

test(
  'createSandbox keeps the sandbox of a group its own: its tasks could move what the agent walks through',
  skipBecause(whyNotRoot()),
  async () => {
    const parent = join(runs, 'c9');
    await createSandbox(
      {
        ...spec('c4', 'c'),
        directory: join(parent, 'containers', 'c4'),
        nested: { executorDirectory: parent, taskId: 'c', parent: executor },
        user: 'nobody',
      },
      { switchUser: true },
    );
    const paths = ['', 'containers', 'tasks'].map((name) => join(parent, name));
    expect(paths.map((path) => statSync(path).uid)).toEqual([0, 0, 0]);
    expect(mode(parent)).toBe('751');
  },
);
