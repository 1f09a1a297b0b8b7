/** Weights and quota, through the operator API and the legacy endpoints. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { startOneTaskFramework } from './one-task-framework.ts';
import { replayOperatorCall } from './operator-calls.ts';
import { type Found, replayCall } from './replay-call.ts';

const cluster = new CompatCluster();

beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

/** The recorded steps: calls of both APIs changed the same quota in turns. */
const QUOTA_STEPS: readonly (readonly [group: 'legacy-quota' | 'operator-quota', names: string])[] =
  [
    ['legacy-quota', 'get-empty post post-again get roles-with-quota post-too-much'],
    ['legacy-quota', 'post-too-much-force post-nested post-star post-no-role post-ranges'],
    ['legacy-quota', 'post-duplicate post-malformed post-reserved put'],
    ['operator-quota', 'get_quota-json get_quota-pb'],
    ['legacy-quota', 'delete-big delete-missing delete-no-role delete'],
    ['operator-quota', 'update-json get_quota-after-update-json get_quota-after-update-pb'],
    ['operator-quota', 'get_roles-with-quota-json get_roles-with-quota-pb'],
    ['legacy-quota', 'get-after-update roles-after-update metrics'],
    ['operator-quota', 'limit-below-consumption-json limit-below-consumption-force-json'],
    ['operator-quota', 'guarantee-above-limit-json guarantee-too-much-json nested-json'],
    ['operator-quota', 'empty-json star-json duplicate-json negative-json reset-json'],
    ['operator-quota', 'set_quota-json set_quota-after-reset-json remove_quota-json'],
    ['legacy-quota', 'cleanup-golden cleanup-other cleanup-star'],
  ];

test('legacy-quota and operator-quota: guarantees and limits', async () => {
  const translation = cluster.translation();
  const framework = await startOneTaskFramework({
    masterUrl: cluster.master.url,
    agentPort: translation.port(5051),
    name: 'golden-quota',
    roles: ['golden', 'golden/sub'],
    cpus: 0.5,
    mem: 64,
  });
  const found: Found[] = [];
  for (const [group, names] of QUOTA_STEPS) {
    const replay = group === 'legacy-quota' ? replayCall : replayOperatorCall;
    for (const name of names.split(' '))
      found.push(...(await replay({ group, name, translation })));
  }
  await framework.driver.teardown();
  await framework.ended;
  for (const group of ['legacy-quota', 'operator-quota']) {
    expectOnlyExceptions(
      group,
      found.filter(({ where }) => where.startsWith(`${group}/`)),
    );
  }
});

test('operator-weights: weights are updated and shown', async () => {
  const before = [
    { role: 'other/sub', weight: 3 },
    { role: 'golden', weight: 2.5 },
  ];
  const url = `${cluster.master.url}/weights`;
  const put = await fetch(url, { method: 'PUT', body: JSON.stringify(before) });
  expect(put.status).toBe(200);
  const translation = cluster.translation();
  const found: Found[] = [];
  for (const name of [
    'get_weights-json',
    'get_weights-pb',
    'update_weights-json',
    'update_weights-pb',
    'update_weights-negative-json',
    'get_weights-after-json',
    'get_weights-after-pb',
  ]) {
    found.push(...(await replayOperatorCall({ group: 'operator-weights', name, translation })));
  }
  expectOnlyExceptions('operator-weights', found);
});
