/** `/weights` and `/quota`: what roles may have. */
import {
  decodeJson,
  fromJsonValue,
  QuotaRequest,
  QuotaStatus,
  toJsonValue,
  WeightInfo,
} from '@stoke/protocol';
import { needsOn } from '../../core/permissions.ts';
import type { MasterState } from '../../core/state.ts';
import { quotaView, weightsView } from '../../core/views/quota-view.ts';
import type { Answer } from '../answer.ts';
import { jsonAnswer, textAnswer } from '../answer.ts';
import type { Ask } from '../operator/outcome-answer.ts';
import { outcomeAnswer } from '../operator/outcome-answer.ts';
import type { MasterRequest, Route } from '../routes.ts';
import { endpointPath } from '../routes.ts';
import { readOr } from './read-or.ts';

/** What the routes show and change. */
export type RoleRoutesOptions = { readonly state: MasterState; readonly ask: Ask };

function parseWeights(text: string): WeightInfo[] {
  const json: unknown = JSON.parse(text);
  if (!Array.isArray(json)) throw new SyntaxError('expected an array');
  return json.map((entry) => fromJsonValue(WeightInfo, entry));
}

async function putWeights({ ask }: RoleRoutesOptions, request: MasterRequest): Promise<Answer> {
  const text = new TextDecoder().decode(request.body);
  const parsed = readOr(() => parseWeights(text));
  if ('problem' in parsed) {
    const reason = `Failed to parse update weights request JSON '${text}': ${parsed.problem}`;
    return textAnswer(400, reason);
  }
  const roles = parsed.value.map(({ role }) => role);
  const denied = request.denied(needsOn('update_weights', roles));
  if (denied !== undefined) return denied;
  return outcomeAnswer(
    await ask((id) => ({ type: 'UPDATE_WEIGHTS', request: id, weights: parsed.value })),
  );
}

async function postQuota({ ask }: RoleRoutesOptions, request: MasterRequest): Promise<Answer> {
  const text = new TextDecoder().decode(request.body);
  const parsed = readOr(() => decodeJson(QuotaRequest, text));
  if ('problem' in parsed) {
    const reason = `Failed to parse set quota request JSON '${text}': ${parsed.problem}`;
    return textAnswer(400, reason);
  }
  const denied = request.denied(needsOn('update_quotas', [parsed.value.role]));
  if (denied !== undefined) return denied;
  return outcomeAnswer(
    await ask((id) => ({ type: 'SET_QUOTA', request: id, quota: parsed.value })),
  );
}

/** `%2A` and the like; what is no valid escape stays as it is. */
function decoded(text: string): string {
  const parsed = readOr(() =>
    new URLSearchParams(`role=${text.replaceAll('+', '%2B')}`).get('role'),
  );
  return 'value' in parsed ? (parsed.value ?? text) : text;
}

async function deleteQuota({ ask }: RoleRoutesOptions, request: MasterRequest): Promise<Answer> {
  const path = `/master${endpointPath(request.url)}`;
  const tokens = path.split('/').filter((part) => part !== '');
  if (tokens.length !== 3) {
    return textAnswer(
      400,
      `Failed to parse remove quota request for path '${path}': expected 3 tokens, found ${tokens.length} tokens`,
    );
  }
  const role = decoded(tokens[2] ?? '');
  const denied = request.denied(needsOn('update_quotas', [role]));
  if (denied !== undefined) return denied;
  const outcome = await ask((id) => ({ type: 'REMOVE_QUOTA', request: id, role }));
  if (!('reason' in outcome)) return outcomeAnswer(outcome);
  return textAnswer(outcome.status, `Failed to remove quota for path '${path}': ${outcome.reason}`);
}

/** Weights and quota in the legacy form. */
export function roleRoutes(options: RoleRoutesOptions): Route[] {
  const { state } = options;
  const common = { realm: 'mesos-master-readwrite', access: 'checked', leaderOnly: true } as const;
  const jsonp = ({ query }: MasterRequest): string | undefined => query.get('jsonp') ?? undefined;
  return [
    {
      ...common,
      path: '/weights',
      methods: ['GET', 'PUT'],
      handle: (request) =>
        request.method === 'PUT'
          ? putWeights(options, request)
          : jsonAnswer(weightsView(state, request.viewer()), jsonp(request)),
    },
    {
      ...common,
      path: '/quota',
      methods: ['GET', 'POST', 'DELETE'],
      handle: (request) => {
        if (request.method === 'POST') return postQuota(options, request);
        if (request.method === 'DELETE') return deleteQuota(options, request);
        const shown = quotaView(state, request.viewer());
        return jsonAnswer(toJsonValue(QuotaStatus, shown), jsonp(request));
      },
    },
  ];
}
