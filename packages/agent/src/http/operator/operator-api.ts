/** `POST /api/v1`: the operator API of the agent: checks in the order of Mesos, then one handler per type of call. */
import type { AgentCall, ContainerID } from '@stoke/protocol';
import { type Answer, textAnswer } from '../answer.ts';
import type { AgentRequest, Route } from '../router.ts';
import { callNeeds, type NeedFacts } from './call-needs.ts';
import { parseCall, type ReadCall, readStream } from './call-parsing.ts';
import { negotiate } from './media-types.ts';
import type { CallHandlers, CallType } from './operator-call.ts';

/** Calls that are complete without a message of their own. */
const withoutPayload: ReadonlySet<CallType> = new Set<CallType>([
  'UNKNOWN',
  'GET_HEALTH',
  'GET_FLAGS',
  'GET_VERSION',
  'GET_LOGGING_LEVEL',
  'GET_STATE',
  'GET_CONTAINERS',
  'GET_FRAMEWORKS',
  'GET_EXECUTORS',
  'GET_OPERATIONS',
  'GET_TASKS',
  'GET_AGENT',
  'GET_RESOURCE_PROVIDERS',
  'PRUNE_IMAGES',
]);

/** Calls that are answered by a stream. */
const streaming: ReadonlySet<CallType> = new Set<CallType>([
  'LAUNCH_NESTED_CONTAINER_SESSION',
  'ATTACH_CONTAINER_OUTPUT',
]);

function callProblem(call: AgentCall): string | undefined {
  if (call.type === undefined) return "Expecting 'type' to be present";
  if (withoutPayload.has(call.type)) return undefined;
  const payload = call.type.toLowerCase();
  if (!Object.hasOwn(call, payload)) return `Expecting '${payload}' to be present`;
  const nested = nestedIds(call);
  return nested.length > 0 && nested.every(({ parent }) => parent === undefined)
    ? `Expecting '${payload}.container_id.parent' to be present`
    : undefined;
}

/** Containers that have to lie in another one. */
function nestedIds(call: AgentCall): readonly ContainerID[] {
  const calls = [
    call.launch_nested_container,
    call.wait_nested_container,
    call.kill_nested_container,
    call.remove_nested_container,
    call.launch_nested_container_session,
  ];
  return calls.flatMap((one) => one?.container_id ?? []);
}

/** Streams go with the calls that are made for them, and with no other. */
function streamProblem(
  type: CallType,
  isStream: boolean,
  acceptsStream: boolean,
): Answer | undefined {
  const takesStream = type === 'ATTACH_CONTAINER_INPUT';
  if (takesStream && !isStream) {
    return textAnswer(415, `Streaming 'Content-Type' is required for ${type} call`);
  }
  if (!takesStream && isStream) {
    return textAnswer(415, `Streaming 'Content-Type' is not supported for ${type} call`);
  }
  if (acceptsStream && !streaming.has(type)) {
    return textAnswer(406, `Streaming response is not supported for ${type} call`);
  }
  return undefined;
}

async function handle({ handlers, facts }: OperatorApi, request: AgentRequest): Promise<Answer> {
  const negotiated = negotiate(request);
  if ('refusal' in negotiated) return negotiated.refusal;
  const { media } = negotiated;
  const read: ReadCall = media.isStream
    ? await readStream(request, media.content)
    : parseCall(request.body, media.content);
  if ('answer' in read) return read.answer;
  const { call } = read;
  const problem = callProblem(call);
  if (problem !== undefined) {
    return textAnswer(400, `Failed to validate agent::Call: ${problem}`);
  }
  const type = call.type ?? 'UNKNOWN';
  if (type === 'UNKNOWN') return textAnswer(501, '501 Not Implemented.');
  const refusal = streamProblem(type, media.isStream, media.acceptsStream);
  if (refusal !== undefined) return refusal;
  const handler = handlers[type];
  const needs = callNeeds[type];
  if (handler === undefined || needs === undefined) {
    return textAnswer(501, `Cannot answer call '${type}': it is not supported yet`);
  }
  return request.denied(needs(call, facts)) ?? handler({ ...read, media, request });
}

/** Who answers calls, and what decides who may make them. */
export interface OperatorApi {
  readonly handlers: CallHandlers;
  readonly facts: NeedFacts;
}

export function operatorRoute(api: OperatorApi): Route {
  return {
    path: '/api/v1',
    prefixed: true,
    realm: 'mesos-agent-readwrite',
    access: 'checked',
    method: 'POST',
    handle: (request) => handle(api, request),
  };
}
