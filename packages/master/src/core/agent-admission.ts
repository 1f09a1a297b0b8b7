/** What registration and re-registration of agents share: keys, time-outs, refusals. */
import type { AgentInfo } from '@stoke/protocol';
import { resourcesFromWire } from '@stoke/resources';
import type { LinkEnd } from './agent-records.ts';
import type { Context } from './context.ts';
import { emit, log } from './context.ts';

/** Key of an admitted agent in the registry. */
export function agentKey(agentId: string): string {
  return `agent/${agentId}`;
}

/** How long an agent waits for a PING before it looks for its master again. */
export function totalPingTimeoutSeconds(ctx: Context): number {
  const { agentPingTimeoutMs, maxAgentPingTimeouts } = ctx.state.settings;
  return (agentPingTimeoutMs * maxAgentPingTimeouts) / 1000;
}

/** Refuses an agent for good: it stops all it runs and exits. */
export function refuseAgent(ctx: Context, end: LinkEnd, reason: string): void {
  log(ctx, 'warn', { message: 'agent refused', peer: end.peer, reason });
  emit(ctx, {
    type: 'SEND_AGENT',
    link: end.link,
    message: { type: 'SHUTDOWN', shutdown: { message: reason } },
  });
  emit(ctx, { type: 'CLOSE_LINK', link: end.link });
}

/** True when the agent is one to work with; otherwise it was refused. */
export function isAcceptable(ctx: Context, end: LinkEnd, info: AgentInfo): boolean {
  const problem = domainProblem(ctx, info) ?? resourceProblem(info);
  if (problem !== undefined) refuseAgent(ctx, end, problem);
  return problem === undefined;
}

/** Mesos fault domains: an agent with a domain needs a master with one, and `--require_agent_domain` asks for one. */
function domainProblem({ state }: Context, info: AgentInfo): string | undefined {
  if (info.domain === undefined) {
    return state.settings.requireAgentDomain
      ? 'Agent is not configured with a domain, and the master needs one: set --domain'
      : undefined;
  }
  return state.info.domain === undefined
    ? 'Agent is configured with a domain, and the master is not: set --domain there'
    : undefined;
}

function resourceProblem(info: AgentInfo): string | undefined {
  const parsed = resourcesFromWire(info.resources ?? []);
  return parsed.ok ? undefined : `Agent resources are not valid: ${parsed.problems.join('; ')}`;
}
