/** Calls that change what roles may have: weights and quota. */
import type { MasterEvent } from '../../core/events.ts';
import type { CallHandlers } from './operator-call.ts';
import type { Ask } from './outcome-answer.ts';
import { outcomeAnswer } from './outcome-answer.ts';

export function roleCalls(ask: Ask): CallHandlers {
  const through = async (event: (request: string) => MasterEvent) =>
    outcomeAnswer(await ask(event));
  return {
    UPDATE_WEIGHTS: ({ call }) => {
      const weights = call.update_weights?.weight_infos ?? [];
      return through((request) => ({ type: 'UPDATE_WEIGHTS', request, weights }));
    },
    UPDATE_QUOTA: ({ call }) => {
      const { quota_configs: configs = [], force = false } = call.update_quota ?? {};
      return through((request) => ({ type: 'UPDATE_QUOTA', request, configs, force }));
    },
    SET_QUOTA: ({ call }) => {
      const quota = call.set_quota?.quota_request ?? {};
      return through((request) => ({ type: 'SET_QUOTA', request, quota }));
    },
    REMOVE_QUOTA: ({ call }) => {
      const role = call.remove_quota?.role ?? '';
      return through((request) => ({ type: 'REMOVE_QUOTA', request, role }));
    },
  };
}
