/** The recorded offers of frameworks old and new: how roles, reservations and constraints shape them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { recordedGroups, recordingsOf } from './recording.ts';
import { replayStream } from './replay.ts';
import type { Found } from './replay-call.ts';

const PREFIX = 'scheduler-offers-';
const GROUPS = recordedGroups().filter((group) => group.startsWith(PREFIX));

const cluster = new CompatCluster();
beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

test('the recordings hold every kind of framework', () => {
  expect(GROUPS).toHaveLength(8);
});

test.each(GROUPS)('%s sees the same, in JSON and in protobuf', async (group) => {
  const found: Found[] = [];
  for (const path of recordingsOf(group, '.stream')) {
    const name = path.slice(group.length + 1, -'.stream'.length);
    found.push(...(await replayStream({ group, name, translation: cluster.translation() })));
  }
  expectOnlyExceptions(group, found);
});
