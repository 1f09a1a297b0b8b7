import { expect, test } from 'vitest';
import { parseEngineAddress } from './engine-client.ts';

test('parseEngineAddress knows sockets and TCP, and nothing else', () => {
  expect(parseEngineAddress('/run/d.sock')).toMatchObject({ socketPath: '/run/d.sock' });
  expect(parseEngineAddress('unix:///run/d.sock')).toMatchObject({ socketPath: '/run/d.sock' });
  expect(parseEngineAddress('tcp://h:2375')).toEqual({
    text: 'tcp://h:2375',
    origin: 'http://h:2375',
  });
  for (const text of ['', 'h:2375', 'tcp://h', 'ssh://h:22', 'tcp://h:1/x']) {
    expect(parseEngineAddress(text)).toBeUndefined();
  }
});
