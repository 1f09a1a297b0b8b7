/** `POST /api/v1`: the operator API: checks in the order of Mesos, then one handler per type of call. */
import { MasterCall } from '@stoke/protocol';
import type { MasterState } from '../core/state.ts';
import { CALL_ACCESS } from './access.ts';
import type { Answer } from './answer.ts';
import { textAnswer } from './answer.ts';
import { parseCall } from './call-parsing.ts';
import { formatOf, NOT_ACCEPTABLE } from './media-type.ts';
import type { CallHandlers } from './operator/operator-call.ts';
import type { MasterRequest, Route } from './routes.ts';

type CallType = NonNullable<MasterCall['type']>;

/** Calls that are complete without a message of their own. */
const WITHOUT_PAYLOAD: ReadonlySet<CallType> = new Set<CallType>([
  'UNKNOWN',
  'GET_HEALTH',
  'GET_FLAGS',
  'GET_VERSION',
  'GET_LOGGING_LEVEL',
  'GET_STATE',
  'GET_AGENTS',
  'GET_FRAMEWORKS',
  'GET_EXECUTORS',
  'GET_OPERATIONS',
  'GET_TASKS',
  'GET_ROLES',
  'GET_WEIGHTS',
  'GET_MASTER',
  'SUBSCRIBE',
  'GET_MAINTENANCE_STATUS',
  'GET_MAINTENANCE_SCHEDULE',
  'GET_QUOTA',
]);

function callProblem(call: MasterCall): string | undefined {
  if (call.type === undefined) return "Expecting 'type' to be present";
  if (WITHOUT_PAYLOAD.has(call.type)) return undefined;
  const payload = call.type.toLowerCase();
  return Object.hasOwn(call, payload) ? undefined : `Expecting '${payload}' to be present`;
}

/** The 403 of a call that is more than filtered. */
function refusal(state: MasterState, request: MasterRequest, call: MasterCall): Answer | undefined {
  const access = CALL_ACCESS[call.type ?? 'UNKNOWN'];
  return typeof access === 'string' ? undefined : request.denied(access(call, state));
}

/** Who answers calls, and about what. */
export type OperatorApiOptions = { readonly state: MasterState; readonly handlers: CallHandlers };

function handle(
  { state, handlers }: OperatorApiOptions,
  request: MasterRequest,
): Answer | Promise<Answer> {
  const parsed = parseCall(MasterCall, request);
  if ('answer' in parsed) return parsed.answer;
  const { call } = parsed;
  const problem = callProblem(call);
  if (problem !== undefined) {
    return textAnswer(400, `Failed to validate master::Call: ${problem}`);
  }
  const format = formatOf(request.headers.accept);
  if (format === undefined) return NOT_ACCEPTABLE;
  const handler = handlers[call.type ?? 'UNKNOWN'];
  if (handler === undefined) return textAnswer(501, '501 Not Implemented.');
  const denied = refusal(state, request, call);
  if (denied !== undefined) return denied;
  return handler({ call, format, request });
}

/** The one endpoint of the operator API. */
export function operatorRoute(options: OperatorApiOptions): Route {
  return {
    path: '/api/v1',
    realm: 'mesos-master-readwrite',
    access: 'checked',
    methods: ['POST'],
    leaderOnly: true,
    handle: (request) => handle(options, request),
  };
}
