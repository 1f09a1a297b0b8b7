/** Weights and quota, through the operator API and the legacy endpoints. */
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';
import { waitFor } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { replayOperatorCall } from './operator-calls.ts';
import { type Found, replayCall } from './replay-call.ts';

const cluster = new CompatCluster();
/** Seconds for which offers stay away. */
const longTime = 100_000;

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
    ['legacy-quota', 'get-after-update roles-after-update'],
    ['operator-quota', 'limit-below-consumption-json limit-below-consumption-force-json'],
    ['operator-quota', 'guarantee-above-limit-json guarantee-too-much-json nested-json'],
    ['operator-quota', 'empty-json star-json duplicate-json negative-json reset-json'],
    ['operator-quota', 'set_quota-json set_quota-after-reset-json remove_quota-json'],
    ['legacy-quota', 'cleanup-golden cleanup-other cleanup-star'],
  ];

test('legacy-quota and operator-quota: guarantees and limits', async () => {
  const framework = await startQuotaFramework();
  const found: Found[] = [];
  const translation = cluster.translation();
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

interface QuotaFramework {
  readonly driver: SchedulerDriver;
  readonly ended: Promise<void>;
}

/** A framework of two roles with one task in the upper one; it wants no more. */
async function startQuotaFramework(): Promise<QuotaFramework> {
  let state = 'none';
  const driver = createSchedulerDriver({
    masters: [new URL(cluster.master.url).host],
    framework: {
      user: 'root',
      name: 'golden-quota',
      roles: ['golden', 'golden/sub'],
      capabilities: [{ type: 'MULTI_ROLE' }, { type: 'RESERVATION_REFINEMENT' }],
    },
    format: 'json',
    handlers: {
      offers: async (offers) => {
        for (const offer of offers) {
          if (state !== 'none' || offer.allocation_info?.role !== 'golden') {
            await driver.decline([offer.id.value], { refuseSeconds: longTime });
            continue;
          }
          state = 'launched';
          const task = {
            name: 'q-1',
            task_id: { value: 'q-1' },
            agent_id: offer.agent_id,
            command: { value: 'sleep 1000' },
            resources: [
              { name: 'cpus', type: 'SCALAR' as const, scalar: { value: 0.5 } },
              { name: 'mem', type: 'SCALAR' as const, scalar: { value: 64 } },
            ],
          };
          await driver.launch([offer.id.value], [task], { refuseSeconds: longTime });
          await driver.suppress();
        }
      },
      update: (status) => {
        state = status.state;
      },
    },
  });
  const ended = driver.run();
  await waitFor(() => state === 'TASK_RUNNING', { what: 'the task', intervalMs: 20 });
  return { driver, ended };
}
