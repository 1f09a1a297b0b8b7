/** LAUNCH_NESTED_CONTAINER_SESSION, ATTACH_CONTAINER_OUTPUT and ATTACH_CONTAINER_INPUT: the streams of sessions, and of tasks with a terminal. */
import type { Clock } from '@stoke/kit';
import { type AgentCall, type AgentProcessIO, isAppError } from '@stoke/protocol';
import { executorAt } from '../../core/nesting.ts';
import type { AgentState } from '../../core/state.ts';
import type { OperatorContainer, SessionParts } from '../../io/operator/container-table.ts';
import type { OperatorContainers } from '../../io/operator/operator-containers.ts';
import type { Console, ConsoleListener, Session } from '../../io/session/session.ts';
import { type Answer, emptyAnswer, textAnswer } from '../answer.ts';
import { idRefusal, launchAnswer, requestOf, unknownContainer } from './container-calls.ts';
import type { CallHandlers, OperatorCall } from './operator-call.ts';
import { OutputResponse } from './output-response.ts';

export interface SessionCallsOptions {
  readonly state: AgentState;
  readonly containers: OperatorContainers;
  readonly clock: Clock;
  /** Keyboard and screen of a container of a task; undefined when it has no terminal. */
  readonly openConsole: (
    containerId: string,
    listener: ConsoleListener,
  ) => Promise<Console | undefined>;
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

/** What can be attached to, or the answer that there is nothing. */
type Found =
  | { readonly session: OperatorContainer }
  | { readonly task: string }
  | { readonly refusal: Answer };

const alreadyTyping = textAnswer(400, 'Multiple input connections are not allowed');
const notAttachable = textAnswer(500, 'I/O switchboard server was disabled for this container');

function findAttachable({ state, containers }: SessionCallsOptions, call: AgentCall): Found {
  const id = (call.attach_container_output ?? call.attach_container_input)?.container_id;
  if (id === undefined)
    return { refusal: textAnswer(400, "Expecting 'container_id' to be present") };
  const container = containers.find(id);
  if (container === undefined) {
    const executor = executorAt(state, id);
    return executor === undefined
      ? { refusal: unknownContainer(id) }
      : { task: executor.containerId };
  }
  if (container.session === undefined) return { refusal: notAttachable };
  return container.ended === undefined ? { session: container } : { refusal: unknownContainer(id) };
}

async function attachOutput(options: SessionCallsOptions, wanted: OperatorCall): Promise<Answer> {
  const found = findAttachable(options, wanted.call);
  if ('refusal' in found) return found.refusal;
  if ('task' in found) return showConsole(options, found.task, wanted);
  const { output } = sessionOf(found.session);
  const response = wanted.request.takeResponse();
  const listener = new OutputResponse(response, wanted.media, options.clock);
  response.once('close', () => output.remove(listener));
  output.add(listener);
  return 'taken';
}

/** The screen of a task from now on, at the pace of whoever looks; one that is much too slow is cut off. */
async function showConsole(
  { openConsole, clock }: SessionCallsOptions,
  containerId: string,
  { media, request }: OperatorCall,
): Promise<Answer> {
  let listener: OutputResponse | undefined;
  const screen = await openConsole(containerId, {
    onOutput: (stream, data) => {
      if (listener?.take(stream, data) === false) screen?.pause();
    },
    onClose: () => listener?.end(),
  });
  if (screen === undefined) return notAttachable;
  const response = request.takeResponse();
  listener = new OutputResponse(response, media, clock);
  response.on('drain', () => screen.resume());
  response.once('close', () => screen.end());
  if (response.destroyed) screen.end();
  return 'taken';
}

/** Who types where, so that nobody types in between. */
type Typing = Set<string>;

async function attachInput(
  options: SessionCallsOptions,
  wanted: OperatorCall,
  typing: Typing,
): Promise<Answer> {
  const { call, more, request } = wanted;
  const first = call.attach_container_input;
  if (first?.type !== 'CONTAINER_ID') {
    return textAnswer(
      400,
      "Expecting the first 'attach_container_input' to be of type CONTAINER_ID",
    );
  }
  const found = findAttachable(options, call);
  if ('refusal' in found) return found.refusal;
  if ('task' in found) return typeIntoConsole(options, found.task, { ...wanted, typing });
  const { session: container } = found;
  const session = sessionOf(container);
  if (session.hasInput) return alreadyTyping;
  session.hasInput = true;
  try {
    // Whoever types on after the end is told so at once.
    const ended = options.containers.wait(container, request.closed).then(() => emptyAnswer(200));
    return await Promise.race([passInput(session.process, more), ended]);
  } finally {
    session.hasInput = false;
  }
}

async function typeIntoConsole(
  { openConsole }: SessionCallsOptions,
  containerId: string,
  { more, request, typing }: OperatorCall & { readonly typing: Typing },
): Promise<Answer> {
  if (typing.has(containerId)) return alreadyTyping;
  typing.add(containerId);
  const over = Promise.withResolvers<Answer>();
  let keyboard: Console | undefined;
  try {
    keyboard = await openConsole(containerId, {
      onOutput: () => undefined,
      onClose: () => over.resolve(emptyAnswer(200)),
    });
    if (keyboard === undefined) return notAttachable;
    request.closed.addEventListener('abort', () => over.resolve(emptyAnswer(200)), { once: true });
    return await Promise.race([passInput(keyboard, more), over.promise]);
  } finally {
    typing.delete(containerId);
    keyboard?.end();
  }
}

/** The terminal of a task goes on when nobody types any more. */
type Keyboard = Pick<Session, 'write' | 'resize'> & Partial<Pick<Session, 'closeInput'>>;

async function passInput(
  session: Keyboard | undefined,
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
  session: Keyboard | undefined,
  { data, control }: AgentProcessIO,
): Promise<void> {
  const size = control?.tty_info?.window_size;
  if (size !== undefined) session?.resize(size);
  if (data?.type !== 'STDIN') return;
  const bytes = data.data ?? new Uint8Array();
  // Nothing to write is how the end of the input is told.
  if (bytes.length === 0) session?.closeInput?.();
  else await session?.write(bytes);
}

export function sessionCalls(options: SessionCallsOptions): CallHandlers {
  const typing: Typing = new Set();
  return {
    LAUNCH_NESTED_CONTAINER_SESSION: (call) => launchSession(options, call),
    ATTACH_CONTAINER_OUTPUT: (call) => attachOutput(options, call),
    ATTACH_CONTAINER_INPUT: (call) => attachInput(options, call, typing),
  };
}
