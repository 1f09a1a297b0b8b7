/** Wire types: package mesos.v1.allocator. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { FrameworkID, TimeInfo } from './mesos-identifiers-addresses-and-machines.ts';

/** A framework's answer to an inverse offer. */
export interface AllocatorInverseOfferStatus {
  status: AllocatorInverseOfferStatus_Status;
  framework_id: FrameworkID;
  timestamp: TimeInfo;
}
/** Descriptor of mesos.v1.allocator.InverseOfferStatus. */
export const AllocatorInverseOfferStatus: MessageType<AllocatorInverseOfferStatus> = defineMessage('mesos.v1.allocator.InverseOfferStatus', () => [
  [1, 'status', 'required', AllocatorInverseOfferStatus_Status],
  [2, 'framework_id', 'required', FrameworkID],
  [3, 'timestamp', 'required', TimeInfo],
]);

/** Enum mesos.v1.allocator.InverseOfferStatus.Status. */
export type AllocatorInverseOfferStatus_Status =
  | 'UNKNOWN'
  | 'ACCEPT'
  | 'DECLINE';
/** Names and numbers of mesos.v1.allocator.InverseOfferStatus.Status. */
export const AllocatorInverseOfferStatus_Status: EnumType<AllocatorInverseOfferStatus_Status> = defineEnum('mesos.v1.allocator.InverseOfferStatus.Status', {
  UNKNOWN: 1,
  ACCEPT: 2,
  DECLINE: 3,
});
