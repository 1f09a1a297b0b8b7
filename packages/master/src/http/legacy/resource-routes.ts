/** `/reserve`, `/unreserve`, `/create-volumes`, `/destroy-volumes`: operations of operators, as forms. */
import {
  decodeJson,
  fromJsonValue,
  isAppError,
  type Offer_Operation,
  Resource,
} from '@stoke/protocol';
import { operationNeeds } from '../../core/permissions.ts';
import type { Answer } from '../answer.ts';
import { emptyAnswer, textAnswer } from '../answer.ts';
import type { Ask } from '../operator/outcome-answer.ts';
import { outcomeAnswer } from '../operator/outcome-answer.ts';
import type { MasterRequest, Route } from '../routes.ts';

type Field = 'resources' | 'volumes';

/** How one endpoint makes an operation of the resources in its form. */
type Endpoint = {
  readonly path: string;
  readonly field: Field;
  readonly operation: (resources: Resource[]) => Offer_Operation;
};

const ENDPOINTS: readonly Endpoint[] = [
  {
    path: '/reserve',
    field: 'resources',
    operation: (resources) => ({ type: 'RESERVE', reserve: { resources } }),
  },
  {
    path: '/unreserve',
    field: 'resources',
    operation: (resources) => ({ type: 'UNRESERVE', unreserve: { resources } }),
  },
  {
    path: '/create-volumes',
    field: 'volumes',
    operation: (volumes) => ({ type: 'CREATE', create: { volumes } }),
  },
  {
    path: '/destroy-volumes',
    field: 'volumes',
    operation: (volumes) => ({ type: 'DESTROY', destroy: { volumes } }),
  },
];

/** The resources, or what is wrong with the text. */
function parseResources(text: string): readonly Resource[] | string {
  try {
    const json: unknown = JSON.parse(text);
    if (!Array.isArray(json)) return 'Expecting a JSON array';
    return json.map((entry) => fromJsonValue(Resource, entry));
  } catch (error) {
    if (isAppError(error)) return error.message;
    if (error instanceof SyntaxError) return syntaxProblem(text);
    throw error;
  }
}

/** In the words of the codec. */
function syntaxProblem(text: string): string {
  try {
    decodeJson(Resource, text);
  } catch (error) {
    if (isAppError(error)) return error.message;
    throw error;
  }
  return 'not valid JSON';
}

function missing(field: string): Answer {
  return textAnswer(400, `Missing '${field}' query parameter in the request body`);
}

async function operate(ask: Ask, endpoint: Endpoint, request: MasterRequest): Promise<Answer> {
  const form = new URLSearchParams(new TextDecoder().decode(request.body));
  const { field } = endpoint;
  const agentId = form.get('slaveId');
  if (agentId === null) return missing('slaveId');
  const text = form.get(field);
  if (text === null) return missing(field);
  const resources = parseResources(text);
  if (typeof resources === 'string') {
    return textAnswer(
      400,
      `Error parsing '${field}' query parameter in the request body: ${resources}`,
    );
  }
  const operation = endpoint.operation([...resources]);
  const denied = request.denied(operationNeeds(operation));
  if (denied !== undefined) return denied;
  const { principal } = request;
  const outcome = await ask((id) => ({
    type: 'OPERATE',
    request: id,
    agentId,
    operation,
    principal,
  }));
  return outcome.status === 200 ? emptyAnswer(202) : outcomeAnswer(outcome);
}

export function resourceRoutes(ask: Ask): Route[] {
  return ENDPOINTS.map((endpoint) => ({
    path: endpoint.path,
    realm: 'mesos-master-readwrite',
    access: 'checked',
    methods: ['POST'],
    leaderOnly: true,
    handle: (request) => operate(ask, endpoint, request),
  }));
}
