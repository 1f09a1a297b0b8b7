/** GET_LOGGING_LEVEL and SET_LOGGING_LEVEL. */
import { emptyAnswer } from '../answer.ts';
import type { CallHandlers } from './operator-call.ts';
import { messageAnswer } from './operator-call.ts';

/** How talkative the log is: 0 as configured, anything above is everything. */
export type LogVerbosity = {
  readonly level: () => number;
  /** Goes back to 0 after `durationMs`. */
  readonly raise: (level: number, durationMs: number) => void;
};

export function loggingCalls(verbosity: LogVerbosity): CallHandlers {
  return {
    GET_LOGGING_LEVEL: ({ format }) =>
      messageAnswer(format, {
        type: 'GET_LOGGING_LEVEL',
        get_logging_level: { level: verbosity.level() },
      }),
    SET_LOGGING_LEVEL: ({ call }) => {
      const { level = 0, duration } = call.set_logging_level ?? {};
      verbosity.raise(level, Math.max(0, (duration?.nanoseconds ?? 0) / 1_000_000));
      return emptyAnswer(200);
    },
  };
}
