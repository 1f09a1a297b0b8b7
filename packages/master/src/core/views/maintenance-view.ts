/** Planned maintenance as operators see it: the schedule, and how far machines and frameworks got. */
import type {
  AllocatorInverseOfferStatus,
  MaintenanceClusterStatus,
  MaintenanceSchedule,
} from '@stoke/protocol';
import { machineIdOf, machineKey } from '../machines.ts';
import type { MasterState } from '../state.ts';

/** Mesos operator API, GET_MAINTENANCE_SCHEDULE. */
export function scheduleView({ schedule }: MasterState): MaintenanceSchedule {
  return (schedule.windows ?? []).length === 0 ? {} : schedule;
}

/** Answers to inverse offers by machine; those of several agents on one machine come together. */
function answersByMachine(state: MasterState): Map<string, AllocatorInverseOfferStatus[]> {
  const answers = new Map<string, AllocatorInverseOfferStatus[]>();
  for (const agent of state.agents.values()) {
    if (agent.inverseAnswers.size === 0) continue;
    const key = machineKey(machineIdOf(agent));
    answers.set(key, [...(answers.get(key) ?? []), ...agent.inverseAnswers.values()]);
  }
  return answers;
}

/** Mesos operator API, GET_MAINTENANCE_STATUS. */
export function maintenanceStatusView(state: MasterState): MaintenanceClusterStatus {
  const answers = answersByMachine(state);
  const machines = [...state.machines];
  const draining = machines.filter(([, { down }]) => !down);
  const down = machines.filter(([, machine]) => machine.down);
  return {
    ...(draining.length === 0
      ? {}
      : {
          draining_machines: draining.map(([key, { id }]) => {
            const statuses = answers.get(key);
            return { id, ...(statuses === undefined ? {} : { statuses }) };
          }),
        }),
    ...(down.length === 0 ? {} : { down_machines: down.map(([, { id }]) => id) }),
  };
}
