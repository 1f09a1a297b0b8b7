/** Errors of the master: code, HTTP status, whether a retry may help, and what it means. */
import { type AppError, type AppErrorOptions, type ErrorTable, errorFrom } from '@stoke/protocol';

export type MasterErrorCode =
  | 'LEADERSHIP_LOST'
  | 'LOG_UNUSABLE'
  | 'REGISTRY_UNUSABLE'
  | 'WORK_DIR_UNUSABLE';

export const MASTER_ERRORS: ErrorTable<MasterErrorCode> = {
  LEADERSHIP_LOST: {
    httpStatus: 503,
    retryable: true,
    sentence: 'The master led its group and does not any more, so it ended.',
  },
  LOG_UNUSABLE: {
    httpStatus: 500,
    retryable: false,
    sentence: 'The log file in --log_dir cannot be written.',
  },
  REGISTRY_UNUSABLE: {
    httpStatus: 500,
    retryable: false,
    sentence: 'The registry, in --work_dir or in ZooKeeper, cannot be read or written.',
  },
  WORK_DIR_UNUSABLE: {
    httpStatus: 500,
    retryable: false,
    sentence: 'The directory of --work_dir cannot be written, or another daemon uses it.',
  },
};

export function masterError(
  code: MasterErrorCode,
  rest: Omit<AppErrorOptions, 'code' | 'retryable'>,
): AppError {
  return errorFrom(MASTER_ERRORS, code, rest);
}
