/** Agents and machines that are out of service, as reasons why a framework waits: each by its name. */
import type { Agent, Machine, MasterState } from './state.ts';
import type { WaitReason } from './why.ts';

const NS_PER_MS = 1_000_000;
/** So many are named; the rest is counted. */
const MAX_NAMES = 3;

type Absence = 'agent-draining' | 'agent-drained' | 'agent-deactivated' | 'agent-disconnected';

const SAID: Readonly<Record<Absence, (several: boolean) => string>> = {
  'agent-draining': (several) => (several ? 'are draining' : 'is draining'),
  'agent-drained': (several) =>
    several ? 'are drained, and wait to be reactivated' : 'is drained, and waits to be reactivated',
  'agent-deactivated': (several) => (several ? 'are deactivated' : 'is deactivated'),
  'agent-disconnected': (several) => (several ? 'are disconnected' : 'is disconnected'),
};

function absenceOf(state: MasterState, agent: Agent): Absence | undefined {
  if (agent.link === undefined || agent.removing) return 'agent-disconnected';
  const drain = state.draining.get(agent.id);
  if (drain !== undefined) return drain.state === 'DRAINED' ? 'agent-drained' : 'agent-draining';
  return agent.deactivated ? 'agent-deactivated' : undefined;
}

function named(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function tasksLeft(agents: readonly Agent[]): string {
  const tasks = agents.reduce((sum, agent) => sum + agent.tasks.size, 0);
  return tasks === 1 ? '1 task is left' : `${tasks} tasks are left`;
}

function absenceReason(kind: Absence, agents: readonly Agent[]): WaitReason {
  const several = agents.length > 1;
  const names = named(agents.map(({ info }) => `${info.hostname}:${info.port ?? 5051}`));
  const sentence = `${several ? 'agents' : 'agent'} ${names} ${SAID[kind](several)}`;
  const [example] = agents;
  return {
    kind,
    sentence: kind === 'agent-draining' ? `${sentence}; ${tasksLeft(agents)}` : sentence,
    agents: agents.length,
    ...(example === undefined ? {} : { exampleAgentId: example.id }),
  };
}

function untilOf({ unavailability: { start, duration } }: Machine): number | undefined {
  if (duration === undefined) return undefined;
  return (start.nanoseconds + duration.nanoseconds) / NS_PER_MS;
}

/** Roughly how long: `90 s`, `45 min`, `30 h`, `5 days`. */
function roughly(ms: number): string {
  const units = [
    ['days', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const;
  const [name, length] = units.find(([, each]) => ms >= 2 * each) ?? ['s', 1000];
  return `${Math.round(ms / length)} ${name}`;
}

function endText(untilMs: number | undefined, nowMs: number): string {
  if (untilMs === undefined) return 'no end is planned';
  const left = untilMs - nowMs;
  return left > 0 ? `for another ${roughly(left)}` : `it was to end ${roughly(-left)} ago`;
}

function machineReason(machine: Machine, nowMs: number): WaitReason {
  const { hostname = '', ip = '' } = machine.id;
  const untilMs = untilOf(machine);
  const name = hostname === '' ? ip : hostname;
  return {
    kind: 'machine-down',
    sentence: `machine ${name} is down for maintenance; ${endText(untilMs, nowMs)}`,
    ...(untilMs === undefined ? {} : { untilMs }),
  };
}

function machineReasons(state: MasterState, nowMs: number): WaitReason[] {
  const down = [...state.machines.values()].filter((machine) => machine.down);
  const rest = down.length - MAX_NAMES;
  const first = down.slice(0, MAX_NAMES).map((machine) => machineReason(machine, nowMs));
  if (rest <= 0) return first;
  const more = rest === 1 ? '1 more machine is' : `${rest} more machines are`;
  return [...first, { kind: 'machine-down', sentence: `${more} down for maintenance` }];
}

/** What is out of service now, whoever waits. */
export function absenceReasons(state: MasterState, nowMs: number): WaitReason[] {
  const absent = new Map<Absence, Agent[]>();
  for (const agent of state.agents.values()) {
    const absence = absenceOf(state, agent);
    if (absence === undefined) continue;
    const same = absent.get(absence);
    if (same === undefined) absent.set(absence, [agent]);
    else same.push(agent);
  }
  return [
    ...[...absent].map(([kind, agents]) => absenceReason(kind, agents)),
    ...machineReasons(state, nowMs),
  ];
}
