import { expect, test } from 'vitest';
import { SEES_ALL } from '../../core/viewer.ts';
import { beginWorld } from '../../test-kit/happenings.ts';
import { stateJson } from './state-json.ts';

test('stateJson shows the fault domain of a master that has one', () => {
  const { state } = beginWorld().driver;
  const facts = { flags: {}, cluster: undefined, logDir: undefined };
  const domain = { fault_domain: { region: { name: 'r1' }, zone: { name: 'z1' } } };
  const placed = { ...state, info: { ...state.info, domain } };
  expect(stateJson({ ...facts, state: placed }, SEES_ALL)).toMatchObject({ domain });
  expect(stateJson({ ...facts, state }, SEES_ALL)).not.toHaveProperty('domain');
});
