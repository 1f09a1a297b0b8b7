/** Endpoints of our own: `/stoke/why`. */
import type { MasterState } from '../core/state.ts';
import { whyReport } from '../core/why.ts';
import { jsonAnswer, textAnswer } from './answer.ts';
import type { Route } from './routes.ts';

export function stokeRoutes(state: MasterState, nowMs: () => number): Route[] {
  return [
    {
      path: '/stoke/why',
      realm: 'mesos-master-readonly',
      methods: ['GET'],
      leaderOnly: true,
      handle: ({ query }) => {
        const frameworkId = query.get('framework');
        if (frameworkId === null) {
          const known = [...state.frameworks.keys()].slice(0, 20).join(', ') || 'none';
          return textAnswer(400, `Expected 'framework=ID' in the query; frameworks here: ${known}`);
        }
        const report = whyReport(state, frameworkId, nowMs());
        if (report !== undefined) return jsonAnswer(report);
        return textAnswer(
          404,
          `Cannot find framework '${frameworkId}': it never subscribed or has ended; see /frameworks`,
        );
      },
    },
  ];
}
