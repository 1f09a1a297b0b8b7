/** Resource versions: whether what the master asks for was planned with the resources that are here. */
import type { AgentState } from './state.ts';
import { uuidKey } from './turn.ts';

/**
 * True when the message was planned with another state of the agent's resources than today's, for
 * instance after an operation that the master counted on and that failed here. A message without a
 * version is taken as it is.
 */
export function isOutdated(
  { resourceVersion }: Pick<AgentState, 'resourceVersion'>,
  { resource_version_uuid }: { readonly resource_version_uuid?: Uint8Array | undefined },
): boolean {
  return (
    resource_version_uuid !== undefined &&
    uuidKey(resource_version_uuid) !== uuidKey(resourceVersion)
  );
}
