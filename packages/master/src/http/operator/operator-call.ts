/** What every family of operator calls works with. */
import { encodeBinary, encodeJson, type MasterCall, MasterResponse } from '@stoke/protocol';
import type { Answer } from '../answer.ts';
import { JSON_TYPE, type MessageFormat } from '../media-type.ts';
import type { MasterRequest } from '../routes.ts';

/** A checked call with what its answer depends on. */
export type OperatorCall = {
  readonly call: MasterCall;
  /** Encoding of the answer. */
  readonly format: MessageFormat;
  readonly request: MasterRequest;
};

/** Answers one type of call. */
export type CallHandler = (call: OperatorCall) => Answer | Promise<Answer>;

export type CallHandlers = Readonly<Partial<Record<NonNullable<MasterCall['type']>, CallHandler>>>;

/** 200 with a response message. */
export function messageAnswer(format: MessageFormat, response: MasterResponse): Answer {
  const content =
    format === JSON_TYPE
      ? encodeJson(MasterResponse, response)
      : encodeBinary(MasterResponse, response);
  return { status: 200, body: { type: format, content } };
}
