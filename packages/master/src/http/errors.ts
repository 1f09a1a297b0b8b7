/** The one translator of thrown errors into answers. */
import type { Logger } from '@stoke/kit';
import { isAppError, PROTOCOL_ERRORS } from '@stoke/protocol';
import { MASTER_ERRORS } from '../errors.ts';
import type { Answer } from './answer.ts';
import { textAnswer } from './answer.ts';

const STATUS_OF: ReadonlyMap<string, number> = new Map(
  [...Object.entries(PROTOCOL_ERRORS), ...Object.entries(MASTER_ERRORS)].map(([code, row]) => [
    code,
    row.httpStatus,
  ]),
);

/** Known errors by their table; anything else is a bug, logged, and told without internals. */
export function answerForError(error: unknown, log: Pick<Logger, 'error'>): Answer {
  const status = isAppError(error) ? STATUS_OF.get(error.code) : undefined;
  if (status !== undefined && status < 500 && error instanceof Error) {
    return textAnswer(status, error.message);
  }
  log.error({ err: error }, 'request failed');
  return textAnswer(500, 'Internal Server Error');
}
