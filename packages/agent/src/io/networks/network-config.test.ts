import { expect, test } from 'vitest';
import { hasCapability, parseNetworkConfig, programsOf } from './network-config.ts';

const parse = (value: unknown, hasMesosPortMapper = false) =>
  parseNetworkConfig(typeof value === 'string' ? value : JSON.stringify(value), {
    hasMesosPortMapper,
  });

const bridge = {
  type: 'bridge',
  bridge: 'br0',
  ipam: { type: 'host-local', subnet: '10.1.0.0/16' },
};

test('parseNetworkConfig takes a single plugin as a list of one, and keeps what it does not know', () => {
  expect(parse({ cniVersion: '0.4.0', name: 'blue', ...bridge })).toEqual({
    ok: true,
    network: { name: 'blue', cniVersion: '0.4.0', plugins: [bridge] },
  });
});

test('parseNetworkConfig takes a list, and tells what programs and capabilities it has', () => {
  const plugins = [bridge, { type: 'portmap', capabilities: { portMappings: true } }];
  const parsed = parse({ cniVersion: '1.0.0', name: 'blue', disableCheck: true, plugins });
  if (!parsed.ok) throw new Error(parsed.problem);
  expect(parsed.network).toEqual({
    name: 'blue',
    cniVersion: '1.0.0',
    disableCheck: true,
    plugins,
  });
  expect(programsOf(parsed.network)).toEqual(['bridge', 'host-local', 'portmap']);
  expect(hasCapability(parsed.network, 'portMappings')).toBe(true);
  expect(hasCapability(parsed.network, 'ips')).toBe(false);
});

test("parseNetworkConfig does the work of Mesos's port mapper with portmap", () => {
  const file = {
    name: 'blue',
    type: 'mesos-cni-port-mapper',
    chain: 'MESOS',
    excludeDevices: ['br0'],
    delegate: bridge,
  };
  expect(parse(file)).toEqual({
    ok: true,
    network: {
      name: 'blue',
      cniVersion: '0.3.1',
      plugins: [
        bridge,
        {
          type: 'portmap',
          capabilities: { portMappings: true },
          snat: true,
          conditionsV4: ['!', '-i', 'br0'],
          conditionsV6: ['!', '-i', 'br0'],
        },
      ],
    },
  });
  expect(parse({ ...file, excludeDevices: ['a', 'b'] })).toMatchObject({
    problem: expect.stringContaining('excludeDevices: names more than one device'),
  });
  expect(parse({ ...file, delegate: undefined })).toMatchObject({
    problem: expect.stringContaining('delegate'),
  });
  const { chain, type } = file;
  expect(parse(file, true)).toMatchObject({ network: { plugins: [{ type, chain }] } });
});

test('parseNetworkConfig says what is wrong with a file', () => {
  const problems: readonly (readonly [unknown, string])[] = [
    ['{', 'is no JSON'],
    ['null', 'expected'],
    [{ type: 'bridge' }, 'name:'],
    [{ name: 'a/b', type: 'bridge' }, 'name: is no name of a network'],
    [{ name: 'a', type: '../sh' }, 'type: is no name of a plugin'],
    [{ name: 'a', type: 'bridge', cniVersion: '9' }, 'cniVersion: is none of 0.1.0'],
    [{ name: 'a', plugins: [] }, 'plugins: names no plugin'],
    [{ name: 'a', plugins: [{ name: 'x' }] }, 'plugins.0.type'],
    [{ name: 'a', type: 'b', args: { 'org.apache.mesos': {} } }, "args: holds 'org.apache.mesos'"],
  ];
  for (const [file, problem] of problems) {
    expect(parse(file)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
  }
});
