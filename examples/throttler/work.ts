/** Pure part of the Throttler: cuts the work into ranges, and says what a task for one range looks like. */
import type { Offer, TaskInfo } from '@stoke/protocol';

export interface Work {
  /** Gets the number of each request as the query parameter `n`. */
  readonly url: string;
  readonly requests: number;
  readonly perTask: number;
  /** Tasks that run at the same time, at most. */
  readonly parallelism: number;
}

/** Requests `from` up to, without, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What one task needs. */
const needs = { cpus: 0.5, mem: 128 } as const;

/** Ranges of `perTask` requests; the last may be shorter. */
export function cut({ requests, perTask }: Work): Range[] {
  return Array.from({ length: Math.ceil(requests / perTask) }, (_, at) => ({
    from: at * perTask,
    to: Math.min(requests, (at + 1) * perTask),
  }));
}

/** How many tasks fit into an offer; a small slack absorbs binary fractions. */
export function tasksIn(offer: Offer): number {
  const counts = Object.entries(needs).map(([name, need]) => {
    const found = (offer.resources ?? []).filter((resource) => resource.name === name);
    return found.reduce((sum, { scalar }) => sum + (scalar?.value ?? 0), 0) / need;
  });
  return Math.floor(Math.min(...counts) + 1e-9);
}

/** How tasks run: the worker's source travels with them, so that agents need nothing but Node. */
export interface Runtime {
  /** Node 24 or newer, as the agents find it. */
  readonly node: string;
  readonly source: string;
}

export function taskFor(
  id: string,
  range: Range,
  place: Runtime & { url: string; offer: Offer },
): TaskInfo {
  const { node, source, url, offer } = place;
  const variables = Object.entries({ URL: url, FROM: `${range.from}`, TO: `${range.to}` });
  return {
    name: `requests ${range.from} to ${range.to - 1}`,
    task_id: { value: id },
    agent_id: offer.agent_id,
    command: {
      shell: false,
      value: node,
      arguments: [node, '--input-type=module-typescript', '--eval', source],
      environment: { variables: variables.map(([name, value]) => ({ name, value })) },
    },
    resources: Object.entries(needs).map(([name, value]) => ({
      name,
      type: 'SCALAR',
      scalar: { value },
    })),
  };
}
