/** Failures of commands about tasks. */
import { AppError } from '@stoke/protocol';

/** What went wrong with a task, or with reaching it. */
export type TaskErrorCode =
  | 'TASK_UNKNOWN'
  | 'TASK_AMBIGUOUS'
  | 'TASK_NOT_RUNNING'
  | 'SESSION_REFUSED'
  | 'TERMINAL_UNUSABLE';

/** None of them goes away by asking again. */
export function taskError(
  code: TaskErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): AppError {
  return new AppError({ code, message, retryable: false, details });
}
