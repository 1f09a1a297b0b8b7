/** `/logging/toggle`: how talkative the log is, and more of it for a while. */
import { parseDuration } from '@stoke/kit';
import type { HttpAnswer } from './answer.ts';
import { textAnswer } from './answer.ts';
import { durationProblem } from './duration-problem.ts';
import type { LogVerbosity } from './operator/logging-calls.ts';
import type { Route } from './routes.ts';

/** Mesos endpoint /logging/toggle: nothing given shows the level, both given set it. */
function toggle(verbosity: LogVerbosity, query: URLSearchParams): HttpAnswer {
  const level = query.get('level');
  const duration = query.get('duration');
  if (level === null && duration === null) return textAnswer(200, `${verbosity.level()}\n`);
  if (duration === null) return textAnswer(400, "Expecting 'duration=value' in query.\n");
  if (level === null) return textAnswer(400, "Expecting 'level=value' in query.\n");
  if (!/^-?\d+$/.test(level)) {
    return textAnswer(400, `Failed to convert '${level}' to number.\n`);
  }
  if (Number(level) < 0) return textAnswer(400, `Invalid level '${level}'.\n`);
  const durationMs = parseDuration(duration);
  if (durationMs === undefined) return textAnswer(400, `${durationProblem(duration)}.\n`);
  verbosity.raise(Number(level), durationMs);
  return { status: 200 };
}

export function loggingRoutes(verbosity: LogVerbosity): Route[] {
  return [
    {
      path: '/logging/toggle',
      realm: 'mesos-master-readwrite',
      leaderOnly: false,
      access: [{ action: 'get_endpoints', object: '/logging/toggle' }],
      handle: ({ query }) => toggle(verbosity, query),
    },
  ];
}
