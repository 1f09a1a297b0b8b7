import { expect, test } from 'vitest';
import { limitationOf, readInspection } from './inspection.ts';

function inspected(state: object, mode = 'bridge') {
  return {
    Id: 'abc',
    Config: { Labels: { a: 'b' }, Env: ['SECRET=1'], StopSignal: 'SIGINT', Tty: false },
    HostConfig: { NetworkMode: mode },
    NetworkSettings: {
      Networks: { bridge: { IPAddress: '172.17.0.2' }, blue: { IPAddress: '10.1.0.2' } },
    },
    State: { Status: 'running', Running: true, OOMKilled: false, Pid: 7, ExitCode: 0, ...state },
  };
}

test('readInspection tells where a container is reached, and nothing of its environment', () => {
  const { facts, pid, state, stopSignal } = readInspection(inspected({}));
  expect({ pid, state, stopSignal }).toEqual({ pid: 7, state: 'running', stopSignal: 'SIGINT' });
  expect(facts.networks).toEqual([
    { ip_addresses: [{ protocol: 'IPv4', ip_address: '172.17.0.2' }] },
    { name: 'blue', ip_addresses: [{ protocol: 'IPv4', ip_address: '10.1.0.2' }] },
  ]);
  const told = new TextDecoder().decode(facts.data);
  expect(told).toContain('172.17.0.2');
  expect(told).not.toContain('SECRET');
  expect(readInspection(inspected({}, 'host')).facts.networks).toBeUndefined();
});

test('readInspection tells a container that has not run from one that has', () => {
  const created = { Status: 'created', Running: false };
  expect(readInspection(inspected(created)).state).toBe('created');
  const exited = { Status: 'exited', Running: false, ExitCode: 137 };
  expect(readInspection(inspected(exited))).toMatchObject({ state: 'ended', status: 137 << 8 });
});

test('limitationOf blames memory only when the container ended badly', () => {
  const ended = (ExitCode: number) =>
    readInspection(inspected({ Running: false, OOMKilled: true, ExitCode }));
  expect(limitationOf(ended(137), 64)).toMatchObject({
    reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
    limits: { resources: [{ name: 'mem', scalar: { value: 64 } }] },
  });
  expect(limitationOf(ended(0), 64)).toBeUndefined();
});
