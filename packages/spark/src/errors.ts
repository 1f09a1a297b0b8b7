/** The error table of the spark package, and the one place that builds its errors. */

import { type AppError, type ErrorTable, errorFrom } from '@stoke/protocol';

/** What each code means; the message of an error says it again with names and numbers. */
export const SPARK_ERRORS = {
  SPARK_HOME_INVALID: {
    httpStatus: 400,
    retryable: false,
    sentence: 'The given folder holds no usable Spark',
  },
  SPARK_CORRUPT: {
    httpStatus: 500,
    retryable: false,
    sentence: 'An installed Spark differs from what was unpacked',
  },
  SPARK_NOT_INSTALLED: {
    httpStatus: 404,
    retryable: false,
    sentence: 'This version of Spark is not in the cache',
  },
  SPARK_VERSION_UNKNOWN: {
    httpStatus: 404,
    retryable: false,
    sentence: 'The package index has no such version of Spark',
  },
  SPARK_VERSION_INVALID: {
    httpStatus: 400,
    retryable: false,
    sentence: 'The text is not a version of Spark',
  },
  SPARK_WITHOUT_MESOS: {
    httpStatus: 500,
    retryable: false,
    sentence: 'The distribution lacks the jars of the Mesos backend',
  },
  SPARK_ARCHIVE_INVALID: {
    httpStatus: 400,
    retryable: false,
    sentence: 'The archive holds no Spark distribution',
  },
  INSTALL_LOCKED: {
    httpStatus: 409,
    retryable: true,
    sentence: 'Another process is installing the same thing',
  },
  DOWNLOAD_FAILED: {
    httpStatus: 502,
    retryable: true,
    sentence: 'A file could not be downloaded',
  },
  CHECKSUM_MISMATCH: {
    httpStatus: 502,
    retryable: false,
    sentence: 'A downloaded file differs from its published checksum',
  },
  PACKAGE_INDEX_UNKNOWN: {
    httpStatus: 500,
    retryable: false,
    sentence: 'No Python package index is configured and pip is absent',
  },
  JAVA_NOT_FOUND: {
    httpStatus: 500,
    retryable: false,
    sentence: 'Spark 3.5 needs Java 17 and none was found or could be brought',
  },
  PYTHON_NOT_FOUND: {
    httpStatus: 500,
    retryable: false,
    sentence: 'PySpark needs Python 3.8 or newer',
  },
  PYTHON_PACKAGE_MISSING: {
    httpStatus: 500,
    retryable: false,
    sentence: 'A Python package could not be installed',
  },
  SUBMIT_ARGUMENT_INVALID: {
    httpStatus: 400,
    retryable: false,
    sentence: 'The arguments for spark-submit do not parse',
  },
  EVENT_LOG_INVALID: {
    httpStatus: 500,
    retryable: false,
    sentence: 'The file is not a Spark event log',
  },
} as const satisfies ErrorTable;

/** A code of {@link SPARK_ERRORS}. */
export type SparkErrorCode = keyof typeof SPARK_ERRORS;

/** Builds an error of this package; `message` is a whole sentence without a final period. */
export function sparkError(
  code: SparkErrorCode,
  message: string,
  extra: { readonly details?: Record<string, unknown>; readonly cause?: unknown } = {},
): AppError {
  return errorFrom(SPARK_ERRORS, code, { message, ...extra });
}
