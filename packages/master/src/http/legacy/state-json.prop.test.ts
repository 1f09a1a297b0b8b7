/** What `/state` remembers from one answer to the next never shows: it is as if made anew. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SEES_ALL } from '../../core/viewer.ts';
import { beginWorld, HAPPENINGS } from '../../test-kit/happenings.ts';
import { renderDocument } from '../json-document.ts';
import { agentJson } from './agent-json.ts';
import { type StateFacts, stateJson } from './state-json.ts';
import { taskJson } from './task-json.ts';

type Lists = {
  readonly slaves: unknown;
  readonly frameworks: readonly Record<string, unknown>[];
};

async function shown(facts: StateFacts): Promise<Lists> {
  const pieces = await renderDocument(stateJson(facts, SEES_ALL));
  return JSON.parse(Buffer.concat(pieces).toString()) as Lists;
}

/** As JSON has it: without what is undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

test('stateJson shows agents and tasks as they are, whatever was shown before', async () => {
  const happening = fc.tuple(fc.nat({ max: HAPPENINGS.length - 1 }), fc.nat({ max: 1000 }));
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 10, maxLength: 60 }), async (sequence) => {
      const world = beginWorld();
      const { state } = world.driver;
      const facts: StateFacts = { state, flags: {}, cluster: undefined, logDir: undefined };
      for (const [kind, choice] of sequence) {
        HAPPENINGS[kind]?.(world, choice);
        const { slaves, frameworks } = await shown(facts);
        const agents = [...state.agents.values()];
        expect(slaves).toEqual(plain(agents.map((agent) => agentJson(state, agent, SEES_ALL))));
        for (const [index, framework] of [...state.frameworks.values()].entries()) {
          const tasks = [...framework.tasks.values()].map(({ task }) => taskJson(task));
          expect(frameworks[index]?.tasks).toEqual(plain(tasks));
          expect(frameworks[index]?.completed_tasks).toEqual(
            plain(framework.completedTasks.map(taskJson)),
          );
        }
      }
    }),
    { numRuns: 60 },
  );
});
