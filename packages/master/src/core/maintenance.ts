/**
 * Maintenance of machines: a schedule makes them DRAINING (offers tell when, inverse offers ask to
 * leave), then an operator brings them DOWN (their agents stop and are refused), and UP again.
 */
import { refuseAgent } from './agent-admission.ts';
import type { LinkEnd } from './agent-records.ts';
import { removeAgent } from './agent-removal.ts';
import type { Context } from './context.ts';
import { emit, log, sendAgent } from './context.ts';
import type { MasterEvent } from './events.ts';
import { rescindInverseOffers } from './inverse-offers.ts';
import {
  applySchedule,
  downKey,
  machineKey,
  machineOf,
  SCHEDULE_KEY,
  sameUnavailability,
  withoutMachines,
} from './machines.ts';
import { scheduleProblem, transitionProblem } from './maintenance-validation.ts';
import { offersOf, rescindOffer } from './offers.ts';
import { refuse, reply } from './replies.ts';
import type { Agent } from './state.ts';

type EventOf<T extends MasterEvent['type']> = Extract<MasterEvent, { type: T }>;

type MaintenanceEvent = Extract<MasterEvent, { type: 'START_MAINTENANCE' | 'STOP_MAINTENANCE' }>;

const DOWN_MESSAGE = "Operator initiated 'Machine DOWN'";

/** Mesos operator API, UPDATE_MAINTENANCE_SCHEDULE: one schedule replaces another. */
export function handleUpdateSchedule(ctx: Context, event: EventOf<'UPDATE_SCHEDULE'>): void {
  const { request, schedule } = event;
  const reason = scheduleProblem(ctx.state, schedule);
  if (reason !== undefined) {
    refuse(ctx, request, { status: 400, reason });
    return;
  }
  // The books change at once, so that requests at a time are judged one after the other.
  applySchedule(ctx.state, schedule);
  emit(ctx, {
    type: 'STORE',
    writes: [{ key: SCHEDULE_KEY, value: schedule }],
    after: { type: 'MAINTENANCE_STORED', request, down: [] },
  });
}

/** Mesos operator API, START_MAINTENANCE: machines of the schedule go down now. */
export function handleStartMaintenance(ctx: Context, event: MaintenanceEvent): void {
  const { request, machines } = event;
  const reason = transitionProblem(ctx.state, machines, 'down');
  if (reason !== undefined) {
    refuse(ctx, request, { status: 400, reason });
    return;
  }
  for (const id of machines) {
    const machine = ctx.state.machines.get(machineKey(id));
    if (machine !== undefined) machine.down = true;
  }
  emit(ctx, {
    type: 'STORE',
    writes: machines.map((id) => ({ key: downKey(id), value: id })),
    after: { type: 'MAINTENANCE_STORED', request, down: machines },
  });
}

/** Mesos operator API, STOP_MAINTENANCE: machines that are down may be used again, and leave the schedule. */
export function handleStopMaintenance(ctx: Context, event: MaintenanceEvent): void {
  const { request, machines } = event;
  const { state } = ctx;
  const reason = transitionProblem(state, machines, 'up');
  if (reason !== undefined) {
    refuse(ctx, request, { status: 400, reason });
    return;
  }
  applySchedule(state, withoutMachines(state.schedule, machines));
  emit(ctx, {
    type: 'STORE',
    writes: [
      ...machines.map((id) => ({ key: downKey(id), value: undefined })),
      { key: SCHEDULE_KEY, value: state.schedule },
    ],
    after: { type: 'MAINTENANCE_STORED', request, down: [] },
  });
}

/** The registry holds it: agents and frameworks are told. */
export function handleMaintenanceStored(ctx: Context, event: EventOf<'MAINTENANCE_STORED'>): void {
  const down = new Set(event.down.map(machineKey));
  for (const agent of [...ctx.state.agents.values()]) {
    const machine = machineOf(ctx.state, agent);
    if (machine !== undefined && down.has(machineKey(machine.id))) stopAgent(ctx, agent);
    else tellPlan(ctx, agent);
  }
  const { machines } = ctx.state;
  log(ctx, 'info', { message: 'maintenance changed', machines: machines.size, down: down.size });
  reply(ctx, event.request);
}

/** Not waited for: what the agent runs counts as lost at once, should it never hear of it. */
function stopAgent(ctx: Context, agent: Agent): void {
  sendAgent(ctx, agent, { type: 'SHUTDOWN', shutdown: { message: DOWN_MESSAGE } });
  removeAgent(ctx, agent, { kind: 'machine-down', message: DOWN_MESSAGE });
}

/** Offers of before do not say what is planned now, so they end. */
function tellPlan(ctx: Context, agent: Agent): void {
  const planned = machineOf(ctx.state, agent)?.unavailability;
  if (sameUnavailability(agent.unavailability, planned)) return;
  for (const offer of offersOf(ctx, agent.offers)) rescindOffer(ctx, offer);
  rescindInverseOffers(ctx, agent);
  agent.unavailability = planned;
  agent.inverseAnswers.clear();
  ctx.state.allocator.setUnavailable(agent.id, planned !== undefined);
}

/** True when the machine of the agent is down; the agent was refused then. */
export function isRefusedAsDown(ctx: Context, end: LinkEnd, info: Agent['info']): boolean {
  if (machineOf(ctx.state, { info, ip: end.peer })?.down !== true) return false;
  refuseAgent(ctx, end, 'Machine is `DOWN`');
  return true;
}
