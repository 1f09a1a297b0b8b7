/** Calls out of bodies: a whole one, or a stream of records whose first is the call. */
import { readRecords } from '@stoke/kit';
import { AgentCall, decodeBinary, decodeJson, isAppError } from '@stoke/protocol';
import { type Answer, textAnswer } from '../answer.ts';
import type { AgentRequest } from '../router.ts';
import { JSON_TYPE, type MessageFormat } from './media-types.ts';

/** A record is a piece of what somebody types. */
const maxRecordBytes = 1024 * 1024;

/** A call, or the answer that it is none. */
export type ReadCall =
  | { readonly call: AgentCall; readonly more?: AsyncGenerator<AgentCall> }
  | { readonly answer: Answer };

function decode(bytes: Uint8Array, format: MessageFormat): AgentCall {
  return format === JSON_TYPE
    ? decodeJson(AgentCall, new TextDecoder().decode(bytes))
    : decodeBinary(AgentCall, bytes);
}

/** Refusals are worded as Mesos words them. */
function refusalOf(error: unknown, format: MessageFormat): { readonly answer: Answer } {
  if (!isAppError(error)) throw error;
  if (format !== JSON_TYPE) {
    return { answer: textAnswer(400, 'Failed to parse body into a protobuf object') };
  }
  const what =
    error.code === 'MALFORMED_JSON' ? 'parse body into JSON' : 'convert JSON into Call protobuf';
  return { answer: textAnswer(400, `Failed to ${what}: ${error.message}`) };
}

/** The call that is the whole body. */
export function parseCall(body: Uint8Array, format: MessageFormat): ReadCall {
  try {
    return { call: decode(body, format) };
  } catch (error) {
    return refusalOf(error, format);
  }
}

/** The call that is the first record; the others come as they arrive. */
export async function readStream(
  { stream }: Pick<AgentRequest, 'stream'>,
  format: MessageFormat,
): Promise<ReadCall> {
  const calls = decodeRecords(stream ?? [], format);
  try {
    const first = await calls.next();
    if (first.done !== true) return { call: first.value, more: calls };
    return { answer: textAnswer(400, 'Received EOF while reading request body') };
  } catch (error) {
    return refusalOf(error, format);
  }
}

async function* decodeRecords(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  format: MessageFormat,
): AsyncGenerator<AgentCall> {
  for await (const record of readRecords(asyncChunks(chunks), { maxRecordBytes })) {
    yield decode(record, format);
  }
}

async function* asyncChunks(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
