/** GET_LOGGING_LEVEL and SET_LOGGING_LEVEL. */
import type { LogVerbosity } from '@stoke/kit';
import { emptyAnswer } from '../answer.ts';
import { type CallHandlers, messageAnswer } from './operator-call.ts';

const nanosecondsPerMs = 1_000_000;

export function loggingCalls(verbosity: Pick<LogVerbosity, 'level' | 'raise'>): CallHandlers {
  return {
    GET_LOGGING_LEVEL: ({ media }) =>
      messageAnswer(media.accept, {
        type: 'GET_LOGGING_LEVEL',
        get_logging_level: { level: verbosity.level() },
      }),
    SET_LOGGING_LEVEL: ({ call }) => {
      const { level = 0, duration } = call.set_logging_level ?? {};
      verbosity.raise(level, Math.max(0, (duration?.nanoseconds ?? 0) / nanosecondsPerMs));
      return emptyAnswer(200);
    },
  };
}
