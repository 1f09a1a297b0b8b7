/** Planned maintenance of a machine: as operators and the framework on it see it. */
import { waitFor } from '@stoke/testing';
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { replayStream } from './replay.ts';
import { type Found, replayCall } from './replay-call.ts';

const cluster = new CompatCluster();
const group = 'legacy-maintenance';

/** What is refused leaves no trace, so it may come at any time while machines are DRAINING. */
const REFUSED = [
  'schedule-post-duplicate',
  'schedule-post-no-machines',
  'schedule-post-negative-duration',
  'schedule-post-bad-ip',
  'schedule-post-empty-machine',
  'schedule-post-malformed',
  'down-not-scheduled',
  'up-not-down',
  'down-empty',
  'down-get',
  'down-malformed',
  'down-duplicate',
];

/** The cluster as it looks meanwhile. */
const LOOKS = [
  'master-state',
  'master-state-summary',
  'master-slaves',
  'master-frameworks',
  'master-tasks',
  'master-roles',
  'master-metrics-snapshot',
  'agent-state',
  'agent-containers',
  'agent-monitor-statistics',
  'agent-metrics-snapshot',
];

const DOWN_AND_UP = ['down', 'status-down', 'down-again', 'schedule-drop-down', 'up'];

beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

/** Waits until what is free on both agents is offered. */
async function allOffered(agents: number): Promise<void> {
  interface Slave {
    readonly used_resources: { readonly cpus: number };
    readonly offered_resources: { readonly cpus: number };
    readonly unreserved_resources: { readonly cpus: number };
  }
  const look = async (): Promise<boolean> => {
    const answer = await fetch(`${cluster.master.url}/slaves`);
    const { slaves } = (await answer.json()) as { readonly slaves: readonly Slave[] };
    const offered = slaves.filter((it) => {
      const free = it.unreserved_resources.cpus - it.used_resources.cpus;
      return free > 0 && Math.abs(free - it.offered_resources.cpus) < 0.001;
    });
    return offered.length === agents;
  };
  await waitFor(look, { what: `everything offered on ${agents} agents`, intervalMs: 20 });
}

test('legacy-maintenance and maintenance-inverse-offers: a machine is to go, and stays', async () => {
  const translation = cluster.translation();
  const found: Found[] = [];
  const play = async (names: readonly string[]): Promise<void> => {
    for (const name of names) found.push(...(await replayCall({ group, name, translation })));
  };
  await play(['schedule-empty', 'status-empty']);
  const meanwhile = [
    {
      atSeconds: 0.465,
      run: async () => {
        await allOffered(1);
        await play(['schedule-post', 'schedule-get', 'status-inverse-outstanding']);
      },
    },
    { atSeconds: 2.462, run: () => play(['status-inverse-accepted']) },
    {
      atSeconds: 2.551,
      run: async () => {
        await play(['status-inverse-declined', 'status-draining']);
        await allOffered(1);
        await play([...LOOKS, ...REFUSED, ...DOWN_AND_UP, 'schedule-after-up', 'schedule-clear']);
      },
    },
  ];
  const name = '00-subscribe';
  const stream = {
    group: 'maintenance-inverse-offers',
    name,
    translation,
    meanwhile,
    eventTimeoutMs: 8000,
  };
  expectOnlyExceptions('maintenance-inverse-offers', await replayStream(stream));
  expectOnlyExceptions(group, found);
});
