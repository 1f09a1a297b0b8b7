import { PERMISSIVE_AUTHORIZER } from '@stoke/kit';
import { expect, test } from 'vitest';
import { viewerFor } from '../core/permissions.ts';
import { commandTask, frameworkInfo, ScriptedAgent } from '../core/scripted-agent.ts';
import { frameworkJson, resourcesJson } from './wire.ts';

test('frameworkJson shows the limits of a task, and an unlimited one as a word', () => {
  const agent = ScriptedAgent.registered();
  agent.state = { ...agent.state, settings: { ...agent.state.settings, keepsLimits: true } };
  const limits = { cpus: { value: 2 }, mem: { value: Number.POSITIVE_INFINITY } };
  agent.started(agent.runTask(frameworkInfo(), commandTask('limited', { limits })));
  agent.started(agent.runTask(frameworkInfo(), commandTask('plain')));
  const [framework] = agent.state.frameworks.values();
  if (framework === undefined) throw new Error('the framework of the tasks is known');
  const shown = frameworkJson(framework, viewerFor(PERMISSIVE_AUTHORIZER, undefined));
  const tasks = (shown.executors as { tasks: Record<string, unknown>[] }[]).flatMap(
    (executor) => executor.tasks,
  );
  expect(tasks.map(({ id, limits: some }) => [id, some])).toEqual([
    ['limited', { cpus: 2, mem: 'Infinity' }],
    ['plain', undefined],
  ]);
});

test('resourcesJson counts what is oversubscribed apart', () => {
  const agent = ScriptedAgent.registered();
  const cpus = { name: 'cpus', type: 'SCALAR' as const, scalar: { value: 2 } };
  agent.state.info = { ...agent.state.info, resources: [cpus] };
  agent.state = { ...agent.state, oversubscribed: [{ ...cpus, revocable: {} }] };
  const shown = resourcesJson(agent.state, viewerFor(PERMISSIVE_AUTHORIZER, undefined));
  expect(shown.resources).toMatchObject({ cpus: 2, cpus_revocable: 2 });
});
