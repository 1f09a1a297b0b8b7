/** CREATE_DISK and DESTROY_DISK, which only resource providers carry out: what is wrong with them, in Mesos's words. */
import type { Offer_Operation, Resource } from '@stoke/protocol';

const NOT_MANAGED = "'source' is not managed by a resource provider";

/** Agents here have no resource providers, so a call that is well formed names one nobody knows. */
function unknownProvider({ provider_id }: Resource): string {
  return `Resource provider '${provider_id?.value}' is not registered with this agent`;
}

/** Why a raw disk cannot become a mount or block disk. */
export function createDiskProblem({ create_disk }: Offer_Operation): string {
  if (create_disk === undefined) return "Expecting 'create_disk' to be present";
  const { source, target_type, target_profile } = create_disk;
  if (source.provider_id === undefined) return NOT_MANAGED;
  const disk = source.disk?.source;
  if (disk?.type !== 'RAW') return "'source' is not a RAW disk resource";
  if (target_type !== 'MOUNT' && target_type !== 'BLOCK') {
    return "'target_type' is neither MOUNT or BLOCK";
  }
  if (disk.profile !== undefined && target_profile !== undefined) {
    return "'target_profile' must not be set when 'source' has a profile";
  }
  if (disk.profile === undefined && target_profile === undefined) {
    return "'target_profile' must be set when 'source' does not have a profile";
  }
  return unknownProvider(source);
}

/** Why a disk cannot become raw again. */
export function destroyDiskProblem({ destroy_disk }: Offer_Operation): string {
  if (destroy_disk === undefined) return "Expecting 'destroy_disk' to be present";
  const { source } = destroy_disk;
  if (source.provider_id === undefined) return NOT_MANAGED;
  const disk = source.disk?.source;
  const isMade = disk?.type === 'MOUNT' || disk?.type === 'BLOCK';
  if (!isMade && !(disk?.type === 'RAW' && disk.id !== undefined)) {
    return "'source' is neither a MOUNT, BLOCK or RAW disk resource";
  }
  if (source.disk?.persistence !== undefined) {
    return 'A disk resource containing a persistent volume cannot be destroyed directly. Please destroy the persistent volume first then destroy the disk resource';
  }
  return unknownProvider(source);
}
