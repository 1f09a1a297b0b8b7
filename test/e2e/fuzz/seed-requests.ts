/** Requests to begin with: the recorded ones, every endpoint, and calls that reach deep into the books. */
import type { LinkAgentMessage } from '@stoke/protocol';
import { headerOf, readRecording, recordedGroups, recordingsOf } from '../../compat/recording.ts';
import { agentReport, frameOf } from '../support/link-agent.ts';
import { ids } from './live-ids.ts';

/** A request before it is changed. */
export interface SeedRequest {
  readonly name: string;
  readonly daemon: 'master' | 'agent';
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

const recordedId = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-(S\d|\d{4}|O\d+)/g;
/** What would run commands that were mutated, or end the agent: not for the real one. */
const unwanted = /LAUNCH_CONTAINER|LAUNCH_NESTED/;

/** Recorded ids become those of the agent and framework that the fuzzer keeps alive, equally long. */
function withOwnIds(text: string, daemon: SeedRequest['daemon']): string {
  return text.replace(recordedId, (id, kind: string) => {
    if (kind.startsWith('S')) return ids.agent;
    if (kind.startsWith('O')) return id.length === ids.offer.length ? ids.offer : id;
    return daemon === 'agent' ? ids.executorFramework : ids.framework;
  });
}

/** In JSON an offer's id may have any length. */
function withOwnOffers(text: string): string {
  return text.replace(/[0-9a-f-]{36}-O\d+/g, ids.offer);
}

function daemonOf(group: string, path: string): SeedRequest['daemon'] {
  return /executor$/.test(path) || group.startsWith('operator-agent') ? 'agent' : 'master';
}

function recorded(group: string, file: string): SeedRequest[] {
  const { startLine, headers, body } = readRecording(file);
  const [method = 'GET', path = '/'] = startLine.split(' ');
  if (unwanted.test(body.toString('latin1'))) return [];
  const daemon = daemonOf(group, path);
  const own = withOwnIds(body.toString('latin1'), daemon);
  const json = headerOf(headers, 'content-type')?.includes('json') ?? false;
  return [
    {
      name: file,
      daemon,
      method,
      path: withOwnIds(path, daemon),
      headers: headers
        .filter(([name]) => !/^(host|content-length|mesos-stream-id)$/i.test(name))
        .concat(headerOf(headers, 'mesos-stream-id') ? [['Mesos-Stream-Id', ids.stream]] : []),
      body: Buffer.from(json ? withOwnOffers(own) : own, 'latin1'),
    },
  ];
}

const masterPaths = [
  ...['/health', '/version', '/flags', '/redirect', '/state', '/state-summary', '/slaves'],
  ...['/slaves?slave_id=x', '/frameworks?framework_id=x', '/tasks?limit=5&offset=1&order=asc'],
  ...[`/tasks?framework_id=${ids.framework}&task_id=x`, '/roles', '/quota', '/weights'],
  ...['/metrics/snapshot?timeout=1secs', '/metrics', '/system/stats.json', '/files/debug'],
  ...['/files/browse?path=/master/log', '/files/read?path=/master/log&offset=0&length=10'],
  ...['/files/download?path=/master/log', `/stoke/why?framework=${ids.framework}`, '/'],
  ...[
    '/maintenance/schedule',
    '/maintenance/status',
    '/state?jsonp=f',
    '/master/state',
    '/logging/toggle',
  ],
];

const agentPaths = [
  ...['/health', '/version', '/flags', '/state', '/metrics/snapshot', '/metrics', '/containers'],
  ...['/monitor/statistics', '/system/stats.json', '/slave(1)/state', '/slave(1)/containers'],
  ...[
    '/files/browse?path=/slave/log',
    '/files/read?path=/slave/log&offset=0&length=10',
    '/files/debug',
  ],
  ...['/files/download?path=/slave/log', '/files/browse?path=<SANDBOX>', '/state?jsonp=f', '/'],
  ...[
    '/files/read?path=<SANDBOX>/stdout&offset=0&length=100',
    '/files/download?path=<SANDBOX>/stdout',
  ],
];

const gets: readonly SeedRequest[] = [
  ...masterPaths.map((path) => ({ daemon: 'master' as const, path })),
  ...agentPaths.map((path) => ({ daemon: 'agent' as const, path })),
].map((one) => ({
  ...one,
  name: one.path,
  method: 'GET',
  headers: [['Accept', 'application/json']] as const,
  body: Buffer.alloc(0),
}));

/** Upgrades to the agents' link, with messages after it as the body. */
function links(): SeedRequest[] {
  const status = {
    task_id: { value: 't' },
    state: 'TASK_RUNNING',
    uuid: Buffer.alloc(16, 7),
  } as const;
  const messages: LinkAgentMessage[] = [
    { type: 'PONG' },
    { type: 'UNREGISTER' },
    {
      type: 'STATUS_UPDATE',
      status_update: { framework_id: { value: ids.framework }, status, latest_state: 'TASK_LOST' },
    },
    {
      type: 'EXITED_EXECUTOR',
      exited_executor: {
        framework_id: { value: ids.framework },
        executor_id: { value: 'e' },
        status: 9,
      },
    },
    {
      type: 'EXECUTOR_MESSAGE',
      executor_message: {
        framework_id: { value: ids.framework },
        executor_id: { value: 'e' },
        data: Buffer.from('x'),
      },
    },
  ];
  const first = [agentReport('link-fuzz', undefined), agentReport('link-fuzz', `${ids.agent}9`)];
  return first.map((report, at) => ({
    name: `link ${at}`,
    daemon: 'master',
    method: 'GET',
    path: '/stoke/v1/agent-link',
    headers: [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'stoke-link/1'],
    ],
    body: Buffer.concat([frameOf(report), ...messages.map(frameOf)]),
  }));
}

/** All seeds, in an order that does not change from run to run. */
export function seedRequests(): SeedRequest[] {
  const fromRecordings = recordedGroups().flatMap((group) =>
    recordingsOf(group, '.request').flatMap((file) => recorded(group, file)),
  );
  return [...fromRecordings, ...gets, ...links()];
}
