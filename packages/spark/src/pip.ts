/** Brings pip to a Python that lacks it, as Debian's does. */

import type { Environment } from './cache-dir.ts';
import { aptInstall } from './debian.ts';
import { type PipSettings, readPipSettings } from './pip-settings.ts';
import type { RunTool } from './run-tool.ts';
import type { OnProgress } from './setup-progress.ts';

/** How to look and whom to tell. */
export interface PipRequest {
  readonly env: Environment;
  readonly run: RunTool;
  readonly onProgress: OnProgress;
}

/**
 * Installs Debian's python3-pip when there is no pip and we are root. Returns whether pip works now; whoever needs
 * it says what else could be done, so this does not throw.
 */
export async function ensurePip(
  python: { readonly executable: string },
  request: PipRequest,
): Promise<boolean> {
  if (await hasPip(python.executable, request)) return true;
  const doing = 'installing python3-pip with apt-get';
  const outcome = await aptInstall('python3-pip', {
    ...request,
    uid: process.geteuid?.() ?? -1,
    onStart: () => request.onProgress({ type: 'step', what: 'pip', doing }),
  });
  return outcome.ok && hasPip(python.executable, request);
}

/**
 * Where packages come from. Settings that name an index need no pip; without any, pip itself knows one, and is brought.
 * @throws AppError PACKAGE_INDEX_UNKNOWN
 */
export async function findPackageIndex(
  python: { readonly executable: string },
  request: PipRequest,
): Promise<PipSettings> {
  const lookup = { ...request, python: python.executable };
  try {
    return await readPipSettings(lookup);
  } catch (error) {
    if (!(await ensurePip(python, request))) throw error;
    return readPipSettings(lookup);
  }
}

async function hasPip(python: string, { env, run }: PipRequest): Promise<boolean> {
  const result = await run(python, ['-m', 'pip', '--version'], { env, timeoutMs: 30_000 });
  return result.ok;
}
