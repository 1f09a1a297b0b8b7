/** The errors of the kit: code → HTTP status, retryable, sentence; and the one place that builds them. */
import { type AppError, type AppErrorOptions, type ErrorTable, errorFrom } from '@stoke/protocol';

/** Codes of the errors that files, processes, stores and HTTP raise. */
export type KitErrorCode =
  | 'ADDRESS_UNUSABLE'
  | 'COMMAND_FAILED'
  | 'CREDENTIALS_UNUSABLE'
  | 'FILE_UNWRITABLE'
  | 'HTTP_CONNECTION_FAILED'
  | 'HTTP_CONNECTION_LOST'
  | 'HTTP_RESPONSE_TOO_LARGE'
  | 'HTTP_TIMEOUT'
  | 'PORT_IN_USE'
  | 'STORE_CLOSED'
  | 'STORE_UNUSABLE'
  | 'STREAM_READER_TOO_SLOW'
  | 'WAIT_TIMEOUT';

/** What each code of this package means. */
export const KIT_ERRORS: ErrorTable<KitErrorCode> = {
  ADDRESS_UNUSABLE: {
    httpStatus: 500,
    retryable: false,
    sentence: 'A server cannot listen on the given address.',
  },
  COMMAND_FAILED: {
    httpStatus: 500,
    retryable: false,
    sentence: 'A command that Stoke ran did not end with exit code 0.',
  },
  CREDENTIALS_UNUSABLE: {
    httpStatus: 500,
    retryable: false,
    sentence:
      'A file with credentials, a key or a certificate cannot be read or is not what is expected there.',
  },
  FILE_UNWRITABLE: {
    httpStatus: 500,
    retryable: false,
    sentence: 'A file or directory cannot be written.',
  },
  HTTP_CONNECTION_FAILED: {
    httpStatus: 502,
    retryable: true,
    sentence: 'No connection to an HTTP server could be made.',
  },
  HTTP_CONNECTION_LOST: {
    httpStatus: 502,
    retryable: true,
    sentence: 'The connection broke before the whole answer arrived.',
  },
  HTTP_RESPONSE_TOO_LARGE: {
    httpStatus: 502,
    retryable: false,
    sentence: 'An answer holds more bytes than the caller accepts.',
  },
  HTTP_TIMEOUT: {
    httpStatus: 504,
    retryable: true,
    sentence: 'An HTTP server did not answer in time.',
  },
  PORT_IN_USE: {
    httpStatus: 500,
    retryable: false,
    sentence: 'Another process listens on the port.',
  },
  STORE_CLOSED: {
    httpStatus: 503,
    retryable: false,
    sentence: 'Something was written to a store after it was closed.',
  },
  STORE_UNUSABLE: {
    httpStatus: 500,
    retryable: false,
    sentence: 'The store on disk cannot be opened, read or written.',
  },
  STREAM_READER_TOO_SLOW: {
    httpStatus: 503,
    retryable: true,
    sentence: 'A reader of a stream was cut off because too much waited for it.',
  },
  WAIT_TIMEOUT: {
    httpStatus: 504,
    retryable: true,
    sentence: 'Something that was waited for did not happen in time.',
  },
};

/** Makes an error of this package. */
export function kitError(
  code: KitErrorCode,
  rest: Omit<AppErrorOptions, 'code' | 'retryable'>,
): AppError {
  return errorFrom(KIT_ERRORS, code, rest);
}

/** The errno-like code of a system error (`ENOENT`, `EADDRINUSE`), if it has one. */
export function systemErrorCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** The text of anything thrown. */
export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
