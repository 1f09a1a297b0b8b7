/** Agents that stop answering and come back, and agents that are killed and start again: every side of it. */
import { waitFor } from '@stoke/testing';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { replayOperatorCall } from './operator-calls.ts';
import { Rendezvous } from './rendezvous.ts';
import { replayStream } from './replay.ts';
import { type Found, replayCall } from './replay-call.ts';
import { OperatorReplay } from './replay-operator.ts';
import type { Translation } from './translation.ts';

/** Sees the same cluster under two names, at once. */
async function replayBoth(options: {
  readonly group: string;
  readonly names: readonly [first: string, second: string];
  readonly translation: Translation;
  readonly onNote: (what: string) => Promise<void>;
  readonly beforeCall?: (name: string) => Promise<void>;
}): Promise<Found[]> {
  const { names, onNote, ...shared } = options;
  const meeting = new Rendezvous(names.length, onNote);
  const subscribed = Promise.withResolvers<void>();
  const common = { ...shared, onNote: meeting.arrive, eventTimeoutMs: 20_000 };
  const first = replayStream({
    ...common,
    name: names[0],
    onSubscribed: () => subscribed.resolve(),
  });
  await subscribed.promise;
  const found = await Promise.all([first, replayStream({ ...common, name: names[1] })]);
  return found.flat();
}

describe('an agent that stops answering', () => {
  const cluster = new CompatCluster({
    masterFlags: ['--agent_ping_timeout=1secs', '--max_agent_ping_timeouts=2'],
  });
  beforeAll(() => cluster.start({ ports: [5051] }));
  afterAll(() => cluster.stop());

  const UNREACHABLE = ['state', 'slaves', 'tasks', 'frameworks', 'state-summary'];

  async function whileUnreachable(translation: Translation): Promise<Found[]> {
    const group = 'agent-unreachable';
    const found: Found[] = [];
    for (const name of UNREACHABLE) {
      found.push(...(await replayCall({ group, name: `master-${name}`, translation })));
    }
    for (const name of ['get_tasks-json', 'get_tasks-pb', 'get_agents-json', 'get_agents-pb']) {
      found.push(...(await replayOperatorCall({ group, name, translation })));
    }
    return found;
  }

  test('agent-unreachable and operator-subscribe: everybody hears of it, and of its return', async () => {
    const group = 'agent-unreachable';
    const translation = cluster.translation();
    const operator = new OperatorReplay('operator-subscribe-unreachable/unreachable', translation, {
      endsEarly: true,
    });
    const seen: Found[] = [];
    const beforeCall = async (name: string): Promise<void> => {
      if (name === '02-reconcile-explicit') seen.push(...(await whileUnreachable(translation)));
      if (name !== '06-reconcile-implicit-back') return;
      for (const back of ['back-master-state', 'back-master-slaves']) {
        seen.push(...(await replayCall({ group, name: back, translation })));
      }
    };
    const found = await replayBoth({
      group,
      names: ['00-subscribe-partition-aware', '40-subscribe-old'],
      translation,
      beforeCall,
      onNote: async (what) => {
        await cluster.agents[0]?.signal(what === 'agent stopped' ? 'SIGSTOP' : 'SIGCONT');
      },
    });
    const heard = await operator.compare();
    await operator.close();
    expectOnlyExceptions(group, [...seen, ...found]);
    expectOnlyExceptions('operator-subscribe-unreachable', heard);
  });
});

describe('an agent that is killed and starts again', () => {
  const cluster = new CompatCluster();
  beforeAll(() => cluster.start({ ports: [5051] }));
  afterAll(() => cluster.stop());

  /** The recording was made while what was left of the agent was offered. */
  async function offered(): Promise<void> {
    const look = async (): Promise<boolean> => {
      const answer = await fetch(`${cluster.master.url}/slaves`);
      const { slaves } = (await answer.json()) as {
        readonly slaves: readonly { readonly offered_resources: { readonly cpus: number } }[];
      };
      return slaves.some((slave) => slave.offered_resources.cpus > 0);
    };
    await waitFor(look, { what: 'an offer', intervalMs: 20 });
  }

  test('agent-restart: a checkpointing framework notices nothing, another loses its task', async () => {
    const group = 'agent-restart';
    const agent = cluster.agents[0];
    const found = await replayBoth({
      group,
      names: ['00-subscribe', '40-subscribe-no-checkpoint'],
      translation: cluster.translation(),
      onNote: async (what) => {
        if (what !== 'agent killed') return await agent?.start();
        await offered();
        await agent?.signal('SIGKILL');
      },
    });
    expectOnlyExceptions(group, found);
  });
});
