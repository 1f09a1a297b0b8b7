/** Every recorded refusal of the scheduler API, and the calls beside them that are taken. */
import { SchedulerCall } from '@stoke/protocol';
import { waitFor } from '@stoke/testing';
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { exchange, RawStream } from './raw-http.ts';
import { headerOf, readRecording, recordingsOf } from './recording.ts';
import { callBytes, type Found, replayCall } from './replay-call.ts';
import type { Translation } from './translation.ts';

const GROUP = 'scheduler-errors';
/** This one comes after a TEARDOWN. */
const LAST = 'after-teardown';

const cluster = new CompatCluster();
beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

test('scheduler-errors: every call is answered the same', async () => {
  const translation = cluster.translation();
  const names = recordingsOf(GROUP, '.request').map((path) =>
    path.slice(GROUP.length + 1, -'.request'.length),
  );
  const json = await subscribeLike('update-framework-back', translation);
  const protobuf = await subscribeLike('pb-revive', translation);
  const found: Found[] = [];
  for (const name of names.filter((it) => it !== LAST)) {
    found.push(...(await replayCall({ group: GROUP, name, translation })));
  }
  await exchange(translation.port(5050), teardown(translation));
  found.push(...(await replayCall({ group: GROUP, name: LAST, translation })));
  json.close();
  protobuf.close();
  expectOnlyExceptions(GROUP, found);
});

/** Subscribes the framework whose ids stand in a recording. */
async function subscribeLike(name: string, translation: Translation): Promise<RawStream> {
  const recorded = readRecording(`${GROUP}/${name}.request`);
  const recordedId = /[0-9a-f-]{36}-\d{4}/.exec(recorded.body.toString('latin1'))?.[0];
  const call = JSON.parse(
    readRecording(`${GROUP}/update-framework-back.request`).body.toString('utf8'),
  );
  const { id: _, ...framework_info } = call.update_framework.framework_info;
  const request = callBytes<SchedulerCall>(
    { type: 'SUBSCRIBE', subscribe: { framework_info } },
    { type: SchedulerCall, format: 'json' },
  );
  const events: Buffer[] = [];
  const stream = new RawStream(translation.port(5050), request, (it) => events.push(it));
  const first = await waitFor(() => events[0], { what: 'SUBSCRIBED', intervalMs: 5 });
  translation.learn(recordedId, JSON.parse(first.toString('utf8')).subscribed.framework_id.value);
  const { headers } = await stream.answered;
  translation.learn(
    headerOf(recorded.headers, 'Mesos-Stream-Id'),
    headerOf(headers, 'Mesos-Stream-Id'),
  );
  return stream;
}

/** A TEARDOWN made from the request that comes after it. */
function teardown(translation: Translation): Buffer {
  const recorded = readRecording(`${GROUP}/${LAST}.request`);
  const body = Buffer.from(recorded.body.toString('utf8').replace('REVIVE', 'TEARDOWN'));
  return translation.request({ ...recorded, body }, SchedulerCall);
}
