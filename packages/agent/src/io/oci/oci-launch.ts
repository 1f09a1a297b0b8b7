/** How the runtime itself is started. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContainerSpec } from '../../core/effects.ts';
import { agentError } from '../../errors.ts';
import type { LaunchRequest } from '../containerizer.ts';
import { type BundleRules, layerLinks } from './oci-bundle.ts';
import type { OciPrograms } from './oci-runtime.ts';

export interface LaunchParts {
  readonly programs: OciPrograms;
  readonly rules: BundleRules;
  readonly bundle: string;
}

/** Where the runtime writes what went wrong. */
function logOf(bundle: string): string {
  return join(bundle, 'runtime.log');
}

/**
 * The runtime as a plain process of the agent's own user, in a mount namespace of its own. It leaves the container to
 * the supervisor, so that nothing of a runtime stays, and nobody takes the control group away before it is read.
 */
export function runtimeLaunch(
  spec: ContainerSpec,
  { programs, rules, bundle }: LaunchParts,
): LaunchRequest {
  const script = fileURLToPath(new URL('run-bundle.sh', import.meta.url));
  const runtime = [programs.runtime, '--root', join(bundle, 'state'), '--log', logOf(bundle)];
  const layers = readdirSync(join(bundle, layerLinks));
  const isImage = layers.length > 0;
  const lower = layers.map((_, index) => `${layerLinks}/${index}`).join(':');
  const pidFile = join(bundle, 'pid');
  const tty_info = spec.container?.tty_info;
  // A terminal is handed on by a runtime that stays.
  const mode = tty_info === undefined ? '--detach' : '--keep';
  const run = ['run', mode, '--bundle', bundle, '--pid-file', pidFile];
  return {
    ...(tty_info === undefined ? { pidFile } : {}),
    spec: {
      ...spec,
      container: tty_info === undefined ? undefined : { type: 'MESOS', tty_info },
      environment: { PATH: process.env.PATH ?? '' },
      command: {
        shell: false,
        value: programs.unshare,
        arguments: [
          ...['unshare', '--mount', '--propagation', 'slave', '/bin/sh', script],
          ...(isImage ? ['overlay', bundle, lower] : [rules.root, bundle, '/']),
          ...[...runtime, ...run, spec.containerId],
        ],
      },
    },
    owner: undefined,
  };
}

/** Why a container has no first process, from what the mount program and the runtime wrote. */
export function startError(
  containerId: string,
  { bundle, ended }: { readonly bundle: string; readonly ended: boolean },
): Error {
  const said = [join(bundle, 'mount.log'), logOf(bundle)]
    .filter(existsSync)
    .map((path) => readFileSync(path, 'utf8').trim())
    .filter((text) => text !== '');
  const reason = ended ? said.join('; ') || 'the runtime ended' : 'the runtime did not start it';
  return agentError('LAUNCH_FAILED', {
    message: `Cannot launch container '${containerId}': ${reason}`,
  });
}
