/** Calls for sessions that are wrong in every way a client may get them wrong, and streams that are cut or not read. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { requestHttp } from '@stoke/kit';
import { type AgentCall, encodeJson, AgentCall as type } from '@stoke/protocol';
import { startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandboxOf } from './support/sandbox.ts';
import { TaskRunner } from './support/task-runner.ts';

const json = 'application/json';
const recordio = 'application/recordio';
const streamed = { 'Content-Type': recordio, 'Message-Content-Type': json, Accept: json };
const listened = { 'Content-Type': json, Accept: recordio, 'Message-Accept': json };
let cluster: TestCluster;
let tasks: TaskRunner;
let parent: string;
let ended: string;

beforeAll(async () => {
  cluster = await startCluster({ masterFlags: ['--allocation_interval=100ms'] });
  tasks = new TaskRunner('refusals', cluster.master.url);
  await tasks.launch([
    { id: 'web', command: 'sleep 1000' },
    { id: 'short', command: 'true' },
    { id: 'screen', command: 'exec sh', more: { container: { type: 'MESOS', tty_info: {} } } },
  ]);
  const running = await tasks.seen('web', 'TASK_RUNNING');
  parent = running.container_status?.container_id?.value ?? '';
  const over = await tasks.seen('short', 'TASK_FINISHED');
  ended = over.container_status?.container_id?.value ?? '';
});

afterAll(async () => {
  await tasks?.end();
  await cluster?.stop();
});

type Headers = Readonly<Record<string, string>>;

async function send(body: string, headers: Headers): Promise<string> {
  const url = `${cluster.agent.url}/api/v1`;
  const answer = await requestHttp({ url, method: 'POST', headers, body, timeoutMs: 20_000 });
  return `${answer.status} ${answer.body.toString('utf8')}`;
}

const call = (value: unknown, headers: Headers = listened) => send(JSON.stringify(value), headers);

function record(value: unknown): string {
  const text = JSON.stringify(value);
  return `${Buffer.byteLength(text)}\n${text}`;
}

const id = (value: string = randomUUID(), outer: string = parent) => ({
  value,
  parent: { value: outer },
});
const session = (fields: unknown) => ({
  type: 'LAUNCH_NESTED_CONTAINER_SESSION',
  launch_nested_container_session: fields,
});
const input = (fields: unknown) => ({
  type: 'ATTACH_CONTAINER_INPUT',
  attach_container_input: fields,
});
const typed = (bytes: string) =>
  input({
    type: 'PROCESS_IO',
    process_io: { type: 'DATA', data: { type: 'STDIN', data: btoa(bytes) } },
  });

/** A raw request that goes on: what is there of the answer so far. */
class Conversation {
  readonly socket: Socket;
  answer = '';
  isClosed = false;

  constructor(headers: Headers, body: string, isRead = true) {
    const { hostname, port, host } = new URL(cluster.agent.url);
    this.socket = connect({ host: hostname, port: Number(port) });
    const all = { Host: host, 'Transfer-Encoding': 'chunked', ...headers };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`POST /api/v1 HTTP/1.1\r\n${head.join('')}\r\n`);
    this.write(body);
    this.socket.on('error', () => this.socket.destroy());
    this.socket.once('close', () => {
      this.isClosed = true;
    });
    if (isRead) this.socket.setEncoding('utf8').on('data', (text) => this.#take(String(text)));
  }

  #take(text: string): void {
    this.answer = (this.answer + text).slice(-100_000);
  }

  write(body: string): void {
    this.socket.write(`${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`);
  }

  end(): void {
    this.socket.write('0\r\n\r\n');
  }

  async says(what: string): Promise<void> {
    await waitFor(() => this.answer.includes(what), { what: `'${what}' in the answer` });
  }
}

/** A session whose owner reads it. */
async function start(command: string): Promise<{ owner: Conversation; value: string }> {
  const value = randomUUID();
  const wanted: AgentCall = {
    type: 'LAUNCH_NESTED_CONTAINER_SESSION',
    launch_nested_container_session: { container_id: id(value), command: { value: command } },
  };
  const owner = new Conversation(listened, encodeJson(type, wanted));
  owner.end();
  await owner.says('200 OK');
  return { owner, value };
}

test('sessions that cannot be are refused with the reason', async () => {
  const command = { value: 'true' };
  expect(await call({ type: 'LAUNCH_NESTED_CONTAINER_SESSION' })).toBe(
    "400 Failed to validate agent::Call: Expecting 'launch_nested_container_session' to be present",
  );
  expect(await call(session({ command }))).toMatch(/^400 Failed to .*container_id/);
  expect(await call(session({ container_id: { value: 'x' }, command }))).toMatch(
    /^400 .*Expecting 'launch_nested_container_session.container_id.parent' to be present/,
  );
  for (const value of ['', '.', '..', 'a/b', 'a.b', 'a b', 'x'.repeat(300)]) {
    const said = await call(session({ container_id: id(value), command }));
    expect(said, value).toMatch(/^400 Failed to validate agent::Call: 'container_id' is invalid/);
  }
  expect(await call(session({ container_id: id() }))).toMatch(/^400 .*needs a command/);
  const none = `Parent container nobody does not exist`;
  expect(await call(session({ container_id: id('x', 'nobody'), command }))).toBe(`400 ${none}`);
  expect(await call(session({ container_id: id('x', ended), command }))).toBe(
    `400 Parent container ${ended} does not exist`,
  );
  const image = { type: 'DOCKER', docker: { image: 'busybox' } };
  expect(await call(session({ container_id: id(), command, container: image }))).toMatch(
    /^400 Images, volumes, networks and containers of other types are for tasks only/,
  );
  const user = { ...command, user: 'no-such-user' };
  expect(await call(session({ container_id: id(), command: user }))).toMatch(
    /^500 .*No such user 'no-such-user'/,
  );
});

test('input that cannot be is refused with the reason', async () => {
  const wait = (value: unknown, headers: Headers = streamed) => send(record(value), headers);
  expect(
    await call(input({ type: 'CONTAINER_ID', container_id: id() }), {
      ...listened,
      Accept: json,
      'Message-Accept': '',
    }),
  ).toMatch(/^4(06|15) /);
  expect(await send('', streamed)).toBe('400 Received EOF while reading request body');
  expect(await send('no number\n{}', streamed)).toMatch(/^400 /);
  expect(await send('99999999999\n{}', streamed)).toMatch(/^400 /);
  expect(await send('2\n{]', streamed)).toMatch(/^400 Failed to parse body into JSON/);
  expect(await wait(typed('x'))).toMatch(/^400 Expecting the first .* to be of type CONTAINER_ID/);
  expect(await wait(input({ type: 'CONTAINER_ID' }))).toMatch(
    /^400 .*'container_id' to be present/,
  );
  expect(await wait(input({ type: 'CONTAINER_ID', container_id: id('x') }))).toBe(
    `404 Container ${parent}.x cannot be found`,
  );
  // A task without a terminal.
  expect(await wait(input({ type: 'CONTAINER_ID', container_id: { value: parent } }))).toBe(
    '500 I/O switchboard server was disabled for this container',
  );
});

test('what follows the first record has to be input, for a session that is there', async () => {
  const { owner, value } = await start('cat; echo over');
  const first = record(input({ type: 'CONTAINER_ID', container_id: id(value) }));
  const typing = new Conversation(streamed, first + record(typed('one\n')));
  await owner.says(btoa('one\n'));
  expect(await send(first, streamed)).toBe('400 Multiple input connections are not allowed');
  // The connection breaks within a record: whoever comes next may type.
  typing.write('500\n{"type":');
  typing.socket.destroy();
  await waitFor(async () => (await send(first + record(typed('two\n')), streamed)) === '200 ', {
    what: 'a free keyboard',
  });
  await owner.says(btoa('two\n'));
  const window_size = { rows: 10, columns: 20 };
  const resize = { type: 'CONTROL', control: { type: 'TTY_INFO', tty_info: { window_size } } };
  const sized = input({ type: 'PROCESS_IO', process_io: resize });
  // There is no terminal to be resized: that is no harm.
  expect(await send(first + record(sized), streamed)).toBe('200 ');
  expect(await send(first + first, streamed)).toMatch(/^400 .*'attach_container_input.process_io'/);
  expect(await send(first + record(typed('')), streamed)).toBe('200 ');
  await owner.says(btoa('over\n'));
  await waitFor(() => owner.answer.includes('\r\n0\r\n\r\n'), { what: 'the end of the output' });
  expect(await send(first, streamed)).toBe(`404 Container ${parent}.${value} cannot be found`);
  owner.socket.destroy();
});

test('output of what is not there, or has none, is refused', async () => {
  const output = (container_id: unknown) =>
    call({ type: 'ATTACH_CONTAINER_OUTPUT', attach_container_output: { container_id } });
  expect(await output(id('x'))).toBe(`404 Container ${parent}.x cannot be found`);
  expect(await output({ value: parent })).toBe(
    '500 I/O switchboard server was disabled for this container',
  );
  expect(await output(undefined)).toMatch(/^400 /);
});

function residentMegabytes(): number {
  const { pid } = JSON.parse(readFileSync(join(cluster.agent.workDir, 'daemon.json'), 'utf8'));
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) / 1024;
}

test('a listener that does not read is cut off, and the agent does not keep what it missed', async () => {
  const { owner, value } = await start(
    'read -r _; head -c 150000000 /dev/zero; echo ooooooooo; cat',
  );
  const attach = {
    type: 'ATTACH_CONTAINER_OUTPUT',
    attach_container_output: { container_id: id(value) },
  };
  const idle = new Conversation(listened, JSON.stringify(attach), false);
  idle.end();
  await waitFor(() => idle.socket.bytesRead > 0 || idle.socket.readableLength > 0, {
    what: 'its answer',
  });
  const before = residentMegabytes();
  const first = record(input({ type: 'CONTAINER_ID', container_id: id(value) }));
  expect(await send(first + record(typed('go\n')), streamed)).toBe('200 ');
  // Wherever it begins in a piece of the output, its middle is the same in base64.
  await waitFor(() => owner.answer.includes(btoa('oooooo')), {
    what: 'the output',
    timeoutMs: 120_000,
  });
  expect(residentMegabytes() - before).toBeLessThan(150);
  idle.socket.resume();
  await waitFor(() => idle.isClosed, { what: 'its end' });
  owner.socket.destroy();
});

test('a listener of a terminal that does not read does not hold the task up', async () => {
  const running = await tasks.seen('screen', 'TASK_RUNNING');
  const container_id = running.container_status?.container_id;
  const attach = { type: 'ATTACH_CONTAINER_OUTPUT', attach_container_output: { container_id } };
  const idle = new Conversation(listened, JSON.stringify(attach), false);
  idle.end();
  await waitFor(() => idle.socket.readableLength > 0, { what: 'its answer' });
  const before = residentMegabytes();
  const first = record(input({ type: 'CONTAINER_ID', container_id }));
  const script = 'head -c 40000000 /dev/zero | tr "\\0" x; echo over > mark\n';
  expect(await send(first + record(typed(script)), streamed)).toBe('200 ');
  await waitFor(() => existsSync(join(sandboxOf(cluster.agent, running), 'mark')), {
    what: 'the end of the output',
    timeoutMs: 120_000,
  });
  expect(residentMegabytes() - before).toBeLessThan(100);
  idle.socket.destroy();
  const watching = new Conversation(listened, JSON.stringify(attach));
  watching.end();
  await watching.says('200 OK');
  expect(await send(first + record(typed('exit 3\n')), streamed)).toBe('200 ');
  // The end of the task is that of the answer.
  await waitFor(() => watching.answer.endsWith('\r\n0\r\n\r\n'), { what: 'the end of the answer' });
  await tasks.seen('screen', 'TASK_FAILED');
  watching.socket.destroy();
});
