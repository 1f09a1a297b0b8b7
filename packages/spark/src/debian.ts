/** Installs Debian packages, when that is possible at all. */

import { access } from 'node:fs/promises';
import type { Environment } from './cache-dir.ts';
import type { RunTool } from './run-tool.ts';

/** How an installation by apt went. */
export type AptOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** What apt needs to know. */
export interface AptRequest {
  readonly env: Environment;
  readonly run: RunTool;
  /** Effective user id of this process. */
  readonly uid: number;
  /** Told when apt is about to work, so not when it cannot. */
  readonly onStart: () => void;
}

/** apt refuses to run twice at once: within this process installations queue, others' are waited for. */
let last: Promise<unknown> = Promise.resolve();
const waitForOthers = 'DPkg::Lock::Timeout=300';
const running = new Map<string, Promise<AptOutcome>>();

/** Installs one package as root on Debian and its kin; says why when it cannot. Callers at the same time share one run. */
export function aptInstall(name: string, request: AptRequest): Promise<AptOutcome> {
  const shared = running.get(name);
  if (shared !== undefined) return shared;
  const outcome = last.then(() => installNow(name, request)).finally(() => running.delete(name));
  running.set(name, outcome);
  last = outcome.catch(() => undefined);
  return outcome;
}

async function installNow(name: string, request: AptRequest): Promise<AptOutcome> {
  const hasApt = await access('/usr/bin/apt-get').then(
    () => true,
    () => false,
  );
  if (!hasApt) return { ok: false, reason: 'this system has no apt-get' };
  if (request.uid !== 0) return { ok: false, reason: 'apt-get needs root' };
  request.onStart();
  const env = { ...request.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '-q', '-o', waitForOthers, '--no-install-recommends', name];
  const first = await request.run('apt-get', install, { env, timeoutMs: 600_000 });
  if (first.ok) return { ok: true };
  await request.run('apt-get', ['update', '-q', '-o', waitForOthers], { env, timeoutMs: 300_000 });
  const second = await request.run('apt-get', install, { env, timeoutMs: 600_000 });
  if (second.ok) return { ok: true };
  const complaint = second.stderr.trim().split('\n').at(-1) ?? '';
  return { ok: false, reason: `${second.command} failed: ${complaint}` };
}
