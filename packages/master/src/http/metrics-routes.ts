/** `/metrics/snapshot`, the same for Prometheus at `/metrics`, and `/system/stats.json`. */
import { parseDuration } from '@stoke/kit';
import { jsonAnswer, textAnswer } from './answer.ts';
import { durationProblem } from './duration-problem.ts';
import type { SystemFacts } from './metrics-json.ts';
import { PROMETHEUS_TYPE, prometheusText } from './prometheus.ts';
import type { MasterRequest, Route } from './routes.ts';

export type MetricsRoutesOptions = {
  readonly metrics: () => Readonly<Record<string, number>>;
  readonly systemFacts: () => SystemFacts;
  /** Makes readers of the metrics wait, see `waitForTurn`. */
  readonly turn: () => Promise<boolean> | undefined;
};

const TOO_MANY_REQUESTS = textAnswer(
  429,
  '429 Too Many Requests. As many requests wait as --metrics_snapshot_rate_limit allows; try again later',
  { 'Retry-After': '1' },
);

function systemStats(facts: SystemFacts): Record<string, number> {
  const [one = 0, five = 0, fifteen = 0] = facts.loads;
  return {
    avg_load_15min: fifteen,
    avg_load_1min: one,
    avg_load_5min: five,
    cpus_total: facts.cpus,
    mem_free_bytes: facts.memFreeBytes,
    mem_total_bytes: facts.memTotalBytes,
  };
}

export function metricsRoutes({ metrics, systemFacts, turn }: MetricsRoutesOptions): Route[] {
  const common = { realm: 'mesos-master-readonly', leaderOnly: false } as const;
  const jsonp = ({ query }: MasterRequest): string | undefined => query.get('jsonp') ?? undefined;
  return [
    {
      ...common,
      path: '/metrics/snapshot',
      access: [{ action: 'get_endpoints', object: '/metrics/snapshot' }],
      handle: async (request) => {
        if ((await turn()) === false) return TOO_MANY_REQUESTS;
        const timeout = request.query.get('timeout');
        if (timeout !== null && parseDuration(timeout) === undefined) {
          return textAnswer(400, `Invalid timeout '${timeout}': ${durationProblem(timeout)}.\n`);
        }
        return jsonAnswer(metrics(), jsonp(request));
      },
    },
    {
      ...common,
      path: '/metrics',
      access: [{ action: 'get_endpoints', object: '/metrics' }],
      exact: true,
      handle: () => ({
        status: 200,
        body: { type: PROMETHEUS_TYPE, content: prometheusText(metrics()) },
      }),
    },
    {
      ...common,
      path: '/system/stats.json',
      access: [{ action: 'get_endpoints', object: '/system/stats.json' }],
      handle: (request) => jsonAnswer(systemStats(systemFacts()), jsonp(request)),
    },
  ];
}
