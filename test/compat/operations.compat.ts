/** The recorded offer operations: reservations and volumes made, used, resized and undone, in both forms. */
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { replayOperatorCall, replayOperatorGroup } from './operator-calls.ts';
import { readRecording } from './recording.ts';
import { replayStream } from './replay.ts';
import { type Found, replayCall } from './replay-call.ts';
import { compareSandbox } from './sandbox.ts';
import type { Translation } from './translation.ts';

const cluster = new CompatCluster();
beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

/** In the order of the recording: each step builds on those before it. They come first: the frameworks leave a reservation behind. */
const RESERVE_STEPS = [
  'reserve reserve-new-form reserve-unknown-agent reserve-no-agent reserve-too-much',
  'reserve-static reserve-no-resources reserve-malformed reserve-get reserve-no-content-type',
  'slaves-reserved roles-reserved create-volumes create-volumes-again create-volumes-unreserved',
  'create-volumes-no-volumes slaves-volume state-volume unreserve-volume destroy-volumes',
  'destroy-volumes-again unreserve unreserve-again unreserve-new-form unreserve-rest',
].flatMap((steps) => steps.split(' '));

test('legacy-reserve: operators reserve and make volumes through forms', async () => {
  const group = 'legacy-reserve';
  const translation = cluster.translation();
  const recorded = readRecording(`${group}/reserve.request`).body.toString('utf8');
  await learnAgent(translation, new URLSearchParams(recorded).get('slaveId') ?? '');
  const found: Found[] = [];
  for (const name of RESERVE_STEPS) found.push(...(await replayCall({ group, name, translation })));
  expectOnlyExceptions(group, found);
});

/** What is pending right after a call is a race: GET_OPERATIONS is left out. */
const OPERATOR_STEPS = [
  'reserve-json reserve-invalid-json reserve-unknown-agent-json reserve-too-much-json',
  'create-volumes-json get_agents-json get_agents-pb grow-volume-json shrink-volume-json',
  'reserve-rereserve-json destroy-volumes-json unreserve-json unreserve-2-json',
].flatMap((steps) => steps.split(' '));

test('operator-reserve: operators reserve, reserve anew, and make and resize volumes', async () => {
  const group = 'operator-reserve';
  const translation = cluster.translation();
  const recorded = readRecording(`${group}/reserve-json.request`).body.toString('utf8');
  await learnAgent(translation, JSON.parse(recorded).reserve_resources.agent_id.value);
  const found: Found[] = [];
  for (const name of OPERATOR_STEPS) {
    found.push(...(await replayOperatorCall({ group, name, translation })));
  }
  expectOnlyExceptions(group, found);
});

test('operations-reserve-create and operator-reserved see the same, statuses and sandbox included', async () => {
  const group = 'operations-reserve-create';
  const translation = cluster.translation();
  const reserved: Found[] = [];
  const found = await replayStream({
    group,
    name: '00-subscribe',
    translation,
    comparesOffers: true,
    // What operators see was recorded while the volume was there and nothing used it.
    beforeCall: async (name) => {
      if (name !== '03-accept-unreserve-volume-invalid') return;
      reserved.push(...(await replayOperatorGroup('operator-reserved', translation)));
    },
  });
  expectOnlyExceptions('operator-reserved', reserved);
  const agentUrl = cluster.agents[0]?.url ?? '';
  found.push(...(await compareSandbox({ group, executorId: 'vol-task', agentUrl, translation })));
  expectOnlyExceptions(group, found);
});

test('operations-reserve-create-old sees the same in the old form', async () => {
  const group = 'operations-reserve-create-old';
  const translation = cluster.translation();
  expectOnlyExceptions(
    group,
    await replayStream({ group, name: '00-subscribe', translation, comparesOffers: true }),
  );
});

/** Who the agent of the recorded calls is today. */
async function learnAgent(translation: Translation, recordedId: string): Promise<void> {
  const answer = await fetch(`${cluster.master.url}/slaves`);
  const { slaves } = (await answer.json()) as { slaves: { id: string; port: number }[] };
  const today = slaves.find(({ port }) => port === translation.port(5051));
  translation.learn(recordedId, today?.id);
}
