import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listEventLogs, readEventLog } from './event-log.ts';
import { createEventLogSummary } from './event-log-summary.ts';

const ID = 'app-20261120205514-0001';
/** Written by Spark 3.5.9: the word count of examples/ on a standalone cluster of three workers; trimmed. */
const RECORDED = fileURLToPath(new URL(`../fixtures/${ID}`, import.meta.url));

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'events-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function summarize(path: string) {
  const summary = createEventLogSummary();
  for await (const event of readEventLog(path)) summary.add(event);
  return summary.result();
}

test('createEventLogSummary sums up a recorded application', async () => {
  expect(await summarize(RECORDED)).toMatchInlineSnapshot(`
    {
      "applicationId": "app-20261120205514-0001",
      "endedAtMs": 1795208133811,
      "executors": [
        {
          "cores": 1,
          "executorId": "0",
          "host": "127.0.0.1",
          "removedReason": undefined,
          "tasks": 8,
        },
        {
          "cores": 1,
          "executorId": "2",
          "host": "127.0.0.1",
          "removedReason": undefined,
          "tasks": 9,
        },
        {
          "cores": 1,
          "executorId": "1",
          "host": "127.0.0.1",
          "removedReason": undefined,
          "tasks": 7,
        },
      ],
      "firstTaskAfterMs": 8926,
      "jobs": {
        "failed": 0,
        "succeeded": 3,
      },
      "master": "spark://127.0.0.1:17077",
      "name": "wordcount",
      "sparkVersion": "3.5.9",
      "stages": [
        {
          "attemptId": 0,
          "durationMs": 13864,
          "failureReason": undefined,
          "name": "reduceByKey at /examples/wordcount/wordcount.py:21",
          "numTasks": 6,
          "stageId": 0,
        },
        {
          "attemptId": 0,
          "durationMs": 2101,
          "failureReason": undefined,
          "name": "sum at /examples/wordcount/wordcount.py:22",
          "numTasks": 6,
          "stageId": 1,
        },
        {
          "attemptId": 0,
          "durationMs": 658,
          "failureReason": undefined,
          "name": "takeOrdered at /examples/wordcount/wordcount.py:24",
          "numTasks": 6,
          "stageId": 3,
        },
        {
          "attemptId": 0,
          "durationMs": 605,
          "failureReason": undefined,
          "name": "count at /examples/wordcount/wordcount.py:25",
          "numTasks": 6,
          "stageId": 5,
        },
      ],
      "startedAtMs": 1795208113508,
      "totals": {
        "bytesRead": 50697,
        "bytesWritten": 0,
        "diskBytesSpilled": 0,
        "executorCpuTime": 1602.926237,
        "executorDeserializeCpuTime": 819.822953,
        "executorDeserializeTime": 5023,
        "executorRunTime": 22946,
        "failedTasks": 0,
        "jvmGCTime": 430,
        "memoryBytesSpilled": 0,
        "numTasks": 24,
        "peakExecutionMemory": 0,
        "recordsRead": 284,
        "recordsWritten": 0,
        "resultSerializationTime": 350,
        "resultSize": 2098,
        "shuffleBytesWritten": 11149,
        "shuffleFetchWaitTime": 308,
        "shuffleLocalBytesRead": 11149,
        "shuffleRecordsRead": 72,
        "shuffleRecordsWritten": 72,
        "shuffleRemoteBytesRead": 0,
        "shuffleWriteTime": 288.19047200000006,
      },
    }
  `);
});

test('readEventLog gives the same for gzip, zstd and a rolling folder', async () => {
  const text = await readFile(RECORDED);
  const lines = text.toString().trimEnd().split('\n');
  await writeFile(join(folder, `${ID}.gz`), gzipSync(text));
  await writeFile(join(folder, `${ID}.zstd`), zstdCompressSync(text));
  const rolling = join(folder, `eventlog_v2_${ID}`);
  await mkdir(rolling);
  await writeFile(join(rolling, `events_10_${ID}`), `${lines.slice(40).join('\n')}\n`);
  await writeFile(join(rolling, `events_2_${ID}`), `${lines.slice(0, 40).join('\n')}\n`);
  await writeFile(join(rolling, `appstatus_${ID}`), '');
  const expected = await summarize(RECORDED);
  for (const log of await listEventLogs(folder)) {
    expect(log.applicationId).toBe(ID);
    expect(await summarize(log.path)).toEqual(expected);
  }
  expect(await listEventLogs(folder)).toHaveLength(3);
});

test('readEventLog passes over a last line that was cut off', async () => {
  const text = await readFile(RECORDED, 'utf8');
  const path = join(folder, `${ID}.inprogress`);
  await writeFile(path, text.slice(0, -20));
  const result = await summarize(path);
  expect(result.endedAtMs).toBeUndefined();
  expect(result.jobs.succeeded).toBe(3);
  expect(await listEventLogs(folder)).toMatchObject([{ applicationId: ID, inProgress: true }]);
});

test('readEventLog reads what a killed driver left of a packed log', async () => {
  const packed = gzipSync(await readFile(RECORDED));
  const path = join(folder, `${ID}.gz.inprogress`);
  await writeFile(path, packed.subarray(0, packed.length / 2));
  const { name, totals } = await summarize(path);
  expect(name).toBe('wordcount');
  expect(totals.numTasks).toBeLessThan(24);
});

test('readEventLog names the line that is not an event', async () => {
  const path = join(folder, 'app-1');
  await writeFile(path, '{"Event":"SparkListenerLogStart"}\nnonsense\n{"Event":"x"}\n');
  await expect(summarize(path)).rejects.toThrow(`'${path}': line 2 is not an event of Spark`);
});

test('readEventLog refuses what it cannot unpack and what is not there', async () => {
  await copyFile(RECORDED, join(folder, `${ID}.lz4`));
  await expect(summarize(join(folder, `${ID}.lz4`))).rejects.toThrow('packed with lz4');
  await expect(summarize(join(folder, 'none'))).rejects.toMatchObject({
    code: 'EVENT_LOG_INVALID',
  });
});
