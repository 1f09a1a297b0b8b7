/** GET /metrics/snapshot: flat names and numbers. */
import type { CallOptions, Connection } from './connection.ts';

/** Measurements by name, for instance `master/tasks_running`. */
export type MetricsSnapshot = Readonly<Record<string, number>>;

/** Every metric of a master or agent; real masters answer at most twice a second. */
export function getMetrics(
  connection: Connection,
  options?: CallOptions,
): Promise<MetricsSnapshot> {
  return connection.getJson('/metrics/snapshot', {}, options);
}
