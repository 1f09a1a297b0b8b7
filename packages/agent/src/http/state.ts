/** `/state`, `/health`, `/version`, `/flags`: who the agent is and what it runs. */

import { DrainConfig, toJsonValue } from '@stoke/protocol';
import type { Viewer } from '../core/permissions.ts';
import type { AgentState, Drain, Framework } from '../core/state.ts';
import { agentCapabilities } from '../core/version.ts';
import { buildInfo } from '../version.ts';
import { emptyAnswer, jsonAnswer } from './answer.ts';
import type { AgentRequest, Route } from './router.ts';
import { attributesJson, frameworkJson, resourcesJson } from './wire.ts';

export interface StateOptions {
  readonly state: AgentState;
  readonly startTime: number;
  readonly flags: Readonly<Record<string, string>>;
  readonly externalLogFile: string | undefined;
}

const readonlyRealm = 'mesos-agent-readonly';

export function stateRoutes(options: StateOptions): Route[] {
  const jsonp = (request: AgentRequest): string | undefined =>
    request.query.get('jsonp') ?? undefined;
  return [
    {
      path: '/health',
      prefixed: true,
      realm: undefined,
      access: 'open',
      handle: () => emptyAnswer(200),
    },
    {
      path: '/version',
      prefixed: false,
      realm: undefined,
      access: 'open',
      handle: (request) => jsonAnswer(versionJson(), jsonp(request)),
    },
    {
      path: '/flags',
      prefixed: true,
      realm: readonlyRealm,
      access: [{ action: 'view_flags' }],
      handle: (request) => jsonAnswer({ flags: options.flags }, jsonp(request)),
    },
    {
      path: '/state',
      prefixed: true,
      realm: readonlyRealm,
      access: 'filtered',
      handle: (request) => jsonAnswer(stateJson(options, request.viewer()), jsonp(request)),
    },
  ];
}

function versionJson(): Record<string, unknown> {
  const { build_date, build_time, build_user, git_branch, git_sha, version } = buildInfo;
  return { build_date, build_time, build_user, git_branch, git_sha, version };
}

function stateJson(
  { state, startTime, flags, externalLogFile }: StateOptions,
  viewer: Viewer,
): Record<string, unknown> {
  const render = (frameworks: Iterable<Framework>): unknown[] =>
    [...frameworks]
      .filter(({ info }) => viewer.framework(info))
      .map((framework) => frameworkJson(framework, viewer));
  const { version, git_sha, git_branch, build_date, build_time, build_user } = buildInfo;
  return {
    version,
    git_sha,
    git_branch,
    build_date,
    build_time,
    build_user,
    start_time: startTime,
    id: state.info.id?.value ?? '',
    pid: `slave(1)@${state.settings.ip}:${state.settings.port}`,
    hostname: state.info.hostname,
    capabilities: agentCapabilities,
    ...drainJson(state.drain),
    ...resourcesJson(state, viewer),
    resource_providers: [],
    attributes: attributesJson(state),
    ...(state.masterHostname === '' ? {} : { master_hostname: state.masterHostname }),
    ...(viewer.flags() ? flagsJson(flags, externalLogFile) : {}),
    frameworks: render(state.frameworks.values()),
    completed_frameworks: render(state.completedFrameworks),
  };
}

function flagsJson(flags: StateOptions['flags'], logFile: string | undefined) {
  return { ...(logFile === undefined ? {} : { external_log_file: logFile }), flags };
}

function drainJson(drain: Drain | undefined): Record<string, unknown> {
  if (drain === undefined) return {};
  return {
    drain_config: toJsonValue(DrainConfig, drain.config),
    estimated_drain_start_time_seconds: Math.floor(drain.startedMs / 1000),
  };
}
