/** Checks of maintenance requests, in the order and words of Mesos. */
import type { MachineID, MaintenanceSchedule, Unavailability } from '@stoke/protocol';
import { machineIdOf, machineKey, machineText } from './machines.ts';
import type { MasterState } from './state.ts';

const IPV4 = /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/;

function machineProblem({ hostname = '', ip = '' }: MachineID): string | undefined {
  if (hostname === '' && ip === '') return "Both 'hostname' and 'ip' for a machine are empty";
  return ip === '' || IPV4.test(ip) ? undefined : `Failed to parse IPv4: ${ip}`;
}

/** The first invalid machine, or the first that was named before; `seen` learns all of them. */
function namesProblem(ids: readonly MachineID[], seen: Set<string>): string | undefined {
  for (const id of ids) {
    const problem = machineProblem(id);
    if (problem !== undefined) return problem;
    const key = machineKey(id);
    if (seen.has(key)) return `${machineText(id)} appears more than once in the schedule`;
    seen.add(key);
  }
  return undefined;
}

function timeProblem({ duration }: Unavailability): string | undefined {
  return (duration?.nanoseconds ?? 0) < 0 ? "Unavailability 'duration' is negative" : undefined;
}

/** Why a schedule cannot replace the one there is. Mesos maintenance primitives. */
export function scheduleProblem(
  state: MasterState,
  schedule: MaintenanceSchedule,
): string | undefined {
  const seen = new Set<string>();
  for (const { machine_ids = [], unavailability } of schedule.windows ?? []) {
    if (machine_ids.length === 0) return 'List of machines in the maintenance window is empty';
    const problem = timeProblem(unavailability) ?? namesProblem(machine_ids, seen);
    if (problem !== undefined) return problem;
  }
  const dropped = [...state.machines].find(([key, { down }]) => down && !seen.has(key));
  if (dropped === undefined) return undefined;
  return `${machineText(dropped[1].id)} is deactivated and cannot be removed from the schedule`;
}

/** Why these machines cannot be brought down (from DRAINING) or up (from DOWN). */
export function transitionProblem(
  state: MasterState,
  ids: readonly MachineID[],
  target: 'down' | 'up',
): string | undefined {
  if (ids.length === 0) return 'List of machines is empty';
  const named = namesProblem(ids, new Set());
  if (named !== undefined) return named;
  const problems = ids.map((id) => modeProblem(state, id, target));
  return problems.find((problem) => problem !== undefined);
}

function modeProblem(state: MasterState, id: MachineID, target: 'down' | 'up'): string | undefined {
  const machine = state.machines.get(machineKey(id));
  if (machine === undefined && !hasAgents(state, id)) {
    return `${machineText(id)} is not part of a maintenance schedule`;
  }
  const isDown = machine?.down === true;
  if (target === 'up' && !isDown) {
    return `${machineText(id)} is not in DOWN mode and cannot be brought up`;
  }
  if (target === 'down' && (machine === undefined || isDown)) {
    return `${machineText(id)} is not in DRAINING mode and cannot be brought down`;
  }
  return undefined;
}

/** Machines of agents are known without a plan. */
function hasAgents(state: MasterState, id: MachineID): boolean {
  const key = machineKey(id);
  return [...state.agents.values()].some((agent) => machineKey(machineIdOf(agent)) === key);
}
