/** The errors of the provider layer: code → HTTP status, retryable, sentence. */
import { type AppError, type AppErrorOptions, type ErrorTable, errorFrom } from '@stoke/protocol';

/** Codes of the errors that plans and providers raise. */
export type ClusterErrorCode =
  | 'APPLICATION_UNKNOWN'
  | 'CLUSTER_EXISTS'
  | 'CLUSTER_NOT_RUNNING'
  | 'CLUSTER_SPEC_INVALID'
  | 'CLUSTER_UNKNOWN'
  | 'DAEMON_NOT_STARTED'
  | 'HOST_EXISTS'
  | 'HOST_UNKNOWN'
  | 'JOB_FILE_MISSING'
  | 'JOB_TIMED_OUT'
  | 'ORDER_REFUSED'
  | 'PROVIDER_UNKNOWN'
  | 'PROVIDER_UNSUPPORTED';

/** What each code of this package means. */
export const CLUSTER_ERRORS: ErrorTable<ClusterErrorCode> = {
  APPLICATION_UNKNOWN: {
    httpStatus: 404,
    retryable: false,
    sentence: 'The cluster runs no application of this name or id.',
  },
  CLUSTER_EXISTS: {
    httpStatus: 409,
    retryable: false,
    sentence: 'A cluster with this name exists already.',
  },
  CLUSTER_NOT_RUNNING: {
    httpStatus: 409,
    retryable: true,
    sentence: 'A part of the cluster that is needed does not run.',
  },
  CLUSTER_SPEC_INVALID: {
    httpStatus: 400,
    retryable: false,
    sentence: 'The description of a cluster has problems; all are listed.',
  },
  CLUSTER_UNKNOWN: {
    httpStatus: 404,
    retryable: false,
    sentence: 'No provider knows a cluster of this name.',
  },
  DAEMON_NOT_STARTED: {
    httpStatus: 500,
    retryable: false,
    sentence: 'A process of the cluster ended, or did not serve in time, after it was started.',
  },
  HOST_EXISTS: {
    httpStatus: 409,
    retryable: false,
    sentence: 'The cluster has a host of this name already.',
  },
  HOST_UNKNOWN: {
    httpStatus: 404,
    retryable: false,
    sentence: 'The cluster has no host of this name.',
  },
  JOB_FILE_MISSING: {
    httpStatus: 404,
    retryable: false,
    sentence: 'The file of a job does not exist or cannot be read.',
  },
  JOB_TIMED_OUT: {
    httpStatus: 504,
    retryable: true,
    sentence: 'A job did not end, or got no executor, within the time the user gave.',
  },
  ORDER_REFUSED: {
    httpStatus: 409,
    retryable: false,
    sentence: 'The master does not do this to a host in its present state.',
  },
  PROVIDER_UNKNOWN: {
    httpStatus: 400,
    retryable: false,
    sentence: 'There is no provider of this name.',
  },
  PROVIDER_UNSUPPORTED: {
    httpStatus: 400,
    retryable: false,
    sentence: 'The provider cannot do what was asked.',
  },
};

/** Makes an error of this package. */
export function clusterError(
  code: ClusterErrorCode,
  rest: Omit<AppErrorOptions, 'code' | 'retryable'>,
): AppError {
  return errorFrom(CLUSTER_ERRORS, code, rest);
}

/** The error for a cluster nobody knows, with the names that exist. */
export function unknownCluster(name: string, known: readonly string[]): AppError {
  const others =
    known.length === 0
      ? `there is none yet; make one with 'stoke cluster create -n ${name} -p local'`
      : `the clusters are ${known.join(', ')}`;
  return clusterError('CLUSTER_UNKNOWN', {
    message: `Cannot find cluster '${name}': ${others}`,
    details: { name, known },
  });
}
