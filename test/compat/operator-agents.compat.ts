/** Agents are deactivated, drained, stopped and marked gone: as operators and two frameworks see it. */
import { waitFor } from '@stoke/testing';
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { replayOperatorCall } from './operator-calls.ts';
import { replayStream } from './replay.ts';
import { type Found, replayCall } from './replay-call.ts';
import { OperatorReplay } from './replay-operator.ts';

const cluster = new CompatCluster();
const group = 'operator-drain';
/** Ids of the recording: S0 to S2 are the agents at 5051 to 5053. */
const RECORDED_MASTER = '88286238-c2f5-4b7e-b783-8feef6960fc9';

interface Slave {
  readonly id: string;
  readonly port: number;
  readonly offered_resources: { readonly cpus: number };
  readonly drain_info?: { readonly state: string };
}

beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

async function slaves(): Promise<readonly Slave[]> {
  const answer = await fetch(`${cluster.master.url}/slaves`);
  return ((await answer.json()) as { readonly slaves: readonly Slave[] }).slaves;
}

/** The agent at 5051 knows that its task was killed; the framework has not acknowledged anything. */
async function taskEnded(): Promise<void> {
  const look = async (): Promise<boolean> =>
    (await (await fetch(`${cluster.agents[0]?.url}/state`)).text()).includes('TASK_KILLED');
  await waitFor(look, { what: 'the end of the task', intervalMs: 20 });
}

test('operator-drain and drain-deactivate: agents come and go as in the recording', async () => {
  const translation = cluster.translation();
  const found: Found[] = [];
  const agentAt = async (port: number, fits: (slave: Slave) => boolean = () => true) => {
    const look = async () =>
      (await slaves()).find((it) => it.port === translation.port(port) && fits(it));
    return await waitFor(look, { what: `the agent at ${port} as expected`, intervalMs: 20 });
  };
  const learn = async (port: number) =>
    translation.learn(`${RECORDED_MASTER}-S${port - 5051}`, (await agentAt(port)).id);
  const play = async (names: readonly string[]): Promise<void> => {
    for (const name of names) {
      const replay = /-(json|pb)$/.test(name) ? replayOperatorCall : replayCall;
      found.push(...(await replay({ group, name, translation })));
    }
  };
  const offered = (slave: Slave): boolean => slave.offered_resources.cpus > 0;
  await learn(5051);
  const operator = new OperatorReplay('operator-subscribe-drain-gone/drain-gone', translation);
  const meanwhile = [
    {
      atSeconds: 0.499,
      run: async () => {
        await agentAt(5051, offered);
        const seen = ['get_agents-deactivated-json', 'get_agents-deactivated-pb'];
        await play(['deactivate-json', ...seen, 'slaves-deactivated', 'state-deactivated']);
        await play(['reactivate-json']);
      },
    },
    {
      atSeconds: 1.5,
      run: async () => {
        await agentAt(5051, offered);
        await play(['drain-json', 'slaves-draining', 'get_agents-draining-json']);
        await taskEnded();
        await play(['get_agents-draining-pb', 'agent-state-draining', 'reactivate-draining-json']);
      },
    },
    {
      atSeconds: 4.501,
      run: async () => {
        await agentAt(5051, ({ drain_info }) => drain_info?.state === 'DRAINED');
        await play(['get_agents-drained-json', 'get_agents-drained-pb', 'slaves-drained']);
        await play(['drain-again-json', 'drain-grace-string-json', 'drain-grace-negative-json']);
        await agentAt(5051, ({ drain_info }) => drain_info?.state === 'DRAINED');
        await play(['reactivate-drained-json']);
      },
    },
    { atSeconds: 4.555, run: async () => void (await cluster.agents[1]?.signal('SIGUSR1')) },
    {
      atSeconds: 10.662,
      run: async () => {
        await cluster.add(5053, translation);
        await learn(5053);
      },
    },
    {
      atSeconds: 10.78,
      run: () => play(['mark_agent_gone-json', 'mark_agent_gone-again-json', 'drain-gone-json']),
    },
  ];
  const streams = await Promise.all([
    replayStream({ group: 'drain-deactivate', name: '00-subscribe', translation, meanwhile }),
    replayStream({ group: 'drain-deactivate', name: '50-subscribe-old', translation }),
  ]);
  const heard = await operator.compare();
  await operator.close();
  expectOnlyExceptions('drain-deactivate', streams.flat());
  expectOnlyExceptions('operator-subscribe-drain-gone', heard);
  expectOnlyExceptions(group, found);
});
