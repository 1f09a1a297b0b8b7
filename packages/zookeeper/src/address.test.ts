import { expect, test } from 'vitest';
import { describeZooKeeper, parseZooKeeperAddress } from './address.ts';

test('parseZooKeeperAddress() reads hosts, login and path', () => {
  const address = parseZooKeeperAddress('zk://me:s3cret@h1:2182,h2,[::1]:2183/mesos/');
  expect(address).toEqual({
    hosts: [
      { host: 'h1', port: 2182 },
      { host: 'h2', port: 2181 },
      { host: '::1', port: 2183 },
    ],
    login: 'me:s3cret',
    path: '/mesos',
  });
  expect(describeZooKeeper(address)).not.toContain('s3cret');
  expect(parseZooKeeperAddress('zk://h').path).toBe('/');
});

test.each([
  ['http://h/x', 'expected zk://'],
  ['zk://', 'expected zk://'],
  ['zk://h:0/x', "got 'h:0'"],
  ['zk://h:99999/x', "got 'h:99999'"],
  ['zk://h1,,h2/x', "got ''"],
  ['zk://h/a//b', 'without empty parts'],
  ['zk://h/a/../b', 'without empty parts'],
  ['zk://onlyuser@h/x', 'user:password'],
])('parseZooKeeperAddress() refuses %s', (text, reason) => {
  expect(() => parseZooKeeperAddress(text)).toThrow(reason);
});

test('parseZooKeeperAddress() shows no password in its messages', () => {
  expect(() => parseZooKeeperAddress('zk://u:hidden@h:0/x')).toThrow(/zk:\/\/\*\*\*@h:0/);
  for (const text of ['zk://u:hid/den@h/x', 'zk://u:1/hidden@h', 'zk:u:hidden@h/x']) {
    expect(() => parseZooKeeperAddress(text)).toThrow(/^(?!.*(?:hid|den)).*\*\*\*@h/);
  }
  expect(parseZooKeeperAddress('zk://u:p@ss@h/x').login).toBe('u:p@ss');
});
