/** Every recorded v1 body goes through our codecs and comes out the same. */
import {
  AgentCall,
  AgentProcessIO,
  AgentResponse,
  type AnyMessageType,
  decodeBinary,
  decodeJson,
  ExecutorCall,
  ExecutorEvent,
  encodeBinary,
  encodeJson,
  isAppError,
  MasterCall,
  MasterEvent,
  MasterResponse,
  SchedulerCall,
  SchedulerEvent,
} from '@stoke/protocol';
import { describe, expect, test } from 'vitest';
import {
  hasRecording,
  headerOf,
  readRecording,
  recordedGroups,
  recordingsOf,
  recordsOf,
  statusOf,
  validJson,
} from './recording.ts';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

interface Types {
  readonly call: AnyMessageType;
  readonly answer: AnyMessageType;
  /** What a stream in place of an answer carries. */
  readonly event: AnyMessageType;
}

function typesOf(path: string, startLine: string): Types | undefined {
  if (startLine.includes('/api/v1/scheduler'))
    return { call: SchedulerCall, answer: SchedulerEvent, event: SchedulerEvent };
  if (startLine.includes('/api/v1/executor'))
    return { call: ExecutorCall, answer: ExecutorEvent, event: ExecutorEvent };
  if (!startLine.includes('/api/v1 ')) return undefined;
  return /^(operator-agent|agent-v1|linux-cgroups)|\/agent-/.test(path)
    ? { call: AgentCall, answer: AgentResponse, event: AgentProcessIO }
    : { call: MasterCall, answer: MasterResponse, event: MasterEvent };
}

/** JSON text without the differences JSON does not have: 1.0 and 1, escapes. */
function normal(text: string): unknown {
  return JSON.parse(text);
}

function checkJson(type: AnyMessageType, recorded: string): void {
  const text = validJson(recorded);
  const decoded = decodeJson(type, text);
  expect(normal(encodeJson(type, decoded))).toEqual(normal(text));
  expect(decodeBinary(type, encodeBinary(type, decoded))).toEqual(decoded);
}

function checkBinary(type: AnyMessageType, bytes: Buffer): void {
  const decoded = decodeBinary(type, bytes);
  const encoded = encodeBinary(type, decoded);
  // Not byte by byte: upstream writes some messages by hand, out of order.
  expect(encoded.length).toBe(bytes.length);
  expect(decodeBinary(type, encoded)).toEqual(decoded);
  // JSON shows explicit defaults, so it may hold more than the bytes did.
  expect(decodeJson(type, encodeJson(type, decoded))).toMatchObject(decoded as object);
}

function checkBody(type: AnyMessageType, contentType: string | undefined, body: Buffer): void {
  if (contentType === JSON_TYPE) checkJson(type, body.toString('utf8'));
  if (contentType === PROTOBUF_TYPE) checkBinary(type, body);
}

/** Bodies that upstream refused are for the error tests; all others have to decode. */
function checkCall(type: AnyMessageType, contentType: string | undefined, body: Buffer): void {
  if (contentType === JSON_TYPE) {
    const decoded = decodeJson(type, body.toString('utf8'));
    expect(decodeJson(type, encodeJson(type, decoded))).toMatchObject(decoded as object);
    expect(decodeBinary(type, encodeBinary(type, decoded))).toEqual(decoded);
  }
  if (contentType === PROTOBUF_TYPE) checkBinary(type, body);
}

const REFUSAL = /^Failed to (?:convert JSON into Call protobuf|parse body into JSON): (.*)$/s;

/** Groups with v1 exchanges; the legacy ones hold plain GETs. */
const groups = recordedGroups().filter((group) => !group.startsWith('legacy-'));

for (const group of groups) {
  describe(`codec of ${group}`, () => {
    for (const path of recordingsOf(group, '.request')) {
      const name = path.replace(/\.request$/, '');
      const request = readRecording(path);
      const types = typesOf(path, request.startLine);
      if (types === undefined) continue;
      const answerPath = [`${name}.stream`, `${name}.response`].find(hasRecording);
      const answer = answerPath === undefined ? undefined : readRecording(answerPath);
      const refusal = REFUSAL.exec(answer?.body.toString('utf8') ?? '')?.[1];

      test(`decodeJson and decodeBinary read the call ${name}`, () => {
        const contentType = headerOf(request.headers, 'Content-Type');
        if (refusal !== undefined) {
          const thrown = thrownBy(() => decodeJson(types.call, request.body.toString('utf8')));
          expect(isAppError(thrown) && thrown.message).toBe(refusal);
        } else if (answer !== undefined && statusOf(answer) < 300) {
          checkCall(types.call, contentType, request.body);
        } else if (contentType === PROTOBUF_TYPE && name.includes('malformed')) {
          expect(isAppError(thrownBy(() => decodeBinary(types.call, request.body)))).toBe(true);
        }
      });

      if (answer === undefined || statusOf(answer) !== 200) continue;
      test(`encodeJson and encodeBinary write the answer to ${name}`, () => {
        const contentType = headerOf(answer.headers, 'Content-Type');
        if (answerPath?.endsWith('.response')) checkBody(types.answer, contentType, answer.body);
        else for (const it of recordsOf(answer)) checkBody(types.event, contentType, it);
      });
    }
  });
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}
