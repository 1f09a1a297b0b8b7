/** The errors of the client package: code → HTTP status, retryable, sentence. */
import { type AppError, type AppErrorOptions, type ErrorTable, errorFrom } from '@stoke/protocol';

/** Codes of the errors that asking a daemon raises. */
export type ClientErrorCode =
  | 'DAEMON_UNREACHABLE'
  | 'DAEMON_TIMEOUT'
  | 'ANSWER_TOO_LARGE'
  | 'ANSWER_MALFORMED'
  | 'REQUEST_REFUSED'
  | 'DAEMON_UNAVAILABLE';

/** What each code of this package means. */
export const CLIENT_ERRORS: ErrorTable<ClientErrorCode> = {
  DAEMON_UNREACHABLE: {
    httpStatus: 502,
    retryable: true,
    sentence: 'A master or agent could not be reached, or the connection broke.',
  },
  DAEMON_TIMEOUT: {
    httpStatus: 504,
    retryable: true,
    sentence: 'A master or agent did not answer in time.',
  },
  ANSWER_TOO_LARGE: {
    httpStatus: 502,
    retryable: false,
    sentence: 'The answer of a master or agent holds more bytes than the caller accepts.',
  },
  ANSWER_MALFORMED: {
    httpStatus: 502,
    retryable: false,
    sentence: 'The answer of a master or agent is not what its API promises.',
  },
  REQUEST_REFUSED: {
    httpStatus: 400,
    retryable: false,
    sentence: 'A master or agent answered with a 4xx status; details.status says which.',
  },
  DAEMON_UNAVAILABLE: {
    httpStatus: 503,
    retryable: true,
    sentence:
      'A master or agent answered with a 5xx status: it is starting, or no leader is known.',
  },
};

/** Makes an error of this package. */
export function clientError(
  code: ClientErrorCode,
  rest: Omit<AppErrorOptions, 'code' | 'retryable'>,
): AppError {
  return errorFrom(CLIENT_ERRORS, code, rest);
}
