import { expect, test } from 'vitest';
import { checkNewHost, freeHostName } from './host-names.ts';

test('freeHostName() fills the first gap', () => {
  expect(freeHostName(['agent-1', 'agent-3', 'anna'])).toBe('agent-2');
});

test('checkNewHost() refuses what is no name and what is there, with the next free name', () => {
  const host = { cluster: 'dev', host: 'agent-1', taken: ['agent-1'], part: 'agent' };
  expect(() => checkNewHost({ ...host, host: 'anna' })).not.toThrow();
  expect(() => checkNewHost({ ...host, host: 'Anna!' })).toThrow('one more agent');
  expect(() => checkNewHost(host)).toThrow("the next free name is 'agent-2'");
});
