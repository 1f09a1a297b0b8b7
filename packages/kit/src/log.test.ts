import { expect, test } from 'vitest';
import { createLogger } from './log.ts';

function lines(): { readonly all: string[]; readonly destination: { write(line: string): void } } {
  const all: string[] = [];
  return { all, destination: { write: (line) => all.push(line) } };
}

test('createLogger() writes one JSON object a line with its component', () => {
  const { all, destination } = lines();
  createLogger({ component: 'master', destination }).info({ agentId: 'a1' }, 'agent added');
  expect(JSON.parse(all[0] ?? '')).toMatchObject({
    level: 'info',
    component: 'master',
    agentId: 'a1',
    msg: 'agent added',
  });
});

test('createLogger() masks authorization headers', () => {
  const { all, destination } = lines();
  const log = createLogger({ component: 'agent', destination });
  log.warn({ req: { headers: { authorization: 'Basic abc' } } }, 'refused');
  expect(all.join('')).not.toContain('Basic abc');
});

test('createLogger() drops lines below its level', () => {
  const { all, destination } = lines();
  createLogger({ component: 'agent', level: 'warn', destination }).info('hidden');
  expect(all).toEqual([]);
});
