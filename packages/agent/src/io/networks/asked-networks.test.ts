import type { NetworkInfo, Resource } from '@stoke/protocol';
import { expect, test } from 'vitest';
import type { ContainerSpec, NestedPlace } from '../../core/effects.ts';
import { askedNetworks, whyNotJoined } from './asked-networks.ts';
import type { NetworkConfig } from './network-config.ts';

const ports: Resource = {
  name: 'ports',
  type: 'RANGES',
  ranges: { range: [{ begin: 31_000, end: 31_001 }] },
};

function specOf(infos: NetworkInfo[], more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    kind: 'command',
    containerId: 'c',
    frameworkId: 'f',
    executorId: 'e',
    directory: '/sandbox',
    user: undefined,
    command: {},
    environment: {},
    container: { type: 'MESOS', hostname: 'web', network_infos: infos },
    resources: [ports],
    volumes: [],
    ...more,
  };
}

const nested: NestedPlace = {
  executorDirectory: '/executor',
  taskId: 't',
  parent: {
    containerId: 'p',
    container: { type: 'MESOS', network_infos: [{ name: 'blue' }] },
    resources: [],
  },
};

test('askedNetworks are those that are named, or those of the executor', () => {
  expect(askedNetworks(specOf([{}]))).toBeUndefined();
  const own = { containerId: 'c', infos: [{ name: 'red' }], hostname: 'web', resources: [ports] };
  expect(askedNetworks(specOf([{ name: 'red' }]))).toEqual(own);
  expect(askedNetworks(specOf([{ name: 'red' }], { nested }))).toEqual(own);
  expect(askedNetworks(specOf([], { nested }))).toEqual({
    containerId: 'p',
    infos: [{ name: 'blue' }],
    hostname: 'p',
    resources: [],
  });
  // A network without a name is the machine's.
  expect(askedNetworks(specOf([{}], { nested }))).toBeUndefined();
});

function refusal(...infos: NetworkInfo[]): string | undefined {
  const blue: NetworkConfig = {
    name: 'blue',
    cniVersion: '1.0.0',
    plugins: [{ type: 'portmap', capabilities: { portMappings: true } }],
  };
  const plain = { ...blue, name: 'plain', plugins: [{ type: 'bridge' }] };
  const networks = new Map([blue, plain].map((one) => [one.name, one]));
  const asked = askedNetworks(specOf(infos));
  return asked && whyNotJoined(asked, { networks, problems: ['/x.conf: is no JSON'] });
}

test('whyNotJoined tells which networks there are', () => {
  expect(refusal({ name: 'blue' }, { name: 'plain' })).toBeUndefined();
  expect(refusal({ name: 'red' })).toBe(
    "network 'red' is not known (there are blue, plain); /x.conf: is no JSON",
  );
  expect(refusal({ name: 'blue' }, { name: 'blue' })).toBe(
    "network 'blue' is asked for more than once",
  );
});

test('whyNotJoined holds mapped ports to those of the task', () => {
  const mapping = (host_port: number, container_port = 80, protocol = 'tcp') => ({
    name: 'blue',
    port_mappings: [{ host_port, container_port, protocol }],
  });
  expect(refusal(mapping(31_001, 80, 'UDP'))).toBeUndefined();
  expect(refusal(mapping(31_002))).toBe(
    'port 31002 is mapped, and is not among the ports of the task (it has [31000-31001])',
  );
  expect(refusal(mapping(31_000, 70_000))).toBe('70000 is no port');
  expect(refusal(mapping(31_000, 80, 'gre'))).toBe(
    "'gre' is no protocol of port mappings (tcp, udp, sctp)",
  );
  expect(refusal({ ...mapping(31_000), name: 'plain' })).toBe(
    "network 'plain' maps no ports: none of its plugins has the capability portMappings",
  );
});
