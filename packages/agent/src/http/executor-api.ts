/** `POST /api/v1/executor`: the v1 executor API, in JSON and protobuf. */
import type { Identity } from '@stoke/kit';
import { decodeBinary, decodeJson, ExecutorCall, isAppError } from '@stoke/protocol';
import { callProblem, findCaller } from '../core/executor-call-validation.ts';
import type { Engine } from '../io/engine.ts';
import type { ExecutorStreams, MediaType } from '../io/executor-streams.ts';
import { acceptable } from './accept-header.ts';
import { type Answer, emptyAnswer, textAnswer } from './answer.ts';
import { isThisMachine } from './local-address.ts';
import type { AgentRequest, Route } from './router.ts';

const json: MediaType = 'application/json';
const protobuf: MediaType = 'application/x-protobuf';

export interface ExecutorApiOptions {
  readonly engine: Engine;
  readonly streams: ExecutorStreams;
  /** Before that nobody knows which executors there are. */
  readonly isRecovered: () => boolean;
}

export function executorRoute(options: ExecutorApiOptions): Route {
  return {
    path: '/api/v1/executor',
    prefixed: true,
    realm: 'mesos-agent-executor',
    access: 'checked',
    method: 'POST',
    handle: (request) => handleCall(options, request),
  };
}

function handleCall(options: ExecutorApiOptions, request: AgentRequest): Answer {
  // Executors run on this very machine; nobody else may speak for tasks.
  if (!isThisMachine(request.remoteAddress))
    return textAnswer(403, 'Executors call from this machine only');
  const contentType = request.headers['content-type'];
  if (contentType === undefined) return textAnswer(400, "Expecting 'Content-Type' to be present");
  if (contentType !== json && contentType !== protobuf) {
    return textAnswer(415, `Expecting 'Content-Type' of ${json} or ${protobuf}`);
  }
  const parsed = parseCall(request, contentType);
  if ('answer' in parsed) return parsed.answer;
  const { call } = parsed;
  const problem = callProblem(call);
  if (problem !== undefined)
    return textAnswer(400, `Failed to validate Executor::Call: ${problem}`);
  if (!speaksFor(request.identity.claims, call)) return notItself;
  if (call.type === 'HEARTBEAT') return emptyAnswer(202);
  const mediaType = call.type === 'SUBSCRIBE' ? chooseMediaType(request) : json;
  if (mediaType === undefined) {
    return textAnswer(406, `Expecting 'Accept' to allow '${protobuf}' or '${json}'`);
  }
  if (!options.isRecovered()) return textAnswer(503, 'Agent has not finished recovery');
  return handleKnown(options, request, { call, mediaType });
}

/** A well formed call: of an executor there is, that speaks for itself. */
function handleKnown(
  options: ExecutorApiOptions,
  request: AgentRequest,
  { call, mediaType }: { readonly call: ExecutorCall; readonly mediaType: MediaType },
): Answer {
  const caller = findCaller(options.engine.state, call);
  if (!caller.ok) return textAnswer(caller.status, caller.message);
  const { containerId } = caller.executor;
  const { cid } = request.identity.claims ?? {};
  if (cid !== undefined && cid !== containerId) return notItself;
  if (call.type !== 'SUBSCRIBE') {
    options.engine.dispatch({ type: 'executor-call', call });
    return emptyAnswer(202);
  }
  subscribe(options, { call, containerId, request, mediaType });
  return 'taken';
}

const notItself = textAnswer(403, '403 Forbidden. The token belongs to another executor');

/** An executor that has shown its token may act as itself only; a token of a person is none of an executor. */
function speaksFor(claims: Identity['claims'], call: ExecutorCall): boolean {
  if (claims === undefined) return true;
  const { fid, eid, cid } = claims;
  return fid === call.framework_id.value && eid === call.executor_id.value && cid !== undefined;
}

type Parsed = { readonly call: ExecutorCall } | { readonly answer: Answer };

/** Refusals are worded as Mesos words them. */
function parseCall(request: AgentRequest, contentType: MediaType): Parsed {
  try {
    const { body } = request;
    if (contentType === protobuf) return { call: decodeBinary(ExecutorCall, body) };
    return { call: decodeJson(ExecutorCall, new TextDecoder().decode(body)) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (contentType === protobuf) {
      return { answer: textAnswer(400, 'Failed to parse body into Call protobuf') };
    }
    const what =
      error.code === 'MALFORMED_JSON' ? 'parse body into JSON' : 'convert JSON into Call protobuf';
    return { answer: textAnswer(400, `Failed to ${what}: ${error.message}`) };
  }
}

function chooseMediaType(request: AgentRequest): MediaType | undefined {
  const { accept } = request.headers;
  if (acceptable(accept, json)) return json;
  return acceptable(accept, protobuf) ? protobuf : undefined;
}

function subscribe(
  { engine, streams }: ExecutorApiOptions,
  to: {
    readonly call: ExecutorCall;
    readonly containerId: string;
    readonly request: AgentRequest;
    readonly mediaType: MediaType;
  },
): void {
  const { call, containerId, request, mediaType } = to;
  const response = request.takeResponse();
  response.writeHead(200, { 'Content-Type': mediaType, 'Transfer-Encoding': 'chunked' });
  response.flushHeaders();
  const connection = streams.open(response, {
    mediaType,
    onClose: (closed) => {
      engine.dispatch({ type: 'executor-disconnected', containerId, connection: closed });
    },
  });
  engine.dispatch({ type: 'executor-subscribed', call, connection });
}
