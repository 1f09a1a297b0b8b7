import { expect, test } from 'vitest';
import {
  type Attachment,
  callOrder,
  formerResult,
  knowsCheck,
  pluginEnvironment,
  pluginInput,
} from './plugin-input.ts';

const portmap = { type: 'portmap', capabilities: { portMappings: true } };
const attachment: Attachment = {
  network: { name: 'blue', cniVersion: '0.4.0', plugins: [{ type: 'bridge' }, portmap] },
  ifName: 'eth0',
  info: {
    name: 'blue',
    labels: { labels: [{ key: 'tier', value: 'web' }] },
    ip_addresses: [{ ip_address: '10.0.0.9' }],
    port_mappings: [{ host_port: 31_000, container_port: 80, protocol: 'TCP' }],
  },
  result: { ips: [] },
};

test('pluginInput tells a plugin the network, what the task asked for, and what the one before it answered', () => {
  expect(pluginInput(attachment, { type: 'bridge', args: { a: 1 } }, undefined)).toEqual({
    type: 'bridge',
    cniVersion: '0.4.0',
    name: 'blue',
    args: {
      a: 1,
      'org.apache.mesos': {
        network_info: {
          name: 'blue',
          labels: { labels: [{ key: 'tier', value: 'web' }] },
          ip_addresses: [{ ip_address: '10.0.0.9', protocol: 'IPv4' }],
          port_mappings: [{ host_port: 31_000, container_port: 80, protocol: 'TCP' }],
        },
      },
    },
  });
  expect(pluginInput(attachment, { type: 'bridge' }, { ips: [] })).toMatchObject({
    prevResult: { ips: [] },
  });
});

test('pluginInput tells ports and addresses to those plugins that can make use of them', () => {
  const portMappings = [{ hostPort: 31_000, containerPort: 80, protocol: 'tcp' }];
  expect(pluginInput(attachment, portmap, undefined).runtimeConfig).toEqual({ portMappings });
  const ips = { type: 'static', capabilities: { ips: true } };
  expect(pluginInput(attachment, ips, undefined).runtimeConfig).toEqual({ ips: ['10.0.0.9'] });
});

test('callOrder goes backwards for DEL', () => {
  expect(callOrder(attachment, 'ADD').map(({ type }) => type)).toEqual(['bridge', 'portmap']);
  expect(callOrder(attachment, 'DEL').map(({ type }) => type)).toEqual(['portmap', 'bridge']);
});

test('versions before 0.4.0 know nothing of CHECK, and of no former result', () => {
  const old = { ...attachment, network: { ...attachment.network, cniVersion: '0.3.1' } };
  expect([knowsCheck(attachment), formerResult(attachment)]).toEqual([true, { ips: [] }]);
  expect([knowsCheck(old), formerResult(old)]).toEqual([false, undefined]);
  const off = { ...attachment, network: { ...attachment.network, disableCheck: true } };
  expect(knowsCheck(off)).toBe(false);
});

test('pluginEnvironment leaves out a namespace that is no more', () => {
  const scene = { containerId: 'c', namespace: '/ns', directories: ['/a', '/b'], path: '/bin' };
  expect(pluginEnvironment('ADD', attachment, scene)).toEqual({
    CNI_COMMAND: 'ADD',
    CNI_CONTAINERID: 'c',
    CNI_IFNAME: 'eth0',
    CNI_NETNS: '/ns',
    CNI_PATH: '/a:/b',
    PATH: '/bin',
  });
  const gone = { ...scene, namespace: undefined };
  expect(pluginEnvironment('DEL', attachment, gone)).not.toHaveProperty('CNI_NETNS');
});
