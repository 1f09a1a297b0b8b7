/**
 * Inverse offers: whoever holds something on an agent that is going away is asked to let go of it,
 * at the end of a run, once until it answers, and then not again before the time it asked for.
 */

import type { AnswerInverseRequest, InverseAllocation } from './allocator-api.ts';
import type { AgentRecord, ClusterState, FrameworkRecord } from './cluster-state.ts';

const MS_PER_SECOND = 1000;

/** What a framework knows of the planned absence of one agent. */
export interface Notice {
  outstanding: boolean;
  /** It does not want to be asked again before. */
  quietUntilMs: number;
  /** Void once the framework's own count of revivals has moved on. */
  revivals: number;
}

/** A new plan, or none any more: all frameworks have to think again. */
export function setUnavailable(state: ClusterState, agentId: string, unavailable: boolean): void {
  const agent = state.agents.get(agentId);
  if (agent === undefined) return;
  if (unavailable) state.goingAway.set(agent, new Map());
  else state.goingAway.delete(agent);
  state.triggered.add(agent);
}

/** The inverse offers that are due for these agents; from now on they are outstanding. */
export function askHolders(
  state: ClusterState,
  agents: Iterable<AgentRecord>,
  nowMs: number,
): InverseAllocation[] {
  const asked: InverseAllocation[] = [];
  for (const agent of agents) {
    const notices = state.goingAway.get(agent);
    if (notices === undefined || !agent.active) continue;
    for (const { client } of agent.holdings) {
      const { framework } = client;
      if (!framework.active || isQuiet(notices.get(framework), framework, nowMs)) continue;
      const { revivals } = framework;
      notices.set(framework, { outstanding: true, quietUntilMs: 0, revivals });
      asked.push({ frameworkId: framework.frameworkId, agentId: agent.agentId });
    }
  }
  return asked;
}

function isQuiet(notice: Notice | undefined, framework: FrameworkRecord, nowMs: number): boolean {
  if (notice === undefined) return false;
  if (notice.outstanding) return true;
  return notice.revivals === framework.revivals && nowMs < notice.quietUntilMs;
}

/** Accepted, declined or rescinded: another one may follow. */
export function answerInverse(state: ClusterState, request: AnswerInverseRequest): void {
  const { agentId, frameworkId, refuseSeconds = 0, nowMs } = request;
  const agent = state.agents.get(agentId);
  const framework = state.frameworks.get(frameworkId);
  if (agent === undefined || framework === undefined) return;
  const notice = state.goingAway.get(agent)?.get(framework);
  if (notice?.outstanding !== true) return;
  notice.outstanding = false;
  notice.quietUntilMs = nowMs + refuseSeconds * MS_PER_SECOND;
  notice.revivals = framework.revivals;
}

/** The framework is gone. */
export function forgetNotices(state: ClusterState, framework: FrameworkRecord): void {
  for (const notices of state.goingAway.values()) notices.delete(framework);
}
