/** TEARDOWN: ends a framework. */
import type { MasterEvent } from '../../core/events.ts';
import type { MasterState } from '../../core/state.ts';
import { emptyAnswer, textAnswer } from '../answer.ts';
import type { CallHandlers } from './operator-call.ts';

export type TeardownFacts = {
  readonly state: MasterState;
  readonly dispatch: (event: MasterEvent) => void;
};

export function teardownCall({ state, dispatch }: TeardownFacts): CallHandlers {
  return {
    TEARDOWN: ({ call }) => {
      const frameworkId = call.teardown?.framework_id.value ?? '';
      if (!state.frameworks.has(frameworkId)) {
        return textAnswer(400, 'No framework found with specified ID');
      }
      dispatch({ type: 'TEARDOWN', frameworkId });
      return emptyAnswer(200);
    },
  };
}
