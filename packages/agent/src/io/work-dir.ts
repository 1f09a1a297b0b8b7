/** The work directory of an agent: there, writable, and of this agent alone. */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isDaemonAlive, readDaemonFile } from '@stoke/kit';
import { agentError } from '../errors.ts';

/** Makes the directory and makes sure that no other agent uses it. */
export async function claimWorkDir(workDir: string): Promise<void> {
  try {
    // Not all at once: on file systems that refuse directories Node would try for ever.
    mkdirSync(dirname(resolve(workDir)), { recursive: true, mode: 0o755 });
    if (!existsSync(workDir)) mkdirSync(workDir, { mode: 0o755 });
    accessSync(workDir, constants.W_OK);
  } catch (cause) {
    throw agentError('WORK_DIR_UNUSABLE', {
      message: `Cannot use work directory '${workDir}': ${cause instanceof Error ? cause.message : String(cause)}; choose another with --work_dir`,
      cause,
    });
  }
  const other = await readDaemonFile(workDir);
  if (other === undefined || !isDaemonAlive(other)) return;
  throw agentError('WORK_DIR_UNUSABLE', {
    message: `Cannot use work directory '${workDir}': the ${other.kind} with pid ${other.pid} runs there; stop it or choose another with --work_dir`,
  });
}
