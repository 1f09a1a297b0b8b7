/** Malformed, huge and hostile requests to a real master and agent: refused with a reason, never a 5xx, a hang or a crash. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startCluster, type TestCluster } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let cluster: TestCluster;
const mebibyte = 1024 * 1024;

beforeAll(async () => {
  cluster = await startCluster({ agents: 1 });
});

afterAll(async () => {
  await cluster.stop();
});

interface Endpoint {
  readonly daemon: 'master' | 'agent';
  readonly path: string;
}

const posts: readonly Endpoint[] = [
  { daemon: 'master', path: '/api/v1/scheduler' },
  { daemon: 'master', path: '/master/api/v1/scheduler' },
  { daemon: 'agent', path: '/api/v1/executor' },
  { daemon: 'agent', path: '/slave(1)/api/v1/executor' },
];

function url({ daemon, path }: Endpoint): string {
  const base = daemon === 'master' ? cluster.master.url : cluster.agents[0]?.url;
  return `${base}${path}`;
}

function post(
  endpoint: Endpoint,
  contentType: string,
  body: string | Uint8Array,
): Promise<Response> {
  return fetch(url(endpoint), {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: body as RequestInit['body'],
    signal: AbortSignal.timeout(15_000),
  });
}

const malformedJson = [
  '',
  '{',
  '[]',
  'null',
  '42',
  '"SUBSCRIBE"',
  '{"type":7}',
  '{"type":"NOPE"}',
  '{"type":"SUBSCRIBE"}',
  '{"type":"SUBSCRIBE","subscribe":[]}',
  `{"type":"SUBSCRIBE","subscribe":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`,
  '\u0000\u0001',
  '{"type":"ACCEPT","framework_id":{"value":"../.."}}',
];

for (const endpoint of posts) {
  test(`${endpoint.daemon} ${endpoint.path} answers malformed JSON with 400 and a reason`, async () => {
    for (const body of malformedJson) {
      const answer = await post(endpoint, 'application/json', body);
      expect(answer.status, body.slice(0, 80)).toBe(400);
      expect((await answer.text()).length, body.slice(0, 80)).toBeGreaterThan(0);
    }
  });

  test(`${endpoint.daemon} ${endpoint.path} answers malformed protobuf with 400 and a reason`, async () => {
    const bodies = [
      [0xff],
      [0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f],
      [0x08],
      [0x0b],
      Array(4096).fill(0x0a),
    ];
    for (const body of bodies) {
      const answer = await post(endpoint, 'application/x-protobuf', Uint8Array.from(body));
      expect(answer.status, String(body.slice(0, 8))).toBe(400);
      expect((await answer.text()).length).toBeGreaterThan(0);
    }
  });

  test(`${endpoint.daemon} ${endpoint.path} refuses a body of 100 MB and goes on serving`, async () => {
    const status = await postHuge(endpoint);
    expect(status).toBe(413);
    expect((await fetch(url({ ...endpoint, path: '/health' }))).status).toBe(200);
  });

  test(`${endpoint.daemon} ${endpoint.path} refuses other content types and methods`, async () => {
    expect((await post(endpoint, 'text/plain', '{}')).status).toBe(415);
    expect((await post(endpoint, 'application/json; charset=utf-8', '{}')).status).toBe(415);
    const get = await fetch(url(endpoint));
    expect(get.status).toBe(405);
  });
}

/** Sends 100 MB over a raw socket and returns the status, whether or not the server reads it all. */
function postHuge(endpoint: Endpoint): Promise<number> {
  const target = new URL(url(endpoint));
  const size = 100 * mebibyte;
  return new Promise((resolve, reject) => {
    const socket = connect(Number(target.port), target.hostname);
    let sent = 0;
    const chunk = Buffer.alloc(mebibyte, 0x20);
    const more = (): void => {
      while (sent < size && socket.writable) {
        sent += chunk.length;
        if (!socket.write(chunk)) return void socket.once('drain', more);
      }
    };
    socket.setTimeout(20_000, () => reject(new Error('No answer to 100 MB')));
    socket.once('data', (data) => {
      resolve(Number(data.toString('latin1').split(' ')[1]));
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('Closed without an answer')));
    socket.write(
      `POST ${target.pathname} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`,
    );
    more();
  });
}

test('agent link: garbage after the upgrade ends the connection, the master serves on', async () => {
  const target = new URL(cluster.master.url);
  const answers = await Promise.all(
    ['999999999999\n', '-1\nxx', 'abc\n', '4\n\xff\xff\xff\xff'].map(
      (garbage) =>
        new Promise<string>((resolve) => {
          const socket = connect(Number(target.port), target.hostname);
          let text = '';
          socket.on('data', (data) => {
            text += data.toString('latin1');
          });
          socket.setTimeout(10_000, () => resolve('time-out'));
          socket.on('error', () => undefined);
          socket.on('close', () => resolve(text));
          socket.write(
            'GET /stoke/v1/agent-link HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: stoke-link/1\r\n\r\n',
          );
          socket.write(garbage, 'latin1');
        }),
    ),
  );
  for (const answer of answers) expect(answer).not.toBe('time-out');
  expect((await fetch(`${cluster.master.url}/health`)).status).toBe(200);
});

test('files: a path with .. never leaves the sandboxes', async () => {
  const agent = cluster.agents[0]?.url as string;
  const workDir = cluster.agents[0]?.workDir as string;
  mkdirSync(join(workDir, 'secret'), { recursive: true });
  writeFileSync(join(workDir, 'secret', 'token'), 'do not show');
  const paths = [
    '../../etc/passwd',
    '/etc/passwd',
    `${workDir}/secret/token`,
    `${workDir}/slaves/../secret/token`,
    '/slave/log/../../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    'a\u0000b',
    '',
  ];
  for (const endpoint of ['browse', 'read', 'download']) {
    for (const path of paths) {
      const answer = await fetch(
        `${agent}/files/${endpoint}?path=${encodeURIComponent(path)}&offset=0`,
      );
      expect([400, 403, 404], `${endpoint} ${path}`).toContain(answer.status);
      expect(await answer.text()).not.toContain('do not show');
    }
  }
});

test('a request line or header beyond the limits is refused, slow or half requests do not block others', async () => {
  const target = new URL(cluster.master.url);
  const half = connect(Number(target.port), target.hostname);
  half.on('error', () => undefined);
  half.write('POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{');
  const long = await fetch(`${cluster.master.url}/${'a'.repeat(100_000)}`);
  expect(long.status).toBeGreaterThanOrEqual(400);
  expect(long.status).toBeLessThan(500);
  expect((await fetch(`${cluster.master.url}/health`)).status).toBe(200);
  half.destroy();
});
