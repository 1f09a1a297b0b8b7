/** `/state`: everything at once. */
import { DomainInfo, type MasterInfo, toJsonValue } from '@stoke/protocol';
import type { Framework, MasterState } from '../../core/state.ts';
import { isActive } from '../../core/state.ts';
import type { Viewer } from '../../core/viewer.ts';
import { BUILD_INFO } from '../../version.ts';
import { LongList } from '../json-document.ts';
import { agentRendering, recoveredAgentsJson } from './agent-json.ts';
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

/** What only those may see who may see the flags. */
function flagsJson({ flags, cluster, logDir }: StateFacts, viewer: Viewer): Json {
  if (!viewer.flags()) return {};
  return {
    ...(cluster === undefined ? {} : { cluster }),
    ...(logDir === undefined ? {} : { log_dir: logDir }),
    flags,
  };
}

function identityJson(facts: StateFacts, viewer: Viewer): Json {
  const { state } = facts;
  const { info } = state;
  const agents = [...state.agents.values()];
  return {
    ...BUILD_INFO,
    start_time: state.startedMs / 1000,
    elected_time: state.electedMs / 1000,
    id: info.id,
    pid: info.pid,
    hostname: info.hostname,
    capabilities: (info.capabilities ?? []).flatMap((entry) => entry.type ?? []),
    activated_slaves: agents.filter(isActive).length,
    deactivated_slaves: agents.filter((agent) => !isActive(agent)).length,
    unreachable_slaves: state.unreachableAgents.size,
    ...(info.domain === undefined ? {} : { domain: toJsonValue(DomainInfo, info.domain) }),
    leader: info.pid,
    leader_info: leaderJson(info),
    ...flagsJson(facts, viewer),
  };
}

/** A document with long lists, for `renderDocument`. */
export function stateJson(facts: StateFacts, viewer: Viewer): Json {
  const { state } = facts;
  const render = (frameworks: Iterable<Framework>): Json[] =>
    [...frameworks]
      .filter(({ info }) => viewer.framework(info))
      .map((framework) => frameworkJson(state, framework, viewer));
  return {
    ...identityJson(facts, viewer),
    slaves: LongList.of([...state.agents.values()], agentRendering(state, viewer)),
    recovered_slaves: recoveredAgentsJson(state),
    frameworks: render(state.frameworks.values()),
    completed_frameworks: render(state.completedFrameworks.values()),
    orphan_tasks: [],
    unregistered_frameworks: [],
  };
}
