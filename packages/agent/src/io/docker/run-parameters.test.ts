import { expect, test } from 'vitest';
import { applyParameters, type CreateBody } from './run-parameters.ts';

function applied(...parameters: readonly (readonly [string, string])[]): CreateBody {
  const body: CreateBody = { Labels: { own: '1' }, HostConfig: { CpuQuota: 5, CpuPeriod: 10 } };
  applyParameters(
    body,
    parameters.map(([key, value]) => ({ key, value })),
  );
  return body;
}

test('applyParameters says options of docker run in the words of the Engine API', () => {
  const body = applied(
    ['env', 'A=b=c'],
    ['e', 'D='],
    ['label', 'team=x'],
    ['label', 'own=theirs'],
    ['cap-add', 'NET_ADMIN'],
    ['ulimit', 'nofile=1024:2048'],
    ['shm-size', '64m'],
    ['publish', '127.0.0.1:8080:80'],
    ['p', '53/udp'],
    ['tmpfs', '/scratch:size=1m'],
    ['log-opt', 'max-size=1m'],
    ['init', 'true'],
    ['cpus', '1.5'],
    ['device', '/dev/null:/dev/nothing'],
    ['v', '/a:/b:ro'],
  );
  expect(body).toEqual({
    Env: ['A=b=c', 'D='],
    Labels: { own: '1', team: 'x' },
    ExposedPorts: { '80/tcp': {}, '53/udp': {} },
    HostConfig: {
      CapAdd: ['NET_ADMIN'],
      Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 2048 }],
      ShmSize: 64 * 1024 ** 2,
      PortBindings: {
        '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }],
        '53/udp': [{ HostIp: '', HostPort: '' }],
      },
      Tmpfs: { '/scratch': 'size=1m' },
      LogConfig: { Config: { 'max-size': '1m' } },
      Init: true,
      NanoCpus: 1_500_000_000,
      Devices: [
        { PathOnHost: '/dev/null', PathInContainer: '/dev/nothing', CgroupPermissions: 'rwm' },
      ],
      Binds: ['/a:/b:ro'],
    },
  });
});

test('applyParameters names all that it does not understand', () => {
  expect(() => applied(['name', 'x'], ['memory', 'much'], ['init', 'perhaps'])).toThrow(
    "'name' is not supported; 'memory=much' is not a size such as 64m; 'init=perhaps' is neither",
  );
});
