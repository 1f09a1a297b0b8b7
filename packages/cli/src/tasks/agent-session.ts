/** A command inside a task, by the session calls of the agent's operator API. */
import { randomUUID } from 'node:crypto';
import { type HttpStream, openStream, readRecords, requestHttp } from '@stoke/kit';
import {
  type AgentCall,
  AgentCall as AgentCallType,
  AgentProcessIO,
  AgentResponse,
  type ContainerID,
  decodeJson,
  encodeJson,
  encodeRecord,
} from '@stoke/protocol';

import { taskError } from './task-error.ts';

const jsonType = 'application/json';
const streamType = 'application/recordio';
/** Of a call that is answered by records. */
const streamHeaders = {
  'Content-Type': jsonType,
  Accept: streamType,
  'Message-Accept': jsonType,
} as const;
const maxRecordBytes = 16 * 1024 * 1024;
const heartbeatMs = 30_000;
const silenceMs = 3 * heartbeatMs;
const nanosecondsPerMs = 1_000_000;

export interface WindowSize {
  readonly rows: number;
  readonly columns: number;
}

export interface AgentAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SessionWish {
  readonly parent: ContainerID;
  /** Program and arguments. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** With a terminal of that size. */
  readonly window: WindowSize | undefined;
}

/** A piece of what the command wrote. */
export interface Output {
  readonly stream: 'STDOUT' | 'STDERR';
  readonly data: Uint8Array;
}

/** What is typed or otherwise told to a session. */
export type Input =
  | { readonly type: 'data'; readonly data: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'heartbeat' }
  | { readonly type: 'resize'; readonly window: WindowSize };

export const heartbeatEveryMs = heartbeatMs;

export class AgentSession {
  readonly #agent: AgentAddress;
  readonly #id: ContainerID;
  readonly #stream: HttpStream;

  private constructor(agent: AgentAddress, id: ContainerID, stream: HttpStream) {
    this.#agent = agent;
    this.#id = id;
    this.#stream = stream;
  }

  /** Starts the command. @throws AppError `SESSION_REFUSED` with what the agent says */
  static async open(agent: AgentAddress, wish: SessionWish): Promise<AgentSession> {
    const id = { value: randomUUID(), parent: wish.parent };
    const { words, window, environment } = wish;
    const variables = Object.entries(environment).map(([name, value]) => ({ name, value }));
    const stream = await openStream({
      url: `${agent.url}/api/v1`,
      method: 'POST',
      headers: { ...agent.headers, ...streamHeaders },
      body: encodeJson(AgentCallType, {
        type: 'LAUNCH_NESTED_CONTAINER_SESSION',
        launch_nested_container_session: {
          container_id: id,
          command: {
            shell: false,
            value: words[0] ?? '',
            arguments: [...words],
            environment: { variables },
          },
          ...(window === undefined
            ? {}
            : { container: { type: 'MESOS', tty_info: { window_size: window } } }),
        },
      }),
    });
    if (stream.status !== 200) throw await refusal(stream);
    return new AgentSession(agent, id, stream);
  }

  /** Looks at the terminal of a task that runs. @throws AppError `SESSION_REFUSED` with what the agent says */
  static async attach(agent: AgentAddress, id: ContainerID): Promise<AgentSession> {
    const stream = await openStream({
      url: `${agent.url}/api/v1`,
      method: 'POST',
      headers: { ...agent.headers, ...streamHeaders },
      body: encodeJson(AgentCallType, {
        type: 'ATTACH_CONTAINER_OUTPUT',
        attach_container_output: { container_id: id },
      }),
    });
    if (stream.status !== 200) throw await refusal(stream);
    return new AgentSession(agent, id, stream);
  }

  /** What the command writes, to its end. */
  async *output(): AsyncGenerator<Output> {
    for await (const record of readRecords(this.#watched(), { maxRecordBytes })) {
      const { data } = decodeJson(AgentProcessIO, new TextDecoder().decode(record));
      if (data?.type !== 'STDOUT' && data?.type !== 'STDERR') continue;
      yield { stream: data.type, data: data.data ?? new Uint8Array() };
    }
  }

  /** Agents send heartbeats: one that is silent for long is out of reach, though the connection does not say so. */
  async *#watched(): AsyncGenerator<Uint8Array> {
    let isSilent = false;
    const giveUp = (): void => {
      isSilent = true;
      this.close();
    };
    let watch = setTimeout(giveUp, silenceMs);
    try {
      for await (const chunk of this.#stream.chunks) {
        clearTimeout(watch);
        // However long that takes: it is the user's own terminal that is not ready.
        yield chunk;
        watch = setTimeout(giveUp, silenceMs);
      }
    } finally {
      clearTimeout(watch);
    }
    if (!isSilent) return;
    const message = `Cannot go on: the agent has said nothing for ${silenceMs / 1000} seconds`;
    throw taskError('SESSION_REFUSED', message);
  }

  /** Sends input until it is over or the command ended. */
  async send(input: AsyncIterable<Input>, signal: AbortSignal): Promise<void> {
    const answer = await openStream({
      url: `${this.#agent.url}/api/v1`,
      method: 'POST',
      headers: {
        ...this.#agent.headers,
        'Content-Type': streamType,
        'Message-Content-Type': jsonType,
        Accept: jsonType,
      },
      body: this.#records(input),
      timeoutMs: 0,
      signal,
    });
    if (answer.status !== 200) throw await refusal(answer);
    answer.close();
  }

  async *#records(input: AsyncIterable<Input>): AsyncGenerator<Uint8Array> {
    yield record({
      type: 'ATTACH_CONTAINER_INPUT',
      attach_container_input: { type: 'CONTAINER_ID', container_id: this.#id },
    });
    for await (const one of input) {
      yield record({
        type: 'ATTACH_CONTAINER_INPUT',
        attach_container_input: { type: 'PROCESS_IO', process_io: processIo(one) },
      });
    }
  }

  /** The wait status of the ended command, which is forgotten then. */
  async result(): Promise<number | undefined> {
    const waited = await callAgentUnbounded(this.#agent, {
      type: 'WAIT_NESTED_CONTAINER',
      wait_nested_container: { container_id: this.#id },
    });
    await callAgentUnbounded(this.#agent, {
      type: 'REMOVE_NESTED_CONTAINER',
      remove_nested_container: { container_id: this.#id },
    });
    return waited.wait_nested_container?.exit_status;
  }

  /** Ends the command. */
  close(): void {
    this.#stream.close();
  }
}

function record(call: AgentCall): Uint8Array {
  return encodeRecord(new TextEncoder().encode(encodeJson(AgentCallType, call)));
}

function processIo(input: Input): AgentProcessIO {
  switch (input.type) {
    case 'data':
      return { type: 'DATA', data: { type: 'STDIN', data: input.data } };
    case 'end':
      return { type: 'DATA', data: { type: 'STDIN', data: new Uint8Array() } };
    case 'resize':
      return {
        type: 'CONTROL',
        control: { type: 'TTY_INFO', tty_info: { window_size: input.window } },
      };
    case 'heartbeat': {
      const interval = { nanoseconds: heartbeatMs * nanosecondsPerMs };
      return { type: 'CONTROL', control: { type: 'HEARTBEAT', heartbeat: { interval } } };
    }
  }
}

const longTimeMs = 2 ** 31 - 1;

/** One call whose answer may take as long as a task does. */
export async function callAgentUnbounded(
  agent: AgentAddress,
  call: AgentCall,
  signal?: AbortSignal,
): Promise<AgentResponse> {
  const answer = await requestHttp({
    url: `${agent.url}/api/v1`,
    method: 'POST',
    headers: { ...agent.headers, 'Content-Type': jsonType, Accept: jsonType },
    body: encodeJson(AgentCallType, call),
    timeoutMs: longTimeMs,
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.status >= 300) throw refused(answer.status, answer.body.toString('utf8'));
  const text = answer.body.toString('utf8');
  return text === '' ? {} : decodeJson(AgentResponse, text);
}

async function refusal(stream: HttpStream): Promise<Error> {
  const parts: Uint8Array[] = [];
  for await (const part of stream.chunks) parts.push(part);
  return refused(stream.status, Buffer.concat(parts).toString('utf8'));
}

function refused(status: number, said: string): Error {
  const message = `Cannot reach into the task: the agent says ${status} ${said.trim()}`.trim();
  return taskError('SESSION_REFUSED', message, { status });
}

/** What a shell would say: the code, or 128 and the signal. */
export function shellCode(status: number | undefined): number {
  if (status === undefined) return 1;
  const signal = status & 0x7f;
  return signal === 0 ? (status >> 8) & 0xff : 128 + signal;
}
