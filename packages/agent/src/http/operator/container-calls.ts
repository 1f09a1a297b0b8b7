/** LAUNCH, WAIT, KILL and REMOVE of containers that operators ask for; WAIT and KILL also of those of tasks. */
import type { AgentCall, AgentResponse_WaitContainer, ContainerID } from '@stoke/protocol';
import { containerIdProblem, executorAt, formatContainerId } from '../../core/nesting.ts';
import type { AgentState } from '../../core/state.ts';
import type { ExecutorEnds } from '../../io/operator/executor-ends.ts';
import type {
  ContainerRequest,
  Launched,
  OperatorContainers,
} from '../../io/operator/operator-containers.ts';
import { type Answer, emptyAnswer, textAnswer } from '../answer.ts';
import {
  type CallHandler,
  type CallHandlers,
  messageAnswer,
  type OperatorCall,
} from './operator-call.ts';

const sigterm = 15;
const sigkill = 9;

export interface ContainerCallsOptions {
  readonly state: AgentState;
  readonly containers: OperatorContainers;
  readonly ends: ExecutorEnds;
  /** Signals the container of an executor or of a task. */
  readonly signal: (containerId: string, signal: 'SIGTERM' | 'SIGKILL') => void;
}

/** What a launching call asks for. */
export function requestOf(call: AgentCall): ContainerRequest | undefined {
  const asked =
    call.launch_container ?? call.launch_nested_container ?? call.launch_nested_container_session;
  if (asked === undefined) return undefined;
  const { container_id: id, command, container } = asked;
  return { id, command, container, resources: call.launch_container?.resources ?? [] };
}

export function launchAnswer(launched: Launched): Answer {
  if (launched.outcome === 'refused') return textAnswer(launched.status, launched.text);
  return emptyAnswer(launched.outcome === 'exists' ? 202 : 200);
}

/** The refusal of an id that cannot be one. */
export function idRefusal(id: ContainerID): Answer | undefined {
  const problem = containerIdProblem(id);
  if (problem === undefined) return undefined;
  return textAnswer(400, `Failed to validate agent::Call: 'container_id' is invalid: ${problem}`);
}

export function unknownContainer(id: ContainerID): Answer {
  return textAnswer(404, `Container ${formatContainerId(id)} cannot be found`);
}

async function launch(options: ContainerCallsOptions, { call }: OperatorCall): Promise<Answer> {
  const request = requestOf(call);
  if (request === undefined) return textAnswer(400, 'Expecting a container');
  const { id } = request;
  const refusal = idRefusal(id);
  if (refusal !== undefined) return refusal;
  if (executorAt(options.state, id) !== undefined) return emptyAnswer(202);
  return launchAnswer(await options.containers.launch(request));
}

async function wait(options: ContainerCallsOptions, operatorCall: OperatorCall): Promise<Answer> {
  const { call, media, request } = operatorCall;
  const id = (call.wait_container ?? call.wait_nested_container)?.container_id;
  if (id === undefined) return textAnswer(400, 'Expecting a container');
  const end = await endOf(options, id, request.closed);
  if (end === undefined) return unknownContainer(id);
  return messageAnswer(
    media.accept,
    call.type === 'WAIT_CONTAINER'
      ? { type: 'WAIT_CONTAINER', wait_container: end }
      : { type: 'WAIT_NESTED_CONTAINER', wait_nested_container: end },
  );
}

async function endOf(
  { state, containers, ends }: ContainerCallsOptions,
  id: ContainerID,
  closed: AbortSignal,
): Promise<AgentResponse_WaitContainer | undefined> {
  const container = containers.find(id);
  if (container !== undefined) {
    const status = await containers.wait(container, closed);
    return status === undefined ? {} : { exit_status: status };
  }
  const executor = executorAt(state, id);
  if (executor === undefined) return undefined;
  const end = await ends.wait(executor.containerId, closed);
  const limitation = end?.limitation;
  return {
    ...(end?.status === undefined ? {} : { exit_status: end.status }),
    ...(limitation === undefined
      ? {}
      : {
          state: 'TASK_FAILED' as const,
          reason: limitation.reason,
          message: limitation.message,
          limitation: limitation.limits,
        }),
  };
}

function kill(options: ContainerCallsOptions, { call }: OperatorCall): Answer {
  const { container_id: id, signal = sigkill } =
    call.kill_container ?? call.kill_nested_container ?? {};
  if (id === undefined) return textAnswer(400, 'Expecting a container');
  const container = options.containers.find(id);
  if (container !== undefined && options.containers.kill(container, signal))
    return emptyAnswer(200);
  const executor = executorAt(options.state, id);
  if (executor === undefined) {
    const name = formatContainerId(id);
    return textAnswer(404, `Container '${name}' cannot be found (or is already killed)`);
  }
  if (signal !== sigkill && signal !== sigterm) {
    return textAnswer(400, `Containers of tasks take the signals ${sigterm} and ${sigkill} only`);
  }
  const parts = executor.nested.size === 0 ? [executor] : [...executor.nested.values()];
  for (const { containerId } of parts) {
    options.signal(containerId, signal === sigkill ? 'SIGKILL' : 'SIGTERM');
  }
  return emptyAnswer(200);
}

async function remove(options: ContainerCallsOptions, { call }: OperatorCall): Promise<Answer> {
  const id = (call.remove_container ?? call.remove_nested_container)?.container_id;
  if (id === undefined) return textAnswer(400, 'Expecting a container');
  const container = options.containers.find(id);
  if (container === undefined) return removeUnknown(options, id);
  if (container.ended === undefined) {
    const what = id.parent === undefined ? 'Container' : 'Nested container';
    return textAnswer(500, `${what} has not terminated yet`);
  }
  await options.containers.remove(container);
  return emptyAnswer(200);
}

/**
 * A nested one that is gone already is removed; the containers of executors go with their executors. A standalone
 * one that nobody knows was never there, as far as the agent can tell.
 */
function removeUnknown({ state }: ContainerCallsOptions, id: ContainerID): Answer {
  if (executorAt(state, id) !== undefined) {
    return textAnswer(500, 'The container of an executor goes with its executor');
  }
  if (id.parent === undefined) {
    return textAnswer(400, `There is no standalone container '${formatContainerId(id)}' to remove`);
  }
  const root = rootOf(id);
  return state.containers.has(root) ? emptyAnswer(200) : textAnswer(500, 'Unknown root container');
}

function rootOf({ value, parent }: ContainerID): string {
  return parent === undefined ? value : rootOf(parent);
}

export function containerCalls(options: ContainerCallsOptions): CallHandlers {
  const both =
    (
      handle: (options: ContainerCallsOptions, call: OperatorCall) => Answer | Promise<Answer>,
    ): CallHandler =>
    (call) =>
      handle(options, call);
  return {
    LAUNCH_CONTAINER: both(launch),
    LAUNCH_NESTED_CONTAINER: both(launch),
    WAIT_CONTAINER: both(wait),
    WAIT_NESTED_CONTAINER: both(wait),
    KILL_CONTAINER: both(kill),
    KILL_NESTED_CONTAINER: both(kill),
    REMOVE_CONTAINER: both(remove),
    REMOVE_NESTED_CONTAINER: both(remove),
  };
}
