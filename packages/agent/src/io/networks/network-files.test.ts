import { expect, test } from 'vitest';
import { asksLoopback, hostsText, resolverText } from './network-files.ts';

test('hostsText names the container at its first address of each kind', () => {
  const addresses = [
    { protocol: 'IPv4', ip_address: '10.0.0.2' },
    { protocol: 'IPv6', ip_address: 'fd00::2' },
    { protocol: 'IPv4', ip_address: '10.1.0.2' },
  ] as const;
  expect(hostsText('web', addresses)).toBe(
    '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n10.0.0.2 web\nfd00::2 web\n',
  );
});

test('resolverText puts what the networks say together, and is nothing without a server', () => {
  const none = { nameservers: [], domain: undefined, search: ['a'], options: [] };
  const first = { ...none, nameservers: ['10.0.0.1'], domain: 'one', options: ['ndots:1'] };
  const second = { ...none, nameservers: ['10.1.0.1'], domain: 'two\nnameserver 6.6.6.6' };
  expect(resolverText([none])).toBeUndefined();
  expect(resolverText([first, second])).toBe(
    'domain two nameserver 6.6.6.6\nsearch a a\noptions ndots:1\nnameserver 10.0.0.1\nnameserver 10.1.0.1\n',
  );
});

test('asksLoopback tells a resolver that only the machine reaches', () => {
  expect(asksLoopback('# systemd\nnameserver 127.0.0.53\noptions edns0\n')).toBe(true);
  expect(asksLoopback('nameserver 127.0.0.53\nnameserver 9.9.9.9\n')).toBe(false);
  expect(asksLoopback('search example.org\n')).toBe(false);
});
