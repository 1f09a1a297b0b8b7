/** The body of a v1 call, decoded by its Content-Type. */
import { decodeBinary, decodeJson, isAppError, type MessageType } from '@stoke/protocol';
import type { Answer } from './answer.ts';
import { textAnswer } from './answer.ts';
import { JSON_TYPE, PROTOBUF_TYPE } from './media-type.ts';
import type { MasterRequest } from './routes.ts';

/** A call, or the answer that it is none. */
export type Parsed<T> = { readonly call: T } | { readonly answer: Answer };

function parseJson<T>(type: MessageType<T>, body: Uint8Array): Parsed<T> {
  try {
    return { call: decodeJson(type, new TextDecoder().decode(body)) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    const prefix =
      error.code === 'MALFORMED_JSON'
        ? 'Failed to parse body into JSON: '
        : 'Failed to convert JSON into Call protobuf: ';
    return { answer: textAnswer(400, `${prefix}${error.message}`) };
  }
}

function parseProtobuf<T>(type: MessageType<T>, body: Uint8Array): Parsed<T> {
  try {
    return { call: decodeBinary(type, body) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { answer: textAnswer(400, 'Failed to parse body into Call protobuf') };
  }
}

/** Checks in the order of Mesos: header there, header known, body readable. */
export function parseCall<T>(type: MessageType<T>, request: MasterRequest): Parsed<T> {
  switch (request.headers['content-type']) {
    case undefined:
    case '':
      return { answer: textAnswer(400, "Expecting 'Content-Type' to be present") };
    case JSON_TYPE:
      return parseJson(type, request.body);
    case PROTOBUF_TYPE:
      return parseProtobuf(type, request.body);
    default:
      return {
        answer: textAnswer(415, `Expecting 'Content-Type' of ${JSON_TYPE} or ${PROTOBUF_TYPE}`),
      };
  }
}
