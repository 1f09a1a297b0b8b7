/** Machines with planned maintenance: by which name they are known, which agents are on them, what the plan says. */
import {
  encodeJson,
  MachineID,
  type MaintenanceSchedule,
  type Unavailability,
} from '@stoke/protocol';
import type { Agent, Machine, MasterState } from './state.ts';

/** Key of a machine in the books: host names do not care for case, and both parts count. */
export function machineKey({ hostname = '', ip = '' }: MachineID): string {
  return `${hostname.toLowerCase()}/${ip}`;
}

/** A machine as messages name it, in the words of Mesos. */
export function machineText(id: MachineID): string {
  return `Machine '${encodeJson(MachineID, id)}'`;
}

/** Key of the schedule in the registry. */
export const SCHEDULE_KEY = 'maintenance/schedule';

/** Key of a machine that is down in the registry. */
export function downKey(id: MachineID): string {
  return `machine-down/${machineKey(id)}`;
}

/** The machine an agent is on: where it connects from, under the name it gives. */
export function machineIdOf({ info, ip }: Pick<Agent, 'info' | 'ip'>): MachineID {
  return { hostname: info.hostname, ip };
}

/** What is planned for the machine of an agent, if anything is. */
export function machineOf(
  state: MasterState,
  agent: Pick<Agent, 'info' | 'ip'>,
): Machine | undefined {
  if (state.machines.size === 0) return undefined;
  return state.machines.get(machineKey(machineIdOf(agent)));
}

/** Makes the plan that of the books; machines that are down stay down. */
export function applySchedule(state: MasterState, schedule: MaintenanceSchedule): void {
  const former = new Map(state.machines);
  state.schedule = schedule;
  state.machines.clear();
  for (const { machine_ids, unavailability } of schedule.windows ?? []) {
    for (const id of machine_ids ?? []) {
      const key = machineKey(id);
      state.machines.set(key, { id, unavailability, down: former.get(key)?.down ?? false });
    }
  }
}

/** The plan without some machines; windows that become empty go with them. */
export function withoutMachines(
  schedule: MaintenanceSchedule,
  ids: readonly MachineID[],
): MaintenanceSchedule {
  const gone = new Set(ids.map(machineKey));
  const windows = (schedule.windows ?? []).map((window) => ({
    ...window,
    machine_ids: (window.machine_ids ?? []).filter((id) => !gone.has(machineKey(id))),
  }));
  return { windows: windows.filter(({ machine_ids }) => machine_ids.length > 0) };
}

export function sameUnavailability(
  left: Unavailability | undefined,
  right: Unavailability | undefined,
): boolean {
  return (
    left?.start.nanoseconds === right?.start.nanoseconds &&
    left?.duration?.nanoseconds === right?.duration?.nanoseconds
  );
}
