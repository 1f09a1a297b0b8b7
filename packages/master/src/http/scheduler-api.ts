/** `POST /api/v1/scheduler`: checks in the order of Mesos, then the core. */
import { decodeBinary, decodeJson, isAppError, SchedulerCall } from '@stoke/protocol';
import { callProblem, principalProblem } from '../core/call-validation.ts';
import type { MasterEvent } from '../core/events.ts';
import { updateFrameworkProblems } from '../core/framework-update.ts';
import type { Framework, MasterState } from '../core/state.ts';
import type { StreamFormat } from '../io/scheduler-streams.ts';
import { acceptable } from './accept-header.ts';
import type { Answer } from './answer.ts';
import { emptyAnswer, textAnswer } from './answer.ts';
import type { MasterRequest, Route } from './routes.ts';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

export type SchedulerApiOptions = {
  readonly state: MasterState;
  readonly dispatch: (event: MasterEvent) => void;
  readonly newStreamId: () => string;
  readonly openStream: (
    stream: string,
    response: ReturnType<MasterRequest['takeResponse']>,
    format: StreamFormat,
  ) => void;
};

type Parsed = { readonly call: SchedulerCall } | { readonly answer: Answer };

function parseJson(body: Uint8Array, name: string): Parsed {
  try {
    return { call: decodeJson(SchedulerCall, new TextDecoder().decode(body)) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    const prefix =
      error.code === 'MALFORMED_JSON'
        ? 'Failed to parse body into JSON: '
        : `Failed to convert JSON into ${name} protobuf: `;
    return { answer: textAnswer(400, `${prefix}${error.message}`) };
  }
}

function parseProtobuf(body: Uint8Array, name: string): Parsed {
  try {
    return { call: decodeBinary(SchedulerCall, body) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { answer: textAnswer(400, `Failed to parse body into ${name} protobuf`) };
  }
}

function parseCall(request: MasterRequest): Parsed {
  switch (request.headers['content-type']) {
    case undefined:
    case '':
      return { answer: textAnswer(400, "Expecting 'Content-Type' to be present") };
    case JSON_TYPE:
      return parseJson(request.body, 'Call');
    case PROTOBUF_TYPE:
      return parseProtobuf(request.body, 'Call');
    default:
      return {
        answer: textAnswer(415, `Expecting 'Content-Type' of ${JSON_TYPE} or ${PROTOBUF_TYPE}`),
      };
  }
}

/** JSON wins when both are acceptable. */
function formatOf(request: MasterRequest): StreamFormat | undefined {
  const { accept } = request.headers;
  if (acceptable(accept, JSON_TYPE)) return JSON_TYPE;
  return acceptable(accept, PROTOBUF_TYPE) ? PROTOBUF_TYPE : undefined;
}

const NOT_ACCEPTABLE = textAnswer(
  406,
  `Expecting 'Accept' to allow '${PROTOBUF_TYPE}' or '${JSON_TYPE}'`,
);

function subscribe(
  options: SchedulerApiOptions,
  request: MasterRequest,
  call: SchedulerCall,
): Answer {
  const format = formatOf(request);
  if (format === undefined) return NOT_ACCEPTABLE;
  if (request.headers['mesos-stream-id'] !== undefined) {
    return textAnswer(400, "Subscribe calls should not include the 'Mesos-Stream-Id' header");
  }
  if (call.subscribe === undefined) return textAnswer(400, "Expecting 'subscribe' to be present");
  const stream = options.newStreamId();
  options.openStream(stream, request.takeResponse(), format);
  options.dispatch({
    type: 'SUBSCRIBE',
    stream,
    subscribe: call.subscribe,
    principal: request.principal,
  });
  return 'taken';
}

/** Whether the caller is the framework's live scheduler. */
function streamRefusal(framework: Framework, streamId: string | undefined): Answer | undefined {
  if (framework.stream === undefined) return textAnswer(403, 'Framework is not subscribed');
  if (streamId === undefined) {
    return textAnswer(400, "All non-subscribe calls should include the 'Mesos-Stream-Id' header");
  }
  if (streamId === framework.stream) return undefined;
  return textAnswer(
    400,
    `The stream ID '${streamId}' included in this request didn't match the stream ID currently associated with framework ID ${framework.id}`,
  );
}

function callFramework(
  options: SchedulerApiOptions,
  request: MasterRequest,
  call: SchedulerCall,
): Answer {
  const framework = options.state.frameworks.get(call.framework_id?.value ?? '');
  if (framework === undefined) return textAnswer(400, 'Framework cannot be found');
  const stranger = principalProblem(framework.principal, request.principal);
  if (stranger !== undefined) return textAnswer(400, stranger);
  const streamId = request.headers['mesos-stream-id'];
  const refusal = streamRefusal(framework, Array.isArray(streamId) ? streamId[0] : streamId);
  if (refusal !== undefined) return refusal;
  if (call.type === 'RECONCILE_OPERATIONS' && formatOf(request) === undefined) {
    return NOT_ACCEPTABLE;
  }
  if (call.update_framework !== undefined && call.type === 'UPDATE_FRAMEWORK') {
    const [problem] = updateFrameworkProblems(framework, call.update_framework);
    if (problem !== undefined) return textAnswer(400, problem);
  }
  options.dispatch({ type: 'CALL', frameworkId: framework.id, call });
  return emptyAnswer(call.type === 'UPDATE_FRAMEWORK' ? 200 : 202);
}

function handle(options: SchedulerApiOptions, request: MasterRequest): Answer {
  const parsed = parseCall(request);
  if ('answer' in parsed) return parsed.answer;
  const { call } = parsed;
  const problem = callProblem(call, request.principal);
  if (problem !== undefined) {
    return textAnswer(400, `Failed to validate scheduler::Call: ${problem}`);
  }
  if (call.type === 'SUBSCRIBE') return subscribe(options, request, call);
  return callFramework(options, request, call);
}

export function schedulerRoute(options: SchedulerApiOptions): Route {
  return {
    path: '/api/v1/scheduler',
    realm: 'mesos-master-scheduler',
    methods: ['POST'],
    leaderOnly: true,
    handle: (request) => handle(options, request),
  };
}
