import { expect, test } from 'vitest';
import { masterAddress, masterHost } from './master-address.ts';

const read = (value: unknown) => masterAddress(Buffer.from(JSON.stringify(value)));

test('masterAddress() prefers the address, then the number, then the name', () => {
  expect(read({ port: 1, address: { ip: '10.0.0.1', port: 5050 } })).toBe('10.0.0.1:5050');
  expect(read({ port: 5050, ip: 16_777_343 })).toBe('127.0.0.1:5050');
  expect(read({ port: 5050, hostname: 'm1' })).toBe('m1:5050');
  expect(read({ port: 1, address: { ip: '::1', port: 5050 } })).toBe('[::1]:5050');
});

test('masterAddress() answers nothing for what is no MasterInfo', () => {
  expect(read({ port: 'x' })).toBeUndefined();
  expect(read({ port: 5050 })).toBeUndefined();
  expect(masterAddress(Buffer.from([8, 1, 18]))).toBeUndefined();
});

test('masterHost() prefers the name', () => {
  const info = { port: 5050, hostname: 'm1', address: { ip: '10.0.0.1', port: 5051 } };
  expect(masterHost(Buffer.from(JSON.stringify(info)))).toBe('m1:5051');
});
