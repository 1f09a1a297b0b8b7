/** `/state`: everything at once. */
import type { MasterInfo } from '@stoke/protocol';
import type { Agent, MasterState } from '../../core/state.ts';
import { isActive } from '../../core/state.ts';
import { BUILD_INFO } from '../../version.ts';
import { agentJson, recoveredAgentsJson } from './agent-json.ts';
import { frameworkJson } from './framework-json.ts';
import type { Json } from './resource-json.ts';

export type StateFacts = {
  readonly state: MasterState;
  readonly flags: Readonly<Record<string, string>>;
  readonly cluster: string | undefined;
  readonly logDir: string | undefined;
};

function leaderJson(info: MasterInfo): Json {
  return { id: info.id, pid: info.pid, port: info.port, hostname: info.hostname };
}

function identityJson({ state, flags, cluster, logDir }: StateFacts): Json {
  const { info } = state;
  const agents = [...state.agents.values()];
  return {
    ...BUILD_INFO,
    start_time: state.startedMs / 1000,
    elected_time: state.startedMs / 1000,
    id: info.id,
    pid: info.pid,
    hostname: info.hostname,
    capabilities: (info.capabilities ?? []).flatMap((entry) => entry.type ?? []),
    activated_slaves: agents.filter(isActive).length,
    deactivated_slaves: agents.filter((agent) => !isActive(agent)).length,
    unreachable_slaves: state.unreachableAgents.size,
    leader: info.pid,
    leader_info: leaderJson(info),
    ...(cluster === undefined ? {} : { cluster }),
    ...(logDir === undefined ? {} : { log_dir: logDir }),
    flags,
  };
}

export function stateJson(facts: StateFacts): Json {
  const { state } = facts;
  return {
    ...identityJson(facts),
    slaves: [...state.agents.values()].map((agent: Agent) => agentJson(state, agent)),
    recovered_slaves: recoveredAgentsJson(state),
    frameworks: [...state.frameworks.values()].map((entry) => frameworkJson(state, entry)),
    completed_frameworks: [...state.completedFrameworks.values()].map((entry) =>
      frameworkJson(state, entry),
    ),
    orphan_tasks: [],
    unregistered_frameworks: [],
  };
}
