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
      access: 'filtered',
      methods: ['GET'],
      leaderOnly: true,
      handle: ({ query, viewer }) => {
        const frameworkId = query.get('framework');
        const seen = [...state.frameworks.values()].filter(({ info }) => viewer().framework(info));
        if (frameworkId === null) {
          const ids = seen.map(({ id }) => id);
          const known = ids.slice(0, 20).join(', ') || 'none';
          return textAnswer(400, `Expected 'framework=ID' in the query; frameworks here: ${known}`);
        }
        const visible = seen.some(({ id }) => id === frameworkId);
        const report = visible ? whyReport(state, frameworkId, nowMs()) : undefined;
        if (report !== undefined) return jsonAnswer(report);
        return textAnswer(
          404,
          `Cannot find framework '${frameworkId}': it never subscribed or has ended; see /frameworks`,
        );
      },
    },
  ];
}
