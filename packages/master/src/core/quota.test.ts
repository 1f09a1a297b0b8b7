/** Weights and quota: what is refused, and what lasts. */
import type { QuotaConfig } from '@stoke/protocol';
import { expect, test } from 'vitest';
import { CoreDriver } from '../test-kit/core-driver.ts';
import { frameworkInfo } from '../test-kit/samples.ts';

const GUARANTEE: QuotaConfig = {
  role: 'web',
  guarantees: { cpus: { value: 1 } },
  limits: { cpus: { value: 2 } },
};

function update(driver: CoreDriver, configs: readonly QuotaConfig[], force = false): unknown {
  driver.dispatch({ type: 'UPDATE_QUOTA', request: 'r', configs, force });
  return driver.replies.get('r');
}

function cpusOffered(driver: CoreDriver): number {
  const offers = [...driver.state.offers.values()];
  return offers.reduce((sum, { resources }) => {
    const cpus = resources.items.find((item) => item.name === 'cpus');
    return sum + (cpus?.kind === 'SCALAR' ? cpus.milli / 1000 : 0);
  }, 0);
}

test('UPDATE_QUOTA limits what is offered to a role', () => {
  const driver = new CoreDriver();
  driver.registerAgent();
  expect(update(driver, [GUARANTEE])).toEqual({ status: 200 });
  driver.subscribe();
  driver.advance(1000);
  expect(cpusOffered(driver)).toBe(2);
});

test('UPDATE_QUOTA answers only after the registry has it', () => {
  const driver = new CoreDriver();
  driver.registerAgent();
  driver.holdStore = true;
  expect(update(driver, [GUARANTEE])).toBeUndefined();
  driver.commit();
  expect(driver.replies.get('r')).toEqual({ status: 200 });
  expect(driver.registry.get('quota/web')).toEqual(GUARANTEE);
});

test('UPDATE_QUOTA changes nothing when one config of several is wrong', () => {
  const driver = new CoreDriver();
  driver.registerAgent();
  const wrong = { role: 'db', limits: { cpus: { value: -1 } } };
  expect(update(driver, [GUARANTEE, wrong])).toMatchObject({ status: 400 });
  expect(driver.state.quotas.size).toBe(0);
  expect(driver.registry.has('quota/web')).toBe(false);
});

test('UPDATE_QUOTA beyond the cluster needs force', () => {
  const driver = new CoreDriver();
  expect(update(driver, [GUARANTEE])).toMatchObject({ status: 400 });
  expect(update(driver, [GUARANTEE], true)).toEqual({ status: 200 });
});

test('UPDATE_QUOTA rescinds offers beyond a new limit, and offers again within it', () => {
  const driver = new CoreDriver();
  driver.registerAgent();
  const framework = driver.subscribe();
  driver.advance(1000);
  expect(cpusOffered(driver)).toBe(4);
  update(driver, [{ role: 'web', limits: { cpus: { value: 1 } } }]);
  expect(framework.all('RESCIND')).toHaveLength(1);
  driver.advance(2000);
  expect(cpusOffered(driver)).toBe(1);
});

test('UPDATE_QUOTA leaves offers of other roles alone when nobody is owed anything', () => {
  const driver = new CoreDriver();
  driver.registerAgent();
  const framework = driver.subscribe();
  driver.advance(1000);
  update(driver, [{ role: 'db', limits: { cpus: { value: 1 } } }]);
  expect(framework.all('RESCIND')).toHaveLength(0);
  update(driver, [
    { role: 'db', guarantees: { cpus: { value: 1 } }, limits: { cpus: { value: 1 } } },
  ]);
  expect(framework.all('RESCIND')).toHaveLength(1);
});

test('a limit of zero is a limit', () => {
  const driver = new CoreDriver();
  driver.registerAgent();
  update(driver, [{ role: 'web', limits: { cpus: { value: 0 }, mem: { value: 0 } } }]);
  driver.subscribe();
  driver.advance(1000);
  expect(cpusOffered(driver)).toBe(0);
});

test('REMOVE_QUOTA lifts a limit', () => {
  const driver = new CoreDriver();
  driver.registerAgent();
  update(driver, [GUARANTEE]);
  driver.dispatch({ type: 'REMOVE_QUOTA', request: 'x', role: 'web' });
  expect(driver.replies.get('x')).toEqual({ status: 200 });
  expect(driver.registry.has('quota/web')).toBe(false);
  driver.subscribe();
  driver.advance(1000);
  expect(cpusOffered(driver)).toBe(4);
});

test('quota and weights of the registry count after a restart', () => {
  const driver = new CoreDriver({}, { quotas: [GUARANTEE], weights: [{ role: 'web', weight: 3 }] });
  driver.registerAgent();
  driver.subscribe();
  driver.advance(1000);
  expect(cpusOffered(driver)).toBe(2);
  expect(driver.state.weights.get('web')).toBe(3);
});

test('UPDATE_WEIGHTS rescinds what was offered by the old weights', () => {
  const driver = new CoreDriver();
  driver.registerAgent();
  const framework = driver.subscribe(frameworkInfo({ roles: ['web'] }));
  driver.advance(1000);
  expect(framework.all('OFFERS')).toHaveLength(1);
  driver.dispatch({
    type: 'UPDATE_WEIGHTS',
    request: 'w',
    weights: [{ role: 'web', weight: 2 }],
  });
  expect(driver.replies.get('w')).toEqual({ status: 200 });
  expect(framework.all('RESCIND')).toHaveLength(1);
  expect(driver.registry.get('weight/web')).toEqual({ weight: 2 });
});

test('UPDATE_WEIGHTS refuses weights that are not above zero', () => {
  const driver = new CoreDriver();
  driver.dispatch({ type: 'UPDATE_WEIGHTS', request: 'w', weights: [{ role: 'web', weight: 0 }] });
  expect(driver.replies.get('w')).toMatchObject({ status: 400 });
  expect(driver.state.weights.size).toBe(0);
});
