/** Agents that an operator takes out of service, puts back, and marks gone. */
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { startOneTaskFramework } from './one-task-framework.ts';
import { replayOperatorCall } from './operator-calls.ts';
import { type Found, replayCall } from './replay-call.ts';
import type { Translation } from './translation.ts';

const cluster = new CompatCluster();
const group = 'operator-drain';
/** Ids of the recording: S0 is the agent at 5051, S2 one that is marked gone. */
const RECORDED_MASTER = '88286238-c2f5-4b7e-b783-8feef6960fc9';

beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

test('operator-drain: agents are deactivated, reactivated and marked gone', async () => {
  const translation = cluster.translation();
  await learnAgents(translation);
  const framework = await startOneTaskFramework({
    masterUrl: cluster.master.url,
    agentPort: translation.port(5051),
    name: 'golden-drain',
    roles: ['golden'],
    cpus: 0.1,
    mem: 32,
  });
  const found: Found[] = [];
  for (const name of ['deactivate-json', 'get_agents-deactivated-json']) {
    found.push(...(await replayOperatorCall({ group, name, translation })));
  }
  found.push(...(await replayCall({ group, name: 'slaves-deactivated', translation })));
  for (const name of [
    'get_agents-deactivated-pb',
    'reactivate-json',
    'drain-grace-string-json',
    'mark_agent_gone-json',
    'mark_agent_gone-again-json',
    'drain-gone-json',
  ]) {
    found.push(...(await replayOperatorCall({ group, name, translation })));
  }
  await framework.driver.teardown();
  await framework.ended;
  expectOnlyExceptions(group, found);
});

async function learnAgents(translation: Translation): Promise<void> {
  const answer = await fetch(`${cluster.master.url}/slaves`);
  const { slaves } = (await answer.json()) as {
    readonly slaves: readonly { readonly id: string; readonly port: number }[];
  };
  const idAt = (port: number): string | undefined =>
    slaves.find((slave) => slave.port === translation.port(port))?.id;
  translation.learn(`${RECORDED_MASTER}-S0`, idAt(5051));
  translation.learn(`${RECORDED_MASTER}-S2`, idAt(5052));
}
