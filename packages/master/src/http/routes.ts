/** The table of routes: path, realm, methods, and whether only the leader answers. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Need } from '@stoke/kit';
import type { Viewer } from '../core/viewer.ts';
import type { Access } from './access.ts';
import type { Answer, HttpAnswer } from './answer.ts';
import type { Realm } from './authentication.ts';

/** A request as routes see it. */
export type MasterRequest = {
  readonly method: string;
  /** Path with its query, as it came. */
  readonly url: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** Authenticated, when the realm asks for it. */
  readonly principal: string | undefined;
  /** What the caller may see. */
  readonly viewer: () => Viewer;
  /** The 403 when the caller may not do all of this; undefined when he may. */
  readonly denied: (needs: readonly Need[]) => HttpAnswer | undefined;
  /** For streams: takes the raw response over; the route then answers 'taken'. */
  readonly takeResponse: () => ServerResponse;
};

export type Route = {
  readonly path: string;
  /** Undefined: open to everybody, always. */
  readonly realm: Realm | undefined;
  /** Who may use it. A route that does not say so does not compile. */
  readonly access: Access;
  /** Undefined: any, as Mesos's GET endpoints. */
  readonly methods?: readonly string[];
  /** False: answered by every master, leading or not. */
  readonly leaderOnly: boolean;
  /** True: paths below are not found; otherwise they are handled by this route, as Mesos does. */
  readonly exact?: boolean;
  readonly handle: (request: MasterRequest) => Answer | Promise<Answer>;
};

/** Path without query and without the `/master` prefix that every endpoint may carry. */
export function endpointPath(url: string): string {
  const path = url.split('?', 1)[0] ?? '';
  const bare = path.replace(/^\/master(?=\/)/, '');
  // `/master/log` is a path of files, never an endpoint, so nothing is lost here.
  return bare;
}

/** The route of a path: the longest one that is the path or a parent of it. */
export function findRoute(routes: readonly Route[], path: string): Route | undefined {
  const matching = routes.filter(
    (route) => path === route.path || (route.exact !== true && path.startsWith(`${route.path}/`)),
  );
  return matching.sort((left, right) => right.path.length - left.path.length)[0];
}
