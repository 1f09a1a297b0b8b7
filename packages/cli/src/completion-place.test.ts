import { expect, test } from 'vitest';
import { memoryIo } from '../test/memory-io.ts';
import { wantsFile } from './completion-place.ts';
import { createProgram } from './program.ts';

const user = memoryIo();
const program = createProgram(user.io);
user.dispose();
const values = { name: ['dev'], provider: ['local'] };

test.each([
  ['cluster submit -n dev ex', true],
  ['cluster submit -n dev ', true],
  ['spark submit ', true],
  ['simulate --behaviour ', true],
  ['cluster list --ca /etc', true],
  ['cluster submit -n ', false],
  ['cluster submit --mo', false],
  ['cluster create -p ', false],
  ['cluster remove -n dev ', false],
  ['exec -n dev ', false],
  ['exec -n dev web-1 cat ', true],
  ['cluster ', false],
  ['', false],
])('wantsFile() after "%s" is %s', (line, expected) => {
  expect(wantsFile(program, line.split(' '), values)).toBe(expected);
});
