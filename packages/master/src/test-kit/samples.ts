/** Agents, frameworks, tasks and resources as tests use them, unless they say otherwise. */
import type {
  AgentInfo,
  FrameworkInfo,
  Offer_Operation,
  Resource,
  TaskInfo,
} from '@stoke/protocol';

export function scalar(name: string, value: number): Resource {
  return { name, type: 'SCALAR', scalar: { value } };
}

export function ports(begin: number, end: number): Resource {
  return { name: 'ports', type: 'RANGES', ranges: { range: [{ begin, end }] } };
}

export function agentInfo(more: Partial<AgentInfo> = {}): AgentInfo {
  return {
    hostname: 'host',
    port: 5051,
    resources: [scalar('cpus', 4), scalar('mem', 4096), ports(31_000, 31_099)],
    ...more,
  };
}

/** A framework as of today: partition aware, with roles and refined reservations. */
export function frameworkInfo(more: Partial<FrameworkInfo> = {}): FrameworkInfo {
  return {
    user: 'root',
    name: 'test',
    roles: ['web'],
    failover_timeout: 60,
    checkpoint: true,
    capabilities: [
      { type: 'MULTI_ROLE' },
      { type: 'RESERVATION_REFINEMENT' },
      { type: 'PARTITION_AWARE' },
    ],
    ...more,
  };
}

/** A framework as Spark registers: no capabilities, no failover, no checkpoint. */
export function oldFrameworkInfo(more: Partial<FrameworkInfo> = {}): FrameworkInfo {
  return { user: 'root', name: 'old', ...more };
}

/** A command task of 1 cpu and 128 MB. */
export function commandTask(id: string, agentId: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return {
    name: `task-${id}`,
    task_id: { value: id },
    agent_id: { value: agentId },
    resources: [scalar('cpus', 1), scalar('mem', 128)],
    command: { value: 'sleep 1000' },
    ...more,
  };
}

export function reserve(...resources: Resource[]): Offer_Operation {
  return { type: 'RESERVE', reserve: { resources } };
}

export function unreserve(...resources: Resource[]): Offer_Operation {
  return { type: 'UNRESERVE', unreserve: { resources } };
}

export function create(...volumes: Resource[]): Offer_Operation {
  return { type: 'CREATE', create: { volumes } };
}

export function destroy(...volumes: Resource[]): Offer_Operation {
  return { type: 'DESTROY', destroy: { volumes } };
}
