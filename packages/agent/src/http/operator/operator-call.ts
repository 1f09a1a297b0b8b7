/** What every family of operator calls works with. */
import { type AgentCall, AgentResponse, encodeBinary, encodeJson } from '@stoke/protocol';
import type { Answer } from '../answer.ts';
import type { AgentRequest } from '../router.ts';
import { JSON_TYPE, type MediaTypes, type MessageFormat } from './media-types.ts';

export type CallType = NonNullable<AgentCall['type']>;

/** A checked call with what its answer depends on. */
export interface OperatorCall {
  readonly call: AgentCall;
  readonly media: MediaTypes;
  readonly request: AgentRequest;
  /** Of a call that comes as a stream: the calls after the first. */
  readonly more?: AsyncGenerator<AgentCall>;
}

/** Answers one type of call. */
export type CallHandler = (call: OperatorCall) => Answer | Promise<Answer>;

export type CallHandlers = Readonly<Partial<Record<CallType, CallHandler>>>;

/** 200 with a response message. */
export function messageAnswer(format: MessageFormat, response: AgentResponse): Answer {
  const content =
    format === JSON_TYPE
      ? encodeJson(AgentResponse, response)
      : encodeBinary(AgentResponse, response);
  return { status: 200, body: { type: format, content } };
}
