/** Small endpoints that every master answers: health, version, flags, redirect. */

import { BUILD_INFO } from '../version.ts';
import type { Answer } from './answer.ts';
import { emptyAnswer, jsonAnswer, redirectTo, textAnswer } from './answer.ts';
import type { Leadership } from './router.ts';
import type { MasterRequest, Route } from './routes.ts';

export type BasicRoutesOptions = {
  readonly flags: Readonly<Record<string, string>>;
  /** `hostname:port` under which clients know this master. */
  readonly self: () => string;
  readonly leadership: () => Leadership;
};

/** Clients read the keys in any order; this is the order Mesos has. */
function versionBody(): Record<string, unknown> {
  const { build_date, build_time, build_user, git_branch, git_sha, version } = BUILD_INFO;
  return { build_date, build_time, build_user, git_branch, git_sha, version };
}

function redirect(options: BasicRoutesOptions): Answer {
  const leadership = options.leadership();
  const leader = leadership.kind === 'following' ? leadership.leader : options.self();
  if (leader === undefined) return textAnswer(503, 'No leader elected');
  return redirectTo(`//${leader}`);
}

export function basicRoutes(options: BasicRoutesOptions): Route[] {
  const open = { realm: undefined, access: 'open', leaderOnly: false } as const;
  const jsonp = (request: MasterRequest): string | undefined =>
    request.query.get('jsonp') ?? undefined;
  return [
    { ...open, path: '/health', handle: () => emptyAnswer(200) },
    { ...open, path: '/version', handle: (request) => jsonAnswer(versionBody(), jsonp(request)) },
    { ...open, path: '/redirect', exact: true, handle: () => redirect(options) },
    {
      path: '/flags',
      realm: 'mesos-master-readonly',
      access: [{ action: 'view_flags' }],
      leaderOnly: false,
      handle: (request) => jsonAnswer({ flags: options.flags }, jsonp(request)),
    },
  ];
}
