/** `POST /api/v1/scheduler`: checks in the order of Mesos, then the core. */
import { SchedulerCall } from '@stoke/protocol';
import { callProblem, principalProblem } from '../core/call-validation.ts';
import type { MasterEvent } from '../core/events.ts';
import { updateFrameworkProblems } from '../core/framework-update.ts';
import { rolesOf } from '../core/framework-validation.ts';
import { roleNeeds } from '../core/permissions.ts';
import type { Framework, MasterState } from '../core/state.ts';
import type { Answer } from './answer.ts';
import { emptyAnswer, textAnswer } from './answer.ts';
import { parseCall } from './call-parsing.ts';
import { formatOf, type MessageFormat, NOT_ACCEPTABLE } from './media-type.ts';
import type { MasterRequest, Route } from './routes.ts';

export type SchedulerApiOptions = {
  readonly state: MasterState;
  readonly dispatch: (event: MasterEvent) => void;
  readonly newStreamId: () => string;
  readonly openStream: (
    stream: string,
    response: ReturnType<MasterRequest['takeResponse']>,
    format: MessageFormat,
  ) => void;
};

function subscribe(
  options: SchedulerApiOptions,
  request: MasterRequest,
  call: SchedulerCall,
): Answer {
  const format = formatOf(request.headers.accept);
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
  if (call.type === 'RECONCILE_OPERATIONS' && formatOf(request.headers.accept) === undefined) {
    return NOT_ACCEPTABLE;
  }
  const update = call.type === 'UPDATE_FRAMEWORK' ? call.update_framework : undefined;
  if (update !== undefined) {
    const [problem] = updateFrameworkProblems(framework, update);
    if (problem !== undefined) return textAnswer(400, problem);
    const missing = request.denied(roleNeeds(rolesOf(update.framework_info)));
    if (missing !== undefined) return missing;
  }
  options.dispatch({ type: 'CALL', frameworkId: framework.id, call });
  return emptyAnswer(call.type === 'UPDATE_FRAMEWORK' ? 200 : 202);
}

function handle(options: SchedulerApiOptions, request: MasterRequest): Answer {
  const parsed = parseCall(SchedulerCall, request);
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
    access: 'checked',
    methods: ['POST'],
    leaderOnly: true,
    handle: (request) => handle(options, request),
  };
}
