/** Changes what comes before the body: method, path, query and headers. */
import type { Chance } from '../support/chance.ts';
import { ids } from './live-ids.ts';
import type { SeedRequest } from './seed-requests.ts';

type Headers = SeedRequest['headers'];

const methods = [
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'HEAD',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'BREW',
  'get',
];

const pathParts = [
  ...['/..', '/.', '//', '/%2e%2e', '/%00', '/%', '/%zz', '/%ff', ';a=b', '/\\', '/*', '/master'],
  ...[
    '/slave(1)',
    '/api/v1',
    '/x'.repeat(40),
    `/${'y'.repeat(5000)}`,
    '/%E2%82',
    '#frag',
    '/__proto__',
  ],
];

const queryValues = [
  ...['', '-1', '0', '1e3', '99999999999999999999', '-99999999999999999999', 'NaN', '0x10', 'null'],
  ...[
    '%00',
    '%',
    '%ff',
    '../../etc/passwd',
    '/etc/passwd',
    'x'.repeat(3000),
    '1secs',
    '-1secs',
    'asc',
  ],
  ...['__proto__', 'constructor', '[]', '{}', ids.agent, ids.framework],
];

const queryNames = [
  ...[
    'path',
    'offset',
    'length',
    'limit',
    'order',
    'jsonp',
    'timeout',
    'framework',
    'framework_id',
  ],
  ...['slave_id', 'task_id', 'level', 'duration', 'role', '__proto__', ''],
];

const headerChanges: readonly (readonly [name: string, values: readonly string[]])[] = [
  [
    'Content-Type',
    [
      'application/json',
      'application/x-protobuf',
      'application/recordio',
      'text/plain',
      'application/x-www-form-urlencoded',
      'a/b; c="',
      '',
      ';',
      'application/json;charset=latin1',
      'x'.repeat(4000),
    ],
  ],
  [
    'Accept',
    [
      '*/*',
      'application/x-protobuf',
      'application/json;q=0',
      'application/recordio',
      'a',
      ',,,;q=',
      '*/*;q=abc',
      'x'.repeat(4000),
    ],
  ],
  ['Message-Content-Type', ['application/json', 'application/x-protobuf', 'x']],
  ['Message-Accept', ['application/json', 'application/x-protobuf', 'x']],
  ['Accept-Encoding', ['gzip', 'gzip;q=0', 'br', '*']],
  [
    'Authorization',
    [
      'Basic',
      'Basic !!!',
      `Basic ${Buffer.from('a:b').toString('base64')}`,
      'Bearer x.y.z',
      'Bearer',
      'Digest a',
    ],
  ],
  ['Mesos-Stream-Id', ['', 'x', ids.stream, '\u00ff'.repeat(20)]],
  ['Host', ['evil.example', '', ':', '[::1]:1', 'a b', '127.0.0.1:99999999']],
  ['Origin', ['http://evil.example', 'null', '']],
  ['Upgrade', ['websocket', 'h2c', 'stoke-link/1', '__proto__']],
  ['Connection', ['close', 'Upgrade', 'keep-alive, x']],
  ['Expect', ['100-continue', 'nonsense']],
  ['X-Junk', ['y'.repeat(20_000), '\u0001', 'a\tb']],
  ['Range', ['bytes=0-10', 'bytes=-1', 'x']],
];

function withHeader(headers: Headers, chance: Chance): Headers {
  const [name, values] = chance.pick(headerChanges);
  const value = chance.pick(values);
  if (chance.oneIn(4)) return [...headers, [name, value]];
  const others = headers.filter(([one]) => one.toLowerCase() !== name.toLowerCase());
  return chance.oneIn(6) ? others : [...others, [name, value]];
}

function withQuery(path: string, chance: Chance): string {
  const name = chance.pick(queryNames);
  const value = chance.pick(queryValues);
  const [bare = '/', query = ''] = path.split('?', 2);
  const kept = query.split('&').filter((part) => part !== '' && !part.startsWith(`${name}=`));
  return `${bare}?${[...kept, `${name}=${value}`].join('&')}`;
}

function withPath(path: string, chance: Chance): string {
  const part = chance.pick(pathParts);
  const index = chance.below(path.length + 1);
  if (chance.oneIn(2)) return `${path}${part}`;
  return chance.oneIn(2) ? `${part}${path}` : `${path.slice(0, index)}${part}${path.slice(index)}`;
}

/** One change of the head; the body stays. */
export function mutateHead(request: SeedRequest, chance: Chance): SeedRequest {
  switch (chance.below(5)) {
    case 0:
      return { ...request, method: chance.pick(methods) };
    case 1:
      return { ...request, path: withPath(request.path, chance) };
    case 2:
      return { ...request, path: withQuery(request.path, chance) };
    default:
      return { ...request, headers: withHeader(request.headers, chance) };
  }
}
