import { expect, test } from 'vitest';
import { failureReason, readResult } from './plugin-result.ts';

const noDns = { nameservers: [], domain: undefined, search: [], options: [] };

test('readResult reads the forms of all versions', () => {
  const both = [
    { protocol: 'IPv4', ip_address: '10.1.0.5' },
    { protocol: 'IPv6', ip_address: 'fd00::5' },
  ];
  const old = { cniVersion: '0.2.0', ip4: { ip: '10.1.0.5/16' }, ip6: { ip: 'fd00::5/64' } };
  expect(readResult(old)).toEqual({ addresses: both, dns: noDns });
  const ips = [
    { version: '4', address: '10.1.0.5/16', gateway: '10.1.0.1', interface: 2 },
    { version: '6', address: 'fd00::5/64' },
  ];
  expect(readResult({ cniVersion: '0.4.0', ips, dns: {} })).toEqual({
    addresses: both,
    dns: noDns,
  });
  const newest = ips.map(({ address }) => ({ address }));
  const dns = { nameservers: ['10.1.0.1'], domain: 'x', search: ['a', 'b'], options: ['ndots:1'] };
  expect(readResult({ cniVersion: '1.0.0', ips: newest, dns })).toEqual({ addresses: both, dns });
  expect(readResult({ cniVersion: '1.0.0' })).toEqual({ addresses: [], dns: noDns });
});

test('readResult refuses what is no result', () => {
  expect(readResult(undefined)).toBe('the answer of the plugin is no CNI result');
  expect(readResult({ ips: [{ address: 'nowhere' }] })).toBe(
    "'nowhere' in the answer of the plugin is no address",
  );
});

test('failureReason takes the error of the specification, or what was printed', () => {
  const error = { cniVersion: '1.0.0', code: 7, msg: 'no bridge', details: 'line 1\nline 2' };
  expect(failureReason(JSON.stringify(error), 'noise')).toBe('no bridge (line 1 line 2), code 7');
  expect(failureReason('', ' sh: not found\n')).toBe('sh: not found');
  expect(failureReason('x'.repeat(5000), '')).toHaveLength(1000);
});
