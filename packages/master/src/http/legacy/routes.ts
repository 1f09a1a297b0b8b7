/** The legacy endpoints that read the books, and `/teardown`. */
import type { MasterEvent } from '../../core/events.ts';
import type { Framework } from '../../core/state.ts';
import { SEES_ALL, type Viewer } from '../../core/viewer.ts';
import { teardownNeeds } from '../access.ts';
import type { Answer } from '../answer.ts';
import { documentAnswer, emptyAnswer, textAnswer } from '../answer.ts';
import { renderDocument } from '../json-document.ts';
import type { MasterRequest, Route } from '../routes.ts';
import { shared } from '../shared-work.ts';
import { agentFullJson, recoveredAgentsJson } from './agent-json.ts';
import { frameworkJson } from './framework-json.ts';
import type { Json } from './resource-json.ts';
import { rolesJson } from './roles-json.ts';
import { type StateFacts, stateJson } from './state-json.ts';
import { summaryJson } from './summary-json.ts';
import { tasksJson } from './tasks-json.ts';

export type LegacyRoutesOptions = StateFacts & {
  readonly dispatch: (event: MasterEvent) => void;
};

function slavesJson({ state }: StateFacts, query: URLSearchParams, viewer: Viewer): Json {
  const wanted = query.get('slave_id');
  const agents = [...state.agents.values()].filter(({ id }) => wanted === null || id === wanted);
  const recovered = recoveredAgentsJson(state).filter(({ id }) => wanted === null || id === wanted);
  return {
    slaves: agents.map((agent) => agentFullJson(state, agent, viewer)),
    recovered_slaves: recovered,
  };
}

function frameworksJson({ state }: StateFacts, query: URLSearchParams, viewer: Viewer): Json {
  const wanted = query.get('framework_id');
  const render = (frameworks: Iterable<Framework>): Json[] =>
    [...frameworks]
      .filter(({ id, info }) => (wanted === null || id === wanted) && viewer.framework(info))
      .map((framework) => frameworkJson(state, framework, viewer));
  return {
    frameworks: render(state.frameworks.values()),
    completed_frameworks: render(state.completedFrameworks.values()),
    unregistered_frameworks: [],
  };
}

function teardown(options: LegacyRoutesOptions, request: MasterRequest): Answer {
  const form = new URLSearchParams(new TextDecoder().decode(request.body));
  const frameworkId = form.get('frameworkId');
  if (frameworkId === null) {
    return textAnswer(400, "Missing 'frameworkId' query parameter in the request body");
  }
  if (!options.state.frameworks.has(frameworkId)) {
    return textAnswer(400, 'No framework found with specified ID');
  }
  const denied = request.denied(teardownNeeds(options.state, frameworkId));
  if (denied !== undefined) return denied;
  options.dispatch({ type: 'TEARDOWN', frameworkId });
  return emptyAnswer(200);
}

export function legacyRoutes(options: LegacyRoutesOptions): Route[] {
  const reading = (
    path: string,
    render: (request: MasterRequest, viewer: Viewer) => unknown,
  ): Route => ({
    path,
    realm: 'mesos-master-readonly',
    access: 'filtered',
    leaderOnly: true,
    handle: async (request) => {
      const document = await renderDocument(render(request, request.viewer()));
      return documentAnswer(document, request.query.get('jsonp') ?? undefined);
    },
  });
  const { state, cluster } = options;
  /** One document for all who ask at the same time. */
  const wholeState = shared(() => renderDocument(stateJson(options, SEES_ALL)));
  return [
    {
      path: '/state',
      realm: 'mesos-master-readonly',
      access: 'filtered',
      leaderOnly: true,
      handle: async (request) => {
        const viewer = request.viewer();
        const document = viewer.seesAll ? wholeState() : renderDocument(stateJson(options, viewer));
        return documentAnswer(await document, request.query.get('jsonp') ?? undefined);
      },
    },
    reading('/state-summary', (_request, viewer) => summaryJson(state, cluster, viewer)),
    reading('/slaves', ({ query }, viewer) => slavesJson(options, query, viewer)),
    reading('/frameworks', ({ query }, viewer) => frameworksJson(options, query, viewer)),
    reading('/tasks', ({ query }, viewer) => tasksJson(state, query, viewer)),
    reading('/roles', (_request, viewer) => rolesJson(state, viewer)),
    {
      path: '/teardown',
      realm: 'mesos-master-readwrite',
      access: 'checked',
      methods: ['POST'],
      leaderOnly: true,
      handle: (request) => teardown(options, request),
    },
  ];
}
