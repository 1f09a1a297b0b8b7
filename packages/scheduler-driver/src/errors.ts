/** The errors of the scheduler driver: code → HTTP status, retryable, sentence. */
import { type AppError, type AppErrorOptions, type ErrorTable, errorFrom } from '@stoke/protocol';

/** Codes of the errors that a framework may meet. */
export type DriverErrorCode =
  | 'CALL_REFUSED'
  | 'DRIVER_CLOSED'
  | 'FRAMEWORK_ENDED'
  | 'HEARTBEAT_LOST'
  | 'LEADER_MOVED'
  | 'MASTER_UNAVAILABLE'
  | 'MASTER_GIVEN_UP'
  | 'NOT_SUBSCRIBED'
  | 'SUBSCRIBE_REFUSED'
  | 'SUBSCRIPTION_ENDED'
  | 'TOO_MANY_CALLS';

/** What each code of this package means. */
export const DRIVER_ERRORS: ErrorTable<DriverErrorCode> = {
  CALL_REFUSED: {
    httpStatus: 400,
    retryable: false,
    sentence: 'The master refused a scheduler call; details.status and details.said say why.',
  },
  DRIVER_CLOSED: {
    httpStatus: 409,
    retryable: false,
    sentence: 'The scheduler driver was closed, so it takes no more calls.',
  },
  FRAMEWORK_ENDED: {
    httpStatus: 409,
    retryable: false,
    sentence: 'The master ended the framework: it was removed, failed over, or is not valid.',
  },
  HEARTBEAT_LOST: {
    httpStatus: 504,
    retryable: true,
    sentence: 'The master went silent for several heartbeats; the driver subscribes again.',
  },
  LEADER_MOVED: {
    httpStatus: 503,
    retryable: true,
    sentence: 'Another master leads now; the driver subscribes there.',
  },
  MASTER_UNAVAILABLE: {
    httpStatus: 503,
    retryable: true,
    sentence:
      'The master answered that it cannot serve yet, for instance while no leader is known.',
  },
  MASTER_GIVEN_UP: {
    httpStatus: 504,
    retryable: false,
    sentence: 'No master took the subscription for so long that the driver gave up.',
  },
  NOT_SUBSCRIBED: {
    httpStatus: 409,
    retryable: true,
    sentence: 'A call was made while the framework is not subscribed.',
  },
  SUBSCRIBE_REFUSED: {
    httpStatus: 400,
    retryable: false,
    sentence: 'The master refused the subscription: bad credentials or a malformed framework.',
  },
  SUBSCRIPTION_ENDED: {
    httpStatus: 503,
    retryable: true,
    sentence: 'The master ended the event stream; the driver subscribes again.',
  },
  TOO_MANY_CALLS: {
    httpStatus: 429,
    retryable: true,
    sentence: 'More calls wait to be sent than the driver queues.',
  },
};

/** Makes an error of this package. */
export function driverError(
  code: DriverErrorCode,
  rest: Omit<AppErrorOptions, 'code' | 'retryable'>,
): AppError {
  return errorFrom(DRIVER_ERRORS, code, rest);
}
