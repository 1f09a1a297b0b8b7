/** Revocable resources: read from the flag, and told to each master after the registration. */
import { expect, test } from 'vitest';
import { revocableResources } from './oversubscription.ts';
import { ScriptedAgent } from './scripted-agent.ts';
import { createAgentState } from './state.ts';
import { step } from './step.ts';

const greeting = {
  agent_id: { value: 'm-S0' },
  master_info: { id: 'm', ip: 1, port: 5050 },
  total_ping_timeout_seconds: 75,
};

test('revocableResources makes every amount revocable', () => {
  const read = revocableResources('cpus:2;mem:512');
  expect(read).toMatchObject({
    ok: true,
    wire: [
      { name: 'cpus', scalar: { value: 2 }, revocable: {} },
      { name: 'mem', scalar: { value: 512 }, revocable: {} },
    ],
  });
  expect(revocableResources('')).toEqual({ ok: true, wire: [] });
});

test.each(['ports:[1-2]', 'cpus(web):1', 'cpus'])('revocableResources refuses %s', (flag) => {
  expect(revocableResources(flag).ok).toBe(false);
});

test('registered tells the master of oversubscribed resources, if there are any', () => {
  const oversubscribed = revocableResources('cpus:2');
  const { state } = ScriptedAgent.registered();
  const rich = createAgentState({
    ...state,
    oversubscribed: oversubscribed.ok ? oversubscribed.wire : [],
  });
  const greet = (who: typeof state): unknown[] =>
    step(
      who,
      { type: 'link-message', message: { type: 'REGISTERED', registered: greeting } },
      { nowMs: 0, chance: { newUuid: () => new Uint8Array(16) } },
    ).flatMap((effect) => (effect.type === 'send-master' ? [effect.message] : []));
  expect(greet(state)).toEqual([]);
  expect(greet(rich)).toMatchObject([
    {
      type: 'UPDATE_AGENT',
      update_agent: {
        update_oversubscribed_resources: true,
        oversubscribed_resources: [{ name: 'cpus', revocable: {} }],
      },
    },
  ]);
});
