/** What really goes over sockets: the event stream of a scheduler, the link of an agent. */
import { connect, type Socket } from 'node:net';
import { listenHttp } from '@stoke/kit';
import {
  createRecordReader,
  decodeBinary,
  encodeBinary,
  encodeRecord,
  LinkAgentMessage,
  LinkMasterMessage,
} from '@stoke/protocol';
import { afterEach, expect, test } from 'vitest';
import { credentialsFile, HttpDriver } from '../test-kit/http-driver.ts';
import { agentInfo } from '../test-kit/samples.ts';

let driver: HttpDriver;
let socket: Socket;

async function open(flags: Readonly<Record<string, unknown>> = {}): Promise<void> {
  driver = new HttpDriver(flags);
  const port = await listenHttp(driver.master.app, { ip: '127.0.0.1', port: 0 });
  socket = connect(port, '127.0.0.1');
}

/** Everything received until `done` says so, or the end. */
function received(done: (text: string) => boolean): Promise<Buffer> {
  return new Promise((resolve) => {
    let all = Buffer.alloc(0);
    const finish = (): void => {
      socket.off('data', take);
      resolve(all);
    };
    const take = (chunk: Buffer): void => {
      all = Buffer.concat([all, chunk]);
      if (done(all.toString('latin1'))) finish();
    };
    socket.on('data', take);
    socket.once('close', finish);
  });
}

function post(body: string, headers = ''): string {
  return `POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
}

const SUBSCRIBE =
  '{"type":"SUBSCRIBE","subscribe":{"framework_info":{"user":"root","name":"n","failover_timeout":60}}}';

afterEach(async () => {
  socket.destroy();
  await driver.close();
});

test('SchedulerStreams writes one record per chunk, also to a client that says Connection: close', async () => {
  await open();
  socket.write(post(SUBSCRIBE, 'Connection: close\r\n'));
  const text = (await received((all) => all.includes('HEARTBEAT"}\r\n'))).toString();
  const [head = '', stream = ''] = text.split('\r\n\r\n', 2);
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(head).toMatch(/\r\nMesos-Stream-Id: [0-9a-f-]{36}\r\n/);
  expect(head).toMatch(/\r\nContent-Type: application\/json\r\n/);
  expect(head).toMatch(/\r\nTransfer-Encoding: chunked/);
  const chunks = stream.split('\r\n');
  const records = chunks.filter((_chunk, index) => index % 2 === 1);
  expect(records[0]).toMatch(/^\d+\n\{"type":"SUBSCRIBED"/);
  expect(records[1]).toBe('20\n{"type":"HEARTBEAT"}');
  expect(chunks[2]).toBe('17');
});

test('SchedulerStreams tells the core that a reader is gone', async () => {
  await open();
  socket.write(post(SUBSCRIBE));
  await received((all) => all.includes('HEARTBEAT'));
  const { state } = driver.master.shell;
  const [framework] = state.frameworks.values();
  expect(framework?.stream).toBeDefined();
  const gone = new Promise<void>((resolve) => {
    const check = (): void => {
      if (framework?.stream === undefined) resolve();
      else setImmediate(check);
    };
    check();
  });
  socket.destroy();
  await gone;
  expect(state.streams.size).toBe(0);
  expect(state.frameworks.size).toBe(1);
});

test('AgentLinks carries frames both ways after an upgrade', async () => {
  await open();
  const upgrade =
    'GET /stoke/v1/agent-link HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: stoke-link/1\r\n\r\n';
  const register = encodeBinary(LinkAgentMessage, {
    type: 'REGISTER',
    register: { agent_info: agentInfo(), version: '1.11.0' },
  });
  socket.write(Buffer.concat([Buffer.from(upgrade), encodeRecord(register)]));
  const all = await received((text) => text.includes('-S0'));
  const bodyAt = all.indexOf('\r\n\r\n') + 4;
  expect(all.subarray(0, bodyAt).toString()).toBe(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: stoke-link/1\r\n\r\n',
  );
  const reader = createRecordReader({ maxRecordBytes: 1e6 });
  const [first] = reader
    .push(all.subarray(bodyAt))
    .map((record) => decodeBinary(LinkMasterMessage, record));
  expect(first).toMatchObject({
    type: 'REGISTERED',
    registered: {
      total_ping_timeout_seconds: 75,
      agent_id: { value: expect.stringMatching(/-S0$/) },
    },
  });
  expect([...driver.master.shell.state.agents.values()][0]?.ip).toBe('127.0.0.1');
});

test('AgentLinks cuts an agent off that does not speak the protocol', async () => {
  await open();
  socket.write(
    'GET /stoke/v1/agent-link HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: stoke-link/1\r\n\r\nnonsense\n',
  );
  const all = await received(() => false);
  expect(all.toString()).toMatch(/^HTTP\/1\.1 101 /);
  expect(driver.fatal).toEqual([]);
});

test('AgentLinks closes a link on which nobody registers', async () => {
  await open();
  socket.write(
    'GET /stoke/v1/agent-link HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: stoke-link/1\r\n\r\n',
  );
  await received((text) => text.includes('stoke-link/1'));
  const end = received(() => false);
  await driver.clock.advance(29_999);
  expect(socket.readyState).toBe('open');
  await driver.clock.advance(1);
  expect((await end).length).toBe(0);
});

test('acceptLink refuses agents without credentials when they are asked for', async () => {
  await open({ authenticate_agents: true, credentials: credentialsFile({ a: 'b' }) });
  socket.write(
    'GET /stoke/v1/agent-link HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: stoke-link/1\r\n\r\n',
  );
  const all = (await received(() => false)).toString();
  expect(all).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
  expect(all).toContain('WWW-Authenticate: Basic realm="mesos-master-agent"');
});

test('close ends open streams and links in bounded time', async () => {
  await open();
  socket.write(post(SUBSCRIBE));
  await received((all) => all.includes('HEARTBEAT'));
  const end = received(() => false);
  await driver.close();
  expect((await end).toString()).toBe('0\r\n\r\n');
  driver = new HttpDriver();
});

test('OperatorStreams carries events to a subscriber and forgets it when it is gone', async () => {
  await open();
  const body = '{"type":"SUBSCRIBE"}';
  socket.write(
    `POST /api/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await received((all) => all.includes('HEARTBEAT'));
  const { state } = driver.master.shell;
  expect(state.operatorStreams.size).toBe(1);
  driver.subscribe({ user: 'root', name: 'seen' }, 's1');
  const text = await received((all) => all.includes('FRAMEWORK_ADDED'));
  expect(text.toString()).toContain('"name":"seen"');
  const gone = new Promise<void>((resolve) => {
    const check = (): void => {
      if (state.operatorStreams.size === 0) resolve();
      else setImmediate(check);
    };
    check();
  });
  socket.destroy();
  await gone;
  expect(driver.fatal).toEqual([]);
});

test('OperatorStreams cuts off a subscriber that does not read', async () => {
  await open({ max_stream_queue: '64KB' });
  const body = '{"type":"SUBSCRIBE"}';
  socket.pause();
  socket.write(
    `POST /api/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  const { state } = driver.master.shell;
  const cutOff = new Promise<void>((resolve) => {
    let seen = false;
    let names = 0;
    const push = (): void => {
      seen ||= state.operatorStreams.size === 1;
      if (seen && state.operatorStreams.size === 0) {
        resolve();
        return;
      }
      if (seen) driver.subscribe({ user: 'root', name: 'x'.repeat(500_000) }, `s${names++}`);
      setImmediate(push);
    };
    push();
  });
  await cutOff;
  expect(driver.fatal).toEqual([]);
});
