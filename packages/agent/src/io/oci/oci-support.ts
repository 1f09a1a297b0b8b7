/** Which containers an OCI runtime can be asked for, and why not others. */
import type { ContainerSpec } from '../../core/effects.ts';
import { askedNetworks } from '../networks/asked-networks.ts';
import type { ContainerNetworks } from '../networks/container-networks.ts';
import { volumeMounts } from './host-volumes.ts';
import type { BundleRules } from './oci-bundle.ts';

/** Why a container cannot be made as it is asked for. */
export function whyNotContained(
  spec: ContainerSpec,
  {
    hasImages,
    hasTerminals,
    rules,
  }: {
    readonly hasImages: boolean;
    readonly hasTerminals: boolean;
    readonly rules: BundleRules;
  },
): string | undefined {
  const { container } = spec;
  if (container === undefined) return undefined;
  if (container.type !== 'MESOS') return `containers of type ${container.type} need another one`;
  const image = container.mesos?.image;
  if (image !== undefined && image.type !== 'DOCKER') return `it runs no ${image.type} images`;
  if (image !== undefined && !hasImages) {
    return 'it runs no images without --image_providers=docker';
  }
  if (container.tty_info !== undefined && !hasTerminals) {
    return "a terminal takes a runtime that knows 'run --keep', as runc does";
  }
  // Whether the places are free is the same wherever the sandbox is.
  const { allowedVolumes: allowed, sandboxInImage: sandbox } = rules;
  const volumes = volumeMounts(container.volumes ?? [], { allowed, sandbox, place: spec });
  if (typeof volumes === 'string') return volumes;
  const asked = (['linux_info', 'rlimit_info'] as const).find(
    (name) => container[name] !== undefined,
  );
  return asked === undefined ? undefined : `it does not know ${asked}`;
}

/** Why a container cannot be connected as it asks for. `agentAddress` is where executors find the agent. */
export function whyNotConnected(
  spec: ContainerSpec,
  {
    networks,
    agentAddress,
  }: { readonly networks: ContainerNetworks; readonly agentAddress: string },
): string | undefined {
  if (askedNetworks(spec) === undefined) return undefined;
  if (spec.kind === 'custom' && isOwnAddress(agentAddress)) {
    return `an executor in a network cannot reach the agent at ${agentAddress}: start the agent with --ip and an address that its networks reach`;
  }
  return networks.whyNot(spec);
}

/** Whether an address means the machine itself, whichever it is seen from. */
function isOwnAddress(ip: string): boolean {
  return ip === 'localhost' || ip.startsWith('127.') || ['0.0.0.0', '::', '::1'].includes(ip);
}
