/** Calls that plan, start and end the maintenance of machines. */
import type { MasterEvent } from '../../core/events.ts';
import type { CallHandlers } from './operator-call.ts';
import type { Ask } from './outcome-answer.ts';
import { outcomeAnswer } from './outcome-answer.ts';

export function maintenanceCalls(ask: Ask): CallHandlers {
  const through = async (event: (request: string) => MasterEvent) =>
    outcomeAnswer(await ask(event));
  return {
    UPDATE_MAINTENANCE_SCHEDULE: ({ call }) => {
      const schedule = call.update_maintenance_schedule?.schedule ?? {};
      return through((request) => ({ type: 'UPDATE_SCHEDULE', request, schedule }));
    },
    START_MAINTENANCE: ({ call }) => {
      const machines = call.start_maintenance?.machines ?? [];
      return through((request) => ({ type: 'START_MAINTENANCE', request, machines }));
    },
    STOP_MAINTENANCE: ({ call }) => {
      const machines = call.stop_maintenance?.machines ?? [];
      return through((request) => ({ type: 'STOP_MAINTENANCE', request, machines }));
    },
  };
}
