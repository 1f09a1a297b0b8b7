import { expect, test } from 'vitest';
import { type ClusterInfo, clusterStatus, type HostInfo, summarize } from './cluster-info.ts';

function host(name: string, status: HostInfo['status']): HostInfo {
  return {
    name,
    id: name,
    status,
    url: undefined,
    pid: 1,
    cpus: { total: 2, used: 1 },
    memMb: { total: 1024, used: 512 },
    tasks: 1,
    startedAt: 0,
  };
}

test('clusterStatus() follows from the parts', () => {
  const ready = { status: 'ready' } as const;
  expect(clusterStatus(ready, [ready, { status: 'draining' }])).toBe('running');
  expect(clusterStatus(ready, [ready, { status: 'dead' }])).toBe('degraded');
  expect(clusterStatus({ status: 'dead' }, [ready])).toBe('stopped');
});

test('summarize() counts only hosts that serve and applications that are connected', () => {
  const application = {
    id: 'f',
    name: 'f',
    user: 'u',
    cpus: 1,
    memMb: 1,
    tasks: 1,
    startedAt: 0,
    webUrl: undefined,
  };
  const info: ClusterInfo = {
    name: 'dev',
    provider: 'local',
    status: 'degraded',
    master: { status: 'ready', url: 'http://m', pid: 1, version: '1', startedAt: 5 },
    hosts: [host('a', 'ready'), host('b', 'dead')],
    applications: [
      { ...application, active: true },
      { ...application, active: false },
    ],
    problems: [],
  };
  expect(summarize(info)).toEqual({
    name: 'dev',
    provider: 'local',
    status: 'degraded',
    hosts: { ready: 1, total: 2 },
    cpus: { total: 2, used: 1 },
    memMb: { total: 1024, used: 512 },
    applications: 1,
    url: 'http://m',
    startedAt: 5,
  });
});
