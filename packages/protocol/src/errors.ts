/** The errors of the protocol package: code → HTTP status, retryable, sentence. */
import type { AppErrorOptions, ErrorTable } from './app-error.ts';
import { type AppError, errorFrom } from './app-error.ts';

/** Codes of the errors that encoding, decoding and framing raise. */
export type ProtocolErrorCode =
  | 'MALFORMED_JSON'
  | 'MALFORMED_MESSAGE'
  | 'MALFORMED_RECORD'
  | 'RECORD_TOO_LARGE';

/** What each code of this package means. */
export const PROTOCOL_ERRORS: ErrorTable<ProtocolErrorCode> = {
  MALFORMED_JSON: {
    httpStatus: 400,
    retryable: false,
    sentence: 'The text is not JSON, or not a JSON object where a message is expected.',
  },
  MALFORMED_MESSAGE: {
    httpStatus: 400,
    retryable: false,
    sentence:
      'The JSON or protobuf does not fit the message: a wrong type or a missing required field.',
  },
  MALFORMED_RECORD: {
    httpStatus: 400,
    retryable: false,
    sentence:
      'The RecordIO framing of a stream is broken: the length line is not a decimal number.',
  },
  RECORD_TOO_LARGE: {
    httpStatus: 413,
    retryable: false,
    sentence: 'A RecordIO record announces more bytes than the reader accepts.',
  },
};

/** Makes an error of this package. */
export function protocolError(
  code: ProtocolErrorCode,
  rest: Omit<AppErrorOptions, 'code' | 'retryable'>,
): AppError {
  return errorFrom(PROTOCOL_ERRORS, code, rest);
}
