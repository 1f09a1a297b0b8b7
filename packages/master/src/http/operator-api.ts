/** `POST /api/v1`: the operator API, of which only the request checks exist so far. */
import { decodeBinary, decodeJson, isAppError, MasterCall } from '@stoke/protocol';
import type { Answer } from './answer.ts';
import { jsonAnswer, textAnswer } from './answer.ts';
import type { MasterRequest, Route } from './routes.ts';

function parseCall(request: MasterRequest): MasterCall | Answer {
  const type = request.headers['content-type'];
  if (type === undefined) return textAnswer(400, "Expecting 'Content-Type' to be present");
  if (type !== 'application/json' && type !== 'application/x-protobuf') {
    return textAnswer(
      415,
      "Expecting 'Content-Type' of application/json or application/x-protobuf",
    );
  }
  try {
    return type === 'application/json'
      ? decodeJson(MasterCall, new TextDecoder().decode(request.body))
      : decodeBinary(MasterCall, request.body);
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (type !== 'application/json') {
      return textAnswer(400, 'Failed to parse body into Call protobuf');
    }
    const prefix =
      error.code === 'MALFORMED_JSON'
        ? 'Failed to parse body into JSON: '
        : 'Failed to convert JSON into Call protobuf: ';
    return textAnswer(400, `${prefix}${error.message}`);
  }
}

function isAnswer(value: MasterCall | Answer): value is Answer {
  return value === 'taken' || 'status' in value;
}

function handle(request: MasterRequest): Answer {
  const call = parseCall(request);
  if (isAnswer(call)) return call;
  if (call.type === undefined || call.type === 'UNKNOWN') {
    return textAnswer(400, "Failed to validate master::Call: Expecting 'type' to be present");
  }
  return textAnswer(501, `Cannot answer call '${call.type}': it is not supported yet`);
}

/** The operator API, and the reading endpoints of features that do not exist yet: nothing is set. */
export function operatorRoutes(): Route[] {
  const empty = (path: string, value: unknown, realm: Route['realm']): Route => ({
    path,
    realm,
    methods: ['GET'],
    leaderOnly: true,
    handle: ({ query }) => jsonAnswer(value, query.get('jsonp') ?? undefined),
  });
  return [
    {
      path: '/api/v1',
      realm: 'mesos-master-readwrite',
      methods: ['POST'],
      leaderOnly: true,
      handle,
    },
    empty('/quota', {}, 'mesos-master-readwrite'),
    empty('/weights', [], 'mesos-master-readwrite'),
    empty('/maintenance/schedule', {}, 'mesos-master-readwrite'),
    empty('/maintenance/status', {}, 'mesos-master-readwrite'),
  ];
}
