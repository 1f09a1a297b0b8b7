/** Every recorded SUBSCRIBE, good and bad, and the subscriptions of one framework after one another. */
import { SchedulerCall } from '@stoke/protocol';
import { waitFor } from '@stoke/testing';
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { RawStream } from './raw-http.ts';
import { headerOf, readRecording, recordingsOf } from './recording.ts';
import { replayStream } from './replay.ts';
import { callBytes, type Found, replayCall } from './replay-call.ts';
import type { Translation } from './translation.ts';

const GROUP = 'scheduler-subscribe';

/** Streams that need another one before or beside them; the rest stand alone. */
const SEQUENCES = new Set([
  '00-own-id',
  '00-failover-second',
  '00-removed-id',
  '00-resubscribe',
  '00-resubscribe-after-timeout0',
]);

const cluster = new CompatCluster();
beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

test('scheduler-subscribe: every subscription is answered the same', async () => {
  // These two get the offers of the whole cluster; the others share them.
  const whole = ['00-new-json', '00-new-protobuf'];
  const found: Found[][] = [];
  for (const name of whole) found.push(await replay(name, cluster.translation()));
  const beside = await Promise.all([
    ...alone()
      .filter((name) => !whole.includes(name))
      .map((name) => replay(name, cluster.translation())),
    ownId(cluster.translation()),
    dropped(cluster.translation()),
    droppedWithoutTimeout(cluster.translation()),
  ]);
  expectOnlyExceptions(GROUP, [...found, ...beside].flat());
});

function alone(): string[] {
  return recordingsOf(GROUP, '.stream')
    .map((path) => path.slice(GROUP.length + 1, -'.stream'.length))
    .filter((name) => !SEQUENCES.has(name));
}

function replay(name: string, translation: Translation): Promise<Found[]> {
  return replayStream({ group: GROUP, name, translation });
}

/** A framework that chose its id fails over, is torn down, and may not come back. */
async function ownId(translation: Translation): Promise<Found[]> {
  const subscribed = Promise.withResolvers<void>();
  const first = replayStream({
    group: GROUP,
    name: '00-own-id',
    translation,
    onSubscribed: () => subscribed.resolve(),
  });
  await subscribed.promise;
  const failedOver = Promise.withResolvers<void>();
  const second = replayStream({
    group: GROUP,
    name: '00-failover-second',
    translation,
    onSubscribed: () => failedOver.resolve(),
  });
  await failedOver.promise;
  const refused = await replayCall({
    group: GROUP,
    name: '40-call-with-old-stream-id',
    translation,
  });
  const both = await Promise.all([first, second]);
  return [...both.flat(), ...refused, ...(await replay('00-removed-id', translation))];
}

/** Subscribes as the framework a recording resubscribes, and drops the stream. */
async function subscribeAndDrop(name: string, translation: Translation): Promise<string> {
  const recorded = JSON.parse(readRecording(`${GROUP}/${name}.request`).body.toString('utf8'));
  const id: string = recorded.framework_id.value;
  delete recorded.framework_id;
  delete recorded.subscribe.framework_info.id;
  const request = callBytes<SchedulerCall>(recorded, { type: SchedulerCall, format: 'json' });
  const events: Buffer[] = [];
  const stream = new RawStream(translation.port(5050), request, (it) => events.push(it));
  const first = await waitFor(() => events[0], { what: 'SUBSCRIBED', intervalMs: 5 });
  translation.learn(id, JSON.parse(first.toString('utf8')).subscribed.framework_id.value);
  const { headers } = await stream.answered;
  stream.close();
  await stream.ended;
  return headerOf(headers, 'Mesos-Stream-Id') ?? '';
}

/** A framework whose stream broke is refused until it subscribes again. */
async function dropped(translation: Translation): Promise<Found[]> {
  const streamId = await subscribeAndDrop('00-resubscribe', translation);
  const call = readRecording(`${GROUP}/42-call-while-disconnected.request`);
  translation.learn(headerOf(call.headers, 'Mesos-Stream-Id'), streamId);
  await seenDisconnected(translation);
  const options = { group: GROUP, name: '42-call-while-disconnected', translation };
  return [...(await replayCall(options)), ...(await replay('00-resubscribe', translation))];
}

async function droppedWithoutTimeout(translation: Translation): Promise<Found[]> {
  await subscribeAndDrop('00-resubscribe-after-timeout0', translation);
  await seenDisconnected(translation, 'completed_frameworks');
  return replay('00-resubscribe-after-timeout0', translation);
}

/** Waits until the master noticed the broken stream. */
async function seenDisconnected(
  translation: Translation,
  list: 'frameworks' | 'completed_frameworks' = 'frameworks',
): Promise<void> {
  const name = list === 'frameworks' ? 'golden-drop' : 'golden-zero';
  const look = async (): Promise<boolean> => {
    const answer = await fetch(`http://127.0.0.1:${translation.port(5050)}/frameworks`);
    const state = (await answer.json()) as Record<string, { name: string; connected: boolean }[]>;
    return state[list]?.some((it) => it.name === name && !it.connected) ?? false;
  };
  await waitFor(look, { what: `${name} among ${list}`, intervalMs: 20 });
}
