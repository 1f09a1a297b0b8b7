/** Compares an answer of ours with the recorded one: same shape, same constants, whatever the ids and times. */

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One place where two values differ. */
export interface Difference {
  /** Where, with `[]` for any element of a list: `frameworks[].tasks[].state`. */
  readonly path: string;
  readonly recorded: Json | undefined;
  readonly actual: Json | undefined;
}

/** Replaces what is bound to one run, in a string. */
export type Neutral = (text: string) => string;

/** Fields whose value differs from run to run; their type is compared. */
const VARIABLE = new Set([
  'timestamp',
  'nanoseconds',
  'mtime',
  'start_time',
  'elected_time',
  'registered_time',
  'reregistered_time',
  'unregistered_time',
  'estimated_drain_start_time_seconds',
  'build_date',
  'build_time',
  'build_user',
  'git_sha',
  'git_branch',
  'git_tag',
  'executor_pid',
  'version',
  'log_dir',
  'uuid',
  'status_update_uuid',
  'cpus_system_time_secs',
  'cpus_user_time_secs',
  'mem_rss_bytes',
  'cpus_nr_periods',
  'mem_anon_bytes',
  'mem_cache_bytes',
  'mem_file_bytes',
  'mem_kmem_usage_bytes',
  'mem_mapped_file_bytes',
  'mem_total_bytes',
]);

/** Lists that Mesos builds from maps: their order means nothing. */
const UNORDERED = new Set([
  'resources',
  'agents',
  'total_resources',
  'allocated_resources',
  'offered_resources',
  'infos',
  'configs',
  'weight_infos',
  'attributes',
  'slaves',
  'frameworks',
  'completed_frameworks',
  'offers',
  'executors',
  'completed_executors',
  'tasks',
  'completed_tasks',
  'unreachable_tasks',
  'roles',
  'slave_ids',
  'framework_ids',
  'capabilities',
  'windows',
  'draining_machines',
  'reserved_resources_full',
  'unreserved_resources_full',
  'used_resources_full',
  'offered_resources_full',
]);

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Ids by their kind: `<uuid>-S` for agents, `-O` for offers, `-F` for frameworks. */
const neutralIds: Neutral = (text) =>
  text
    .replaceAll(UUID, '<uuid>')
    .replaceAll(/<uuid>-([SO])\d+/g, '<uuid>-$1')
    .replaceAll(/<uuid>-\d{4,}/g, '<uuid>-F');

/** Where the two differ; empty when they compare equal. */
export function compareJson(
  recorded: Json,
  actual: Json,
  neutral: { readonly recorded: Neutral; readonly actual: Neutral },
): Difference[] {
  const differences: Difference[] = [];
  compareValue(
    '',
    neutralise(recorded, neutral.recorded),
    neutralise(actual, neutral.actual),
    differences,
  );
  return differences;
}

/** The value with ids, addresses and paths replaced and unordered lists sorted. */
function neutralise(value: Json, neutral: Neutral, key = ''): Json {
  if (typeof value === 'string') return VARIABLE.has(key) ? '<string>' : neutralIds(neutral(value));
  if (typeof value === 'number') return VARIABLE.has(key) ? 0 : neutralNumber(value, neutral, key);
  if (Array.isArray(value)) {
    const items = value.map((item) => neutralise(item, neutral));
    return UNORDERED.has(key) ? sorted(items) : items;
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      neutralIds(neutral(name)),
      // What varies may be wrapped: `uuid: {value: …}`.
      neutralise(item, neutral, VARIABLE.has(key) ? key : name),
    ]),
  );
}

function neutralNumber(value: number, neutral: Neutral, key: string): number {
  return key === 'port' ? Number(neutral(`:${value}`).slice(1)) : value;
}

function sorted(items: Json[]): Json[] {
  return items
    .map((item) => ({ item, text: sortText(item) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ item }) => item);
}

/** Keys in order, so that two objects with the same content sort alike. */
function sortText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(sortText).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const keys = Object.keys(value).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return `{${keys.map((key) => `${key}:${sortText(value[key] ?? null)}`).join()}}`;
}

/** Names before everything else: lists are matched up by what their items are called. */
function rank(key: string): number {
  const at = ['name', 'id', 'port', 'hostname', 'role'].indexOf(key);
  return at < 0 ? 9 : at;
}

function compareValue(path: string, recorded: Json, actual: Json, into: Difference[]): void {
  if (Array.isArray(recorded) && Array.isArray(actual)) {
    compareLists(path, recorded, actual, into);
  } else if (isObject(recorded) && isObject(actual)) {
    for (const key of new Set([...Object.keys(recorded), ...Object.keys(actual)])) {
      const below = path === '' ? key : `${path}.${key}`;
      const [a, b] = [recorded[key], actual[key]];
      if (a === undefined || b === undefined) into.push({ path: below, recorded: a, actual: b });
      else compareValue(below, a, b, into);
    }
  } else if (recorded !== actual) into.push({ path, recorded, actual });
}

function compareLists(path: string, recorded: Json[], actual: Json[], into: Difference[]): void {
  if (recorded.length !== actual.length) {
    into.push({ path: `${path}[]`, recorded, actual });
    return;
  }
  for (const [at, item] of recorded.entries()) {
    compareValue(`${path}[]`, item, actual[at] ?? null, into);
  }
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
