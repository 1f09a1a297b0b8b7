/**
 * A custom executor over the v1 executor API that outlives its agent: each task is a file that it writes once. A task
 * runs until it is killed. What the agent did not acknowledge is told again after each reconnection.
 */
import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openStream, readRecords, requestHttp } from '@stoke/kit';
import {
  decodeBinary,
  ExecutorCall,
  ExecutorEvent,
  encodeBinary,
  type TaskInfo,
  type TaskState,
  type TaskStatus,
} from '@stoke/protocol';

const url = `http://${process.env.MESOS_AGENT_ENDPOINT}/api/v1/executor`;
const type = 'application/x-protobuf';
const ids = {
  executor_id: { value: process.env.MESOS_EXECUTOR_ID ?? '' },
  framework_id: { value: process.env.MESOS_FRAMEWORK_ID ?? '' },
};
const retryMs = 100;
const maxRecordBytes = 16 * 1024 * 1024;
const unacknowledgedTasks = new Map<string, TaskInfo>();
const unacknowledgedUpdates = new Map<string, TaskStatus>();
let subscribed = false;

async function send(call: Omit<ExecutorCall, 'executor_id' | 'framework_id'>): Promise<void> {
  const body = encodeBinary(ExecutorCall, { ...ids, ...call });
  await requestHttp({ url, method: 'POST', headers: { 'Content-Type': type }, body });
}

/** Kept until acknowledged; an agent that is away gets it with the next SUBSCRIBE. */
async function tell(taskId: string, state: TaskState): Promise<void> {
  const uuid = new Uint8Array(randomBytes(16));
  const status: TaskStatus = {
    task_id: { value: taskId },
    state,
    source: 'SOURCE_EXECUTOR',
    executor_id: ids.executor_id,
    uuid,
    timestamp: Date.now() / 1000,
  };
  unacknowledgedUpdates.set(Buffer.from(uuid).toString('hex'), status);
  if (!subscribed) return;
  await send({ type: 'UPDATE', update: { status } }).catch(() => undefined);
}

async function take(event: ExecutorEvent): Promise<void> {
  if (event.type === 'SUBSCRIBED') subscribed = true;
  const launched = event.launch?.task;
  if (event.type === 'LAUNCH' && launched !== undefined) {
    unacknowledgedTasks.set(launched.task_id.value, launched);
    appendFileSync('started', `${launched.task_id.value}\n`);
    await tell(launched.task_id.value, 'TASK_RUNNING');
  } else if (event.type === 'KILL' && event.kill !== undefined) {
    await tell(event.kill.task_id.value, 'TASK_KILLED');
  } else if (event.type === 'ACKNOWLEDGED' && event.acknowledged !== undefined) {
    unacknowledgedTasks.delete(event.acknowledged.task_id.value);
    unacknowledgedUpdates.delete(Buffer.from(event.acknowledged.uuid).toString('hex'));
  } else if (event.type === 'SHUTDOWN') process.exit(0);
}

async function subscribe(): Promise<void> {
  const stream = await openStream({
    url,
    method: 'POST',
    headers: { 'Content-Type': type, Accept: type },
    body: encodeBinary(ExecutorCall, {
      ...ids,
      type: 'SUBSCRIBE',
      subscribe: {
        unacknowledged_tasks: [...unacknowledgedTasks.values()],
        unacknowledged_updates: [...unacknowledgedUpdates.values()].map((status) => ({ status })),
      },
    }),
  });
  if (stream.status !== 200) {
    stream.close();
    return;
  }
  for await (const record of readRecords(stream.chunks, { maxRecordBytes })) {
    await take(decodeBinary(ExecutorEvent, record));
  }
}

// Its agent ends it when the agent is away for longer than the recovery time-out.
for (;;) {
  await subscribe().catch(() => undefined);
  subscribed = false;
  await delay(retryMs);
}
