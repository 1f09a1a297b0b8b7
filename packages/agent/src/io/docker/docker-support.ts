/** Which containers an engine can be asked for, and why not others. */
import type { ContainerSpec } from '../../core/effects.ts';

/** Why a container cannot be made as it is asked for. */
export function whyNotDocker({ container }: ContainerSpec): string | undefined {
  if (container?.type !== 'DOCKER') return 'it runs containers of type DOCKER only';
  if (container.docker === undefined) return 'the container names no image';
  const asked = (['linux_info', 'rlimit_info'] as const).find(
    (name) => container[name] !== undefined,
  );
  return asked === undefined ? undefined : `it does not know ${asked}`;
}
