import { expect, test } from 'vitest';
import { inOwnNetwork } from './own-network.ts';

const ours = {
  'spark.driver.host': '127.0.0.1',
  'spark.driver.bindAddress': '127.0.0.1',
  'spark.executorEnv.SPARK_LOCAL_IP': '127.0.0.1',
  'spark.cores.max': '3',
};

test('inOwnNetwork leaves all as it is without a network', () => {
  expect(inOwnNetwork(ours, {})).toBe(ours);
});

test('inOwnNetwork lets executors have the addresses of their network', () => {
  const said = { 'spark.mesos.network.name': 'blue', 'spark.driver.host': '192.0.2.7' };
  expect(inOwnNetwork(ours, said)).toEqual({
    'spark.driver.host': '127.0.0.1',
    'spark.cores.max': '3',
  });
});

test('inOwnNetwork refuses a driver that nobody could reach', () => {
  expect(() => inOwnNetwork(ours, { 'spark.mesos.network.name': 'blue' })).toThrow(
    /Cannot put executors into network 'blue': .*--conf spark.driver.host=ADDRESS/,
  );
});
