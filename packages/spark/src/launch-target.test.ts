import { expect, test } from 'vitest';
import { isLoopbackTarget, masterUrl, type SparkTarget } from './launch-target.ts';

function mesos(master: string): SparkTarget {
  return { kind: 'mesos', master, driverJar: '/d.jar', mode: 'coarse' };
}

test.each([
  [mesos('127.0.0.1:5050'), 'mesos://127.0.0.1:5050', true],
  [mesos('http://localhost:5050'), 'mesos://localhost:5050', true],
  [mesos('https://[::1]:5050'), 'mesos://https://[::1]:5050', true],
  [mesos('127.0.0.1:5050,10.0.0.1:5050'), 'mesos://127.0.0.1:5050,10.0.0.1:5050', false],
  [mesos('zk://127.0.0.1:2181/mesos'), 'mesos://zk://127.0.0.1:2181/mesos', false],
  [{ kind: 'standalone', master: '127.example.com:7077' }, 'spark://127.example.com:7077', false],
  [{ kind: 'local', threads: 2 }, 'local[2]', true],
] as const)('masterUrl and isLoopbackTarget of %j', (target, url, loopback) => {
  expect(masterUrl(target)).toBe(url);
  expect(isLoopbackTarget(target)).toBe(loopback);
});
