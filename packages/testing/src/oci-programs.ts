/** What tests of OCI containers need of the machine. */
import { spawnSync } from 'node:child_process';

/** Why there can be no containers of the oci containerizer here; undefined when there can. `more` are further programs. */
export function whyNoOci(more: readonly string[] = []): string | undefined {
  if (process.getuid?.() !== 0) return 'it takes root';
  const programs = ['runc', 'tini-static', 'perl', 'unshare', ...more];
  const missing = programs.find((name) => spawnSync(name, ['--version']).error !== undefined);
  return missing === undefined ? undefined : `${missing} is not installed`;
}
