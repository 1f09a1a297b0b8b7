/** Three calls that ended the recorded master or agent: here they are refused, and nothing stops. */
import { MasterCall, SchedulerCall } from '@stoke/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { exchange, RawStream } from './raw-http.ts';
import { headerOf, readRecording, statusOf } from './recording.ts';
import type { Translation } from './translation.ts';

const GROUP = 'upstream-aborts';
const cluster = new CompatCluster();
beforeAll(() => cluster.start({ ports: [5051] }));
afterAll(() => cluster.stop());

/** Status of the answer to a recorded call. */
async function statusNow(name: string, translation: Translation): Promise<number> {
  const request = readRecording(`${GROUP}/${name}.request`);
  const port = Number(headerOf(request.headers, 'Host')?.split(':')[1]);
  const type = request.startLine.includes('/scheduler') ? SchedulerCall : MasterCall;
  return statusOf(await exchange(translation.port(port), translation.request(request, type)));
}

test('upstream-aborts: a call of type UNKNOWN is refused and the stream goes on', async () => {
  const translation = cluster.translation();
  const request = readRecording(`${GROUP}/00-subscribe.request`);
  const subscribed = Promise.withResolvers<Buffer>();
  const stream = new RawStream(
    translation.port(5050),
    translation.request(request, SchedulerCall),
    (record) => subscribed.resolve(record),
  );
  const event = JSON.parse((await subscribed.promise).toString('utf8'));
  const call = readRecording(`${GROUP}/type-UNKNOWN.request`);
  const framework = JSON.parse(call.body.toString('utf8')).framework_id.value;
  translation.learn(framework, event.subscribed.framework_id.value);
  const { headers } = await stream.answered;
  translation.learn(
    headerOf(call.headers, 'Mesos-Stream-Id'),
    headerOf(headers, 'Mesos-Stream-Id'),
  );
  expect([400, 501]).toContain(await statusNow('type-UNKNOWN', translation));
  expect(stream.message().complete).toBe(false);
  stream.close();
  await stream.ended;
});

test('upstream-aborts: REMOVE_QUOTA of a role without quota is refused', async () => {
  expect([400, 501]).toContain(await statusNow('remove-quota-missing', cluster.translation()));
  expect((await fetch(`${cluster.master.url}/health`)).status).toBe(200);
});

test('upstream-aborts: the agent outlives REMOVE_CONTAINER of a container without parent', async () => {
  const translation = cluster.translation();
  const status = await statusNow('agent-remove-top-level-container', translation);
  expect([400, 501]).toContain(status);
  expect((await fetch(`${cluster.agents[0]?.url}/health`)).status).toBe(200);
});
