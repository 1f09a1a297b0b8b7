/** Wire types: package mesos.v1.maintenance. Written by scripts/generate.ts; change proto/ instead. */
import type { MessageType } from '../descriptor.ts';
import { defineMessage } from '../descriptor.ts';
import { AllocatorInverseOfferStatus } from './allocator.ts';
import { MachineID, Unavailability } from './mesos-identifiers-addresses-and-machines.ts';

/** Machines that are away together. */
export interface MaintenanceWindow {
  machine_ids?: MachineID[];
  unavailability: Unavailability;
}
/** Descriptor of mesos.v1.maintenance.Window. */
export const MaintenanceWindow: MessageType<MaintenanceWindow> = defineMessage('mesos.v1.maintenance.Window', () => [
  [1, 'machine_ids', 'repeated', MachineID],
  [2, 'unavailability', 'required', Unavailability],
]);

/** All planned windows. */
export interface MaintenanceSchedule {
  windows?: MaintenanceWindow[];
}
/** Descriptor of mesos.v1.maintenance.Schedule. */
export const MaintenanceSchedule: MessageType<MaintenanceSchedule> = defineMessage('mesos.v1.maintenance.Schedule', () => [
  [1, 'windows', 'repeated', MaintenanceWindow],
]);

/** Machines about to go or gone, with the frameworks' answers. */
export interface MaintenanceClusterStatus {
  draining_machines?: MaintenanceClusterStatus_DrainingMachine[];
  down_machines?: MachineID[];
}
/** Descriptor of mesos.v1.maintenance.ClusterStatus. */
export const MaintenanceClusterStatus: MessageType<MaintenanceClusterStatus> = defineMessage('mesos.v1.maintenance.ClusterStatus', () => [
  [1, 'draining_machines', 'repeated', MaintenanceClusterStatus_DrainingMachine],
  [2, 'down_machines', 'repeated', MachineID],
]);

/** Message mesos.v1.maintenance.ClusterStatus.DrainingMachine. */
export interface MaintenanceClusterStatus_DrainingMachine {
  id: MachineID;
  statuses?: AllocatorInverseOfferStatus[];
}
/** Descriptor of mesos.v1.maintenance.ClusterStatus.DrainingMachine. */
export const MaintenanceClusterStatus_DrainingMachine: MessageType<MaintenanceClusterStatus_DrainingMachine> = defineMessage('mesos.v1.maintenance.ClusterStatus.DrainingMachine', () => [
  [1, 'id', 'required', MachineID],
  [2, 'statuses', 'repeated', AllocatorInverseOfferStatus],
]);
