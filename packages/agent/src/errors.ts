/** The errors of the agent: code → HTTP status, retryable, sentence; and the one place that builds them. */
import { type AppError, type AppErrorOptions, type ErrorTable, errorFrom } from '@stoke/protocol';

export type AgentErrorCode =
  | 'ARCHIVE_UNSAFE'
  | 'CONTAINERIZER_UNUSABLE'
  | 'DOCKER_REFUSED'
  | 'DOCKER_UNREACHABLE'
  | 'FETCH_FAILED'
  | 'FILE_INACCESSIBLE'
  | 'IMAGE_UNUSABLE'
  | 'LAUNCH_FAILED'
  | 'NETWORK_FAILED'
  | 'SANDBOX_FAILED'
  | 'WORK_DIR_UNUSABLE';

/** What each code of this package means. */
export const AGENT_ERRORS: ErrorTable<AgentErrorCode> = {
  ARCHIVE_UNSAFE: {
    httpStatus: 400,
    retryable: false,
    sentence: 'An archive that was fetched would write outside the sandbox or grow without bound.',
  },
  CONTAINERIZER_UNUSABLE: {
    httpStatus: 500,
    retryable: false,
    sentence: 'A containerizer was asked for that cannot work on this machine.',
  },
  DOCKER_REFUSED: {
    httpStatus: 500,
    retryable: false,
    sentence: 'The Docker Engine answered a call with an error.',
  },
  DOCKER_UNREACHABLE: {
    httpStatus: 503,
    retryable: true,
    sentence: 'The Docker Engine does not answer.',
  },
  FETCH_FAILED: {
    httpStatus: 502,
    retryable: false,
    sentence: 'A file that a task needs could not be fetched into its sandbox.',
  },
  FILE_INACCESSIBLE: {
    httpStatus: 400,
    retryable: false,
    sentence: 'A path asked for lies outside the directories the agent shows.',
  },
  IMAGE_UNUSABLE: {
    httpStatus: 502,
    retryable: false,
    sentence: 'The image of a container could not be pulled, checked or unpacked.',
  },
  LAUNCH_FAILED: {
    httpStatus: 500,
    retryable: false,
    sentence: 'A container could not be started.',
  },
  NETWORK_FAILED: {
    httpStatus: 500,
    retryable: false,
    sentence: 'A container could not be connected to a network, or not be taken off it.',
  },
  SANDBOX_FAILED: {
    httpStatus: 500,
    retryable: false,
    sentence: 'The sandbox of a container could not be made.',
  },
  WORK_DIR_UNUSABLE: {
    httpStatus: 500,
    retryable: false,
    sentence: 'The work directory of the agent cannot be used.',
  },
};

/** Makes an error of this package. */
export function agentError(
  code: AgentErrorCode,
  rest: Omit<AppErrorOptions, 'code' | 'retryable'>,
): AppError {
  return errorFrom(AGENT_ERRORS, code, rest);
}
