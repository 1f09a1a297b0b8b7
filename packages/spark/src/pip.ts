/** Brings pip to a Python that lacks it, as Debian's does. */

import type { Environment } from './cache-dir.ts';
import { aptInstall } from './debian.ts';
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
  request.onProgress({ type: 'step', what: 'pip', doing: 'installing python3-pip with apt-get' });
  const uid = process.geteuid?.() ?? -1;
  const outcome = await aptInstall('python3-pip', { ...request, uid });
  return outcome.ok && hasPip(python.executable, request);
}

async function hasPip(python: string, { env, run }: PipRequest): Promise<boolean> {
  const result = await run(python, ['-m', 'pip', '--version'], { env, timeoutMs: 30_000 });
  return result.ok;
}
