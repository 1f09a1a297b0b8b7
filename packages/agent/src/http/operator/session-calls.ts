/** LAUNCH_NESTED_CONTAINER_SESSION, ATTACH_CONTAINER_OUTPUT and ATTACH_CONTAINER_INPUT: the streams of a session. */
import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '@stoke/kit';
import {
  type AgentCall,
  AgentProcessIO,
  encodeBinary,
  encodeJson,
  encodeRecord,
  isAppError,
} from '@stoke/protocol';
import { executorAt } from '../../core/nesting.ts';
import type { AgentState } from '../../core/state.ts';
import type { OperatorContainer, SessionParts } from '../../io/operator/container-table.ts';
import type { OperatorContainers } from '../../io/operator/operator-containers.ts';
import type { Session } from '../../io/session/session.ts';
import type { OutputListener } from '../../io/session/session-output.ts';
import { type Answer, emptyAnswer, textAnswer } from '../answer.ts';
import { idRefusal, launchAnswer, requestOf, unknownContainer } from './container-calls.ts';
import { JSON_TYPE, type MediaTypes, RECORDIO_TYPE } from './media-types.ts';
import type { CallHandlers, OperatorCall } from './operator-call.ts';

const heartbeatMs = 30_000;
const nanosecondsPerMs = 1_000_000;
/** What may wait for a listener whose pace does not count, before it is cut off. */
const maxQueuedBytes = 4 * 1024 * 1024;

export interface SessionCallsOptions {
  readonly state: AgentState;
  readonly containers: OperatorContainers;
  readonly clock: Clock;
}

/** An answer of records that goes on until the session ends. */
class OutputResponse implements OutputListener {
  readonly #response: ServerResponse;
  readonly #media: MediaTypes;
  readonly #clock: Clock;
  #heartbeat: Timer | undefined;

  constructor(response: ServerResponse, media: MediaTypes, clock: Clock) {
    this.#response = response;
    this.#media = media;
    this.#clock = clock;
    response.writeHead(200, {
      'Content-Type': media.acceptsStream ? RECORDIO_TYPE : media.accept,
      ...(media.acceptsStream ? { 'Message-Content-Type': media.accept } : {}),
      'Transfer-Encoding': 'chunked',
    });
    response.flushHeaders();
    // A peer that vanished without a word is noticed by the system.
    response.socket?.setKeepAlive(true, heartbeatMs);
    response.once('error', () => response.destroy());
    response.once('close', () => this.#heartbeat?.cancel());
    this.#beat();
  }

  #beat(): void {
    this.#heartbeat = this.#clock.setTimer(heartbeatMs, () => {
      const interval = { nanoseconds: heartbeatMs * nanosecondsPerMs };
      this.#send({ type: 'CONTROL', control: { type: 'HEARTBEAT', heartbeat: { interval } } });
      this.#beat();
    });
  }

  take(stream: 'STDOUT' | 'STDERR', data: Uint8Array): boolean {
    return this.#send({ type: 'DATA', data: { type: stream, data } });
  }

  #send(message: AgentProcessIO): boolean {
    if (this.#response.destroyed || this.#response.writableEnded) return true;
    const payload =
      this.#media.accept === JSON_TYPE
        ? new TextEncoder().encode(encodeJson(AgentProcessIO, message))
        : encodeBinary(AgentProcessIO, message);
    const isFree = this.#response.write(encodeRecord(payload));
    if (this.#response.writableLength > maxQueuedBytes) this.#response.destroy();
    return isFree;
  }

  end(): void {
    this.#response.end();
  }
}

async function launchSession(
  { containers, clock }: SessionCallsOptions,
  { call, media, request }: OperatorCall,
): Promise<Answer> {
  const wanted = requestOf(call);
  if (wanted === undefined) return textAnswer(400, 'Expecting a container');
  const refusal = idRefusal(wanted.id);
  if (refusal !== undefined) return refusal;
  const launched = await containers.launchSession(wanted);
  if (launched.outcome !== 'started') return launchAnswer(launched);
  const { container } = launched;
  const response = request.takeResponse();
  const { output } = sessionOf(container);
  const listener = new OutputResponse(response, media, clock);
  response.on('drain', () => output.ready());
  // The session is bound to this connection.
  response.once('close', () => {
    output.remove(listener);
    containers.kill(container);
  });
  if (response.destroyed) containers.kill(container);
  output.own(listener);
  return 'taken';
}

function sessionOf({ session }: OperatorContainer): SessionParts {
  if (session === undefined) throw new Error('The container is no session');
  return session;
}

/** The running session, or the answer that there is none. */
function findSession(
  { state, containers }: SessionCallsOptions,
  call: AgentCall,
): { readonly container: OperatorContainer } | { readonly refusal: Answer } {
  const id = (call.attach_container_output ?? call.attach_container_input)?.container_id;
  if (id === undefined)
    return { refusal: textAnswer(400, "Expecting 'container_id' to be present") };
  const container = containers.find(id);
  if (container === undefined && executorAt(state, id) === undefined) {
    return { refusal: unknownContainer(id) };
  }
  if (container?.session === undefined) {
    return { refusal: textAnswer(500, 'I/O switchboard server was disabled for this container') };
  }
  return container.ended === undefined ? { container } : { refusal: unknownContainer(id) };
}

function attachOutput(
  options: SessionCallsOptions,
  { call, media, request }: OperatorCall,
): Answer {
  const found = findSession(options, call);
  if ('refusal' in found) return found.refusal;
  const { output } = sessionOf(found.container);
  const response = request.takeResponse();
  const listener = new OutputResponse(response, media, options.clock);
  response.once('close', () => output.remove(listener));
  output.add(listener);
  return 'taken';
}

async function attachInput(
  options: SessionCallsOptions,
  { call, more, request }: OperatorCall,
): Promise<Answer> {
  const first = call.attach_container_input;
  if (first?.type !== 'CONTAINER_ID') {
    return textAnswer(
      400,
      "Expecting the first 'attach_container_input' to be of type CONTAINER_ID",
    );
  }
  const found = findSession(options, call);
  if ('refusal' in found) return found.refusal;
  const { container } = found;
  const session = sessionOf(container);
  if (session.hasInput) return textAnswer(400, 'Multiple input connections are not allowed');
  session.hasInput = true;
  try {
    // Whoever types on after the end is told so at once.
    const ended = options.containers.wait(container, request.closed).then(() => emptyAnswer(200));
    return await Promise.race([passInput(session.process, more), ended]);
  } finally {
    session.hasInput = false;
  }
}

async function passInput(
  session: Session | undefined,
  calls: AsyncIterable<AgentCall> | undefined,
): Promise<Answer> {
  try {
    for await (const { attach_container_input: input } of calls ?? []) {
      const message = input?.process_io;
      if (message === undefined) {
        return textAnswer(400, "Expecting 'attach_container_input.process_io' to be present");
      }
      await passOne(session, message);
    }
    return emptyAnswer(200);
  } catch (error) {
    if (isAppError(error)) return textAnswer(400, error.message);
    // The connection broke: nobody is there to be told.
    return emptyAnswer(200);
  }
}

async function passOne(
  session: Session | undefined,
  { data, control }: AgentProcessIO,
): Promise<void> {
  const size = control?.tty_info?.window_size;
  if (size !== undefined) session?.resize(size);
  if (data?.type !== 'STDIN') return;
  const bytes = data.data ?? new Uint8Array();
  // Nothing to write is how the end of the input is told.
  if (bytes.length === 0) session?.closeInput();
  else await session?.write(bytes);
}

export function sessionCalls(options: SessionCallsOptions): CallHandlers {
  return {
    LAUNCH_NESTED_CONTAINER_SESSION: (call) => launchSession(options, call),
    ATTACH_CONTAINER_OUTPUT: (call) => attachOutput(options, call),
    ATTACH_CONTAINER_INPUT: (call) => attachInput(options, call),
  };
}
