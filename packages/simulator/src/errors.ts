/** The error table of the simulator, and the one place that builds its errors. */
import { type AppError, type AppErrorOptions, type ErrorTable, errorFrom } from '@stoke/protocol';

/** What each code means; the message of an error says it again with names and numbers. */
export const SIMULATOR_ERRORS = {
  BEHAVIOUR_INVALID: {
    httpStatus: 400,
    retryable: false,
    sentence: 'The behaviour file does not describe agents, tasks and frameworks',
  },
  SIMULATION_TOO_LARGE: {
    httpStatus: 400,
    retryable: false,
    sentence: 'One process cannot hold that many connections',
  },
  SIMULATION_FAILED: {
    httpStatus: 502,
    retryable: false,
    sentence: 'The master refused the simulated agents or frameworks, or cannot be reached',
  },
} as const satisfies ErrorTable;

export type SimulatorErrorCode = keyof typeof SIMULATOR_ERRORS;

/** Builds an error of this package; `message` is a whole sentence without a final period. */
export function simulatorError(
  code: SimulatorErrorCode,
  rest: Omit<AppErrorOptions, 'code' | 'retryable'>,
): AppError {
  return errorFrom(SIMULATOR_ERRORS, code, rest);
}
