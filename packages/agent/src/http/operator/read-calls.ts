/** Operator calls that read the books: GET_STATE and the like. */
import type { AgentResponse, AgentResponse_GetAgent } from '@stoke/protocol';
import {
  executorsView,
  frameworksView,
  operationsView,
  stateView,
  tasksView,
} from '../../core/operator-views.ts';
import type { Viewer } from '../../core/permissions.ts';
import type { AgentState, Drain } from '../../core/state.ts';
import { buildInfo } from '../../version.ts';
import { type CallHandlers, messageAnswer } from './operator-call.ts';

const nanosecondsPerMs = 1_000_000;

/** What the reads show. */
export interface ReadFacts {
  readonly state: AgentState;
  readonly flags: Readonly<Record<string, string>>;
  readonly metrics: () => Readonly<Record<string, number>>;
}

type Reader = (facts: ReadFacts, viewer: Viewer) => Omit<AgentResponse, 'type'>;

const readers: Readonly<Partial<Record<NonNullable<AgentResponse['type']>, Reader>>> = {
  GET_HEALTH: () => ({ get_health: { healthy: true } }),
  GET_FLAGS: ({ flags }) => ({
    get_flags: { flags: Object.entries(flags).map(([name, value]) => ({ name, value })) },
  }),
  GET_VERSION: () => ({ get_version: { version_info: buildInfo } }),
  GET_METRICS: ({ metrics }) => ({
    get_metrics: { metrics: Object.entries(metrics()).map(([name, value]) => ({ name, value })) },
  }),
  GET_STATE: ({ state }, viewer) => ({ get_state: stateView(state, viewer) }),
  GET_FRAMEWORKS: ({ state }, viewer) => ({ get_frameworks: frameworksView(state, viewer) }),
  GET_EXECUTORS: ({ state }, viewer) => ({ get_executors: executorsView(state, viewer) }),
  GET_OPERATIONS: ({ state }, viewer) => ({ get_operations: operationsView(state, viewer) }),
  GET_TASKS: ({ state }, viewer) => ({ get_tasks: tasksView(state, viewer) }),
  GET_AGENT: ({ state }) => ({
    get_agent: { agent_info: state.info, ...drainFacts(state.drain) },
  }),
  GET_RESOURCE_PROVIDERS: () => ({ get_resource_providers: {} }),
};

/** One handler per read; the answer has the type of its call. */
export function readCalls(facts: ReadFacts): CallHandlers {
  const types = Object.keys(readers) as (keyof typeof readers)[];
  return Object.fromEntries(
    types.map((type) => [
      type,
      ({ media, request }) =>
        messageAnswer(media.accept, { type, ...readers[type]?.(facts, request.viewer()) }),
    ]),
  ) satisfies CallHandlers;
}

function drainFacts(drain: Drain | undefined): Omit<AgentResponse_GetAgent, 'agent_info'> {
  if (drain === undefined) return {};
  return {
    drain_config: drain.config,
    estimated_drain_start_time: { nanoseconds: drain.startedMs * nanosecondsPerMs },
  };
}
