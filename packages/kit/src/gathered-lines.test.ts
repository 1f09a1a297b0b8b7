import { expect, test } from 'vitest';
import { gatherLines } from './gathered-lines.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('gatherLines() writes the lines of a turn together, in their order', async () => {
  const writes: string[] = [];
  const sink = gatherLines((lines) => writes.push(lines));
  sink.write('a\n');
  sink.write('b\n');
  expect(writes).toEqual([]);
  await nextTurn();
  expect(writes).toEqual(['a\nb\n']);
  sink.write('c\n');
  sink.flushSync();
  await nextTurn();
  expect(writes).toEqual(['a\nb\n', 'c\n']);
});

test('gatherLines() does not hold a flood of lines back', () => {
  const writes: string[] = [];
  const sink = gatherLines((lines) => writes.push(lines));
  for (let line = 0; line < 70; line++) sink.write(`${'x'.repeat(1023)}\n`);
  expect(writes.join('').length).toBeGreaterThan(64 * 1024);
  sink.flushSync();
  expect(writes.join('').length).toBe(70 * 1024);
});

test('gatherLines() writes what waits when the process ends, and listens no longer than that', () => {
  const writes: string[] = [];
  const before = process.listeners('exit');
  const sink = gatherLines((lines) => writes.push(lines));
  sink.write('last words\n');
  const [mine] = process.listeners('exit').filter((listener) => !before.includes(listener));
  mine?.(1);
  expect(writes).toEqual(['last words\n']);
  expect(process.listeners('exit')).toEqual(before);
});
