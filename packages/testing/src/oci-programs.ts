/** What tests of OCI containers need of the machine. */
import { whyNoProgram, whyNotRoot } from './programs.ts';

/** Why there can be no containers of the oci containerizer here; undefined when there can. `more` are further programs. */
export function whyNoOci(more: readonly string[] = []): string | undefined {
  return whyNotRoot() ?? whyNoProgram(['runc', 'tini-static', 'perl', 'unshare', ...more]);
}
