/** Which of the two encodings a caller gets. */
import { acceptable } from './accept-header.ts';
import type { Answer } from './answer.ts';
import { textAnswer } from './answer.ts';

export const JSON_TYPE = 'application/json';
export const PROTOBUF_TYPE = 'application/x-protobuf';

/** How messages are written. */
export type MessageFormat = typeof JSON_TYPE | typeof PROTOBUF_TYPE;

/** The encoding an Accept header asks for; JSON wins when both are acceptable. */
export function formatOf(accept: string | undefined): MessageFormat | undefined {
  if (acceptable(accept, JSON_TYPE)) return JSON_TYPE;
  return acceptable(accept, PROTOBUF_TYPE) ? PROTOBUF_TYPE : undefined;
}

export const NOT_ACCEPTABLE: Answer = textAnswer(
  406,
  `Expecting 'Accept' to allow '${PROTOBUF_TYPE}' or '${JSON_TYPE}'`,
);
