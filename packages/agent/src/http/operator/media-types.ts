/** In which encodings an operator call comes and is answered, checked in the order of Mesos. */
import { acceptable } from '../accept-header.ts';
import { type Answer, textAnswer } from '../answer.ts';
import type { AgentRequest } from '../router.ts';

export const JSON_TYPE = 'application/json';
export const PROTOBUF_TYPE = 'application/x-protobuf';
/** Records that hold messages of one of the other two. */
export const RECORDIO_TYPE = 'application/recordio';

/** How a message is written. */
export type MessageFormat = typeof JSON_TYPE | typeof PROTOBUF_TYPE;

/** What the headers of a request settle. */
export interface MediaTypes {
  /** Of the call, or of the records it is sent in. */
  readonly content: MessageFormat;
  readonly isStream: boolean;
  /** Of the answer, or of the records it is sent in. */
  readonly accept: MessageFormat;
  /** Whether the answer's own type is that of records. */
  readonly acceptsStream: boolean;
}

export type Negotiated = { readonly media: MediaTypes } | { readonly refusal: Answer };

const anyType = `${JSON_TYPE} or ${PROTOBUF_TYPE} or ${RECORDIO_TYPE}`;
const messageType = `${JSON_TYPE} or ${PROTOBUF_TYPE}`;

function isFormat(type: string | undefined): type is MessageFormat {
  return type === JSON_TYPE || type === PROTOBUF_TYPE;
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

/** The encodings of a request's body and of its answer, or why they do not go together. */
export function negotiate({ headers }: Pick<AgentRequest, 'headers'>): Negotiated {
  const content = contentOf(headers['content-type'], one(headers['message-content-type']));
  if ('refusal' in content) return content;
  const accept = acceptOf(headers.accept, one(headers['message-accept']));
  return 'refusal' in accept ? accept : { media: { ...content, ...accept } };
}

type Content = Pick<MediaTypes, 'content' | 'isStream'> | { readonly refusal: Answer };

function contentOf(type: string | undefined, inner: string | undefined): Content {
  if (type === undefined || type === '') {
    return { refusal: textAnswer(400, "Expecting 'Content-Type' to be present") };
  }
  if (type === RECORDIO_TYPE) {
    if (inner === undefined) {
      const text = "Expecting 'Message-Content-Type' to be set for streaming requests";
      return { refusal: textAnswer(400, text) };
    }
    if (isFormat(inner)) return { content: inner, isStream: true };
    return { refusal: textAnswer(415, `Expecting 'Message-Content-Type' of ${messageType}`) };
  }
  if (!isFormat(type))
    return { refusal: textAnswer(415, `Expecting 'Content-Type' of ${anyType}`) };
  if (inner === undefined) return { content: type, isStream: false };
  const text = "Expecting 'Message-Content-Type' to be not set for non-streaming requests";
  return { refusal: textAnswer(415, text) };
}

type Accepted = Pick<MediaTypes, 'accept' | 'acceptsStream'> | { readonly refusal: Answer };

function acceptOf(accept: string | undefined, inner: string | undefined): Accepted {
  const format = formatIn(accept);
  if (format !== undefined) {
    if (inner === undefined) return { accept: format, acceptsStream: false };
    const text = "Expecting 'Message-Accept' to be not set for non-streaming responses";
    return { refusal: textAnswer(406, text) };
  }
  if (!acceptable(accept, RECORDIO_TYPE)) {
    return { refusal: textAnswer(406, `Expecting 'Accept' to allow ${anyType}`) };
  }
  const message = formatIn(inner);
  if (message !== undefined) return { accept: message, acceptsStream: true };
  return { refusal: textAnswer(406, `Expecting 'Message-Accept' to allow ${messageType}`) };
}

/** JSON wins when both are acceptable. */
function formatIn(accept: string | undefined): MessageFormat | undefined {
  if (acceptable(accept, JSON_TYPE)) return JSON_TYPE;
  return acceptable(accept, PROTOBUF_TYPE) ? PROTOBUF_TYPE : undefined;
}
