/** Asks the user's own pip where Python packages come from, so that Stoke names no registry itself. */

import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './cache-dir.ts';
import { sparkError } from './errors.ts';
import type { RunTool } from './run-tool.ts';

/** What pip would use. */
export interface PipSettings {
  readonly indexUrl: string;
  /** A CA bundle that pip was told to trust. */
  readonly certFile: string | undefined;
}

/** Where to look; `python` is the interpreter whose pip is asked. */
export interface PipLookup {
  readonly env: Environment;
  readonly run: RunTool;
  readonly python: string;
}

const BUILT_IN_INDEX = 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)';

/**
 * Finds the index in pip's own order: PIP_INDEX_URL, configuration, pip's built-in default. Without pip its
 * configuration files are read all the same.
 * @throws AppError PACKAGE_INDEX_UNKNOWN
 */
export async function readPipSettings(lookup: PipLookup): Promise<PipSettings> {
  const certFile = given(lookup.env.PIP_CERT) ?? (await configured(lookup, 'cert'));
  const indexUrl =
    given(lookup.env.PIP_INDEX_URL) ??
    (await configured(lookup, 'index-url')) ??
    (await printed(lookup, ['-c', BUILT_IN_INDEX]));
  if (indexUrl !== undefined) return { indexUrl, certFile };
  throw sparkError(
    'PACKAGE_INDEX_UNKNOWN',
    "Cannot find a Python package index: this Python has no pip and no index is configured; install pip ('apt-get install python3-pip'), or set PIP_INDEX_URL, or give Spark itself with --spark-home or 'stoke spark install --file ARCHIVE'",
  );
}

/** pip takes an empty variable for an absent one. */
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

async function configured(lookup: PipLookup, key: string): Promise<string | undefined> {
  return (
    (await printed(lookup, ['-m', 'pip', 'config', 'get', `global.${key}`])) ??
    (await fromFiles(lookup.env, key))
  );
}

async function printed(lookup: PipLookup, args: string[]): Promise<string | undefined> {
  const result = await lookup.run(lookup.python, args, { env: lookup.env, timeoutMs: 20_000 });
  const line = result.stdout.trim().split('\n').at(-1) ?? '';
  return result.ok && line !== '' ? line : undefined;
}

/** pip's files on Linux, the nearest to the user first. */
async function fromFiles(env: Environment, key: string): Promise<string | undefined> {
  const home = env.HOME ?? homedir();
  const candidates = [
    env.PIP_CONFIG_FILE,
    join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'pip', 'pip.conf'),
    join(home, '.pip', 'pip.conf'),
    '/etc/pip.conf',
  ];
  for (const path of candidates) {
    if (path === undefined) continue;
    const text = await readFile(path, 'utf8').catch(() => '');
    const value = valueInGlobalSection(text, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The value of a key in the `[global]` section of a pip configuration file. */
export function valueInGlobalSection(text: string, key: string): string | undefined {
  let section = '';
  for (const line of text.split('\n')) {
    section = /^\s*\[(.+)\]\s*$/.exec(line)?.[1] ?? section;
    const match = /^\s*([\w-]+)\s*[=:]\s*(.+?)\s*$/.exec(line);
    if (section === 'global' && match?.[1]?.replaceAll('_', '-') === key) return match[2];
  }
  return undefined;
}
