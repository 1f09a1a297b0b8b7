/** What tests need of the machine. */
import { spawnSync } from 'node:child_process';

/** Why a test that takes root cannot run; undefined as root. */
export function whyNotRoot(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'it takes root';
}

/** Why a test that runs these programs cannot; undefined when all are installed. */
export function whyNoProgram(programs: readonly string[]): string | undefined {
  const missing = programs.find((name) => spawnSync(name, ['--version']).error !== undefined);
  return missing === undefined ? undefined : `${missing} is not installed`;
}
