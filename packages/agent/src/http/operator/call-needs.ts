/** What one must be allowed to do for each operator call (Mesos authorization, ACLs): the one table of it. */
import type { Need } from '@stoke/kit';
import type { AgentCall, CommandInfo, ContainerID } from '@stoke/protocol';
import { executorAt } from '../../core/nesting.ts';
import { executorUser } from '../../core/permissions.ts';
import type { AgentState } from '../../core/state.ts';
import { type Attachment, needFor } from '../../io/attached-files.ts';
import type { CallType } from './operator-call.ts';

export interface NeedFacts {
  readonly state: AgentState;
  readonly attachments: () => Iterable<Attachment>;
}

type NeedsOf = (call: AgentCall, facts: NeedFacts) => readonly Need[];
type Action = Need['action'];

const none: NeedsOf = () => [];
const one =
  (action: Action): NeedsOf =>
  () => [{ action }];

/** The user whose container it is nested in; undefined when it is in none that is known. */
function userAround(state: AgentState, id: ContainerID): string | undefined {
  const outer = rootOf(id);
  const executor = executorAt(state, outer);
  const framework = executor === undefined ? undefined : state.frameworks.get(executor.frameworkId);
  if (executor === undefined || framework === undefined) return undefined;
  return executorUser(executor.info, framework.info);
}

function rootOf(id: ContainerID): ContainerID {
  return id.parent === undefined ? id : rootOf(id.parent);
}

/** Nested ones belong to the user of what they are nested in; others stand alone. */
function onContainer(
  idOf: (call: AgentCall) => ContainerID | undefined,
  actions: { readonly nested: Action; readonly alone: Action },
): NeedsOf {
  return (call, { state }) => {
    const id = idOf(call);
    if (id === undefined) return [];
    const user = userAround(state, id);
    const isAlone = id.parent === undefined && user === undefined;
    return [{ action: isAlone ? actions.alone : actions.nested, object: user }];
  };
}

function launching(
  wanted: (
    call: AgentCall,
  ) => { readonly container_id: ContainerID; readonly command?: CommandInfo } | undefined,
  actions: { readonly under: Action; readonly as: Action },
): NeedsOf {
  return (call, { state }) => {
    const { container_id: id, command } = wanted(call) ?? {};
    if (id === undefined) return [];
    const user = command?.user;
    if (id.parent === undefined) return [{ action: 'launch_standalone_containers', object: user }];
    return [
      { action: actions.under, object: userAround(state, id) },
      ...(user === undefined ? [] : [{ action: actions.as, object: user }]),
    ];
  };
}

/** The path of a file decides whose it is. */
function onPath(pathOf: (call: AgentCall) => string | undefined): NeedsOf {
  return (call, { attachments }) => {
    const need = needFor(attachments(), pathOf(call) ?? '');
    return need === undefined ? [] : [need];
  };
}

const nested = {
  under: 'launch_nested_containers_under_parent_with_user',
  as: 'launch_nested_containers_as_user',
} as const;
const session = {
  under: 'launch_nested_container_sessions_under_parent_with_user',
  as: 'launch_nested_container_sessions_as_user',
} as const;
const wait = { nested: 'wait_nested_containers', alone: 'wait_standalone_containers' } as const;
const kill = { nested: 'kill_nested_containers', alone: 'kill_standalone_containers' } as const;
const remove = {
  nested: 'remove_nested_containers',
  alone: 'remove_standalone_containers',
} as const;
const input = { nested: 'attach_containers_input', alone: 'attach_containers_input' } as const;
const output = { nested: 'attach_containers_output', alone: 'attach_containers_output' } as const;

/** A call that is not here is not supported. Reads of lists answer with what the caller may see. */
export const callNeeds: Readonly<Partial<Record<CallType, NeedsOf>>> = {
  GET_HEALTH: none,
  GET_FLAGS: one('view_flags'),
  GET_VERSION: none,
  GET_METRICS: none,
  GET_LOGGING_LEVEL: none,
  SET_LOGGING_LEVEL: one('set_log_level'),
  LIST_FILES: onPath(({ list_files }) => list_files?.path),
  READ_FILE: onPath(({ read_file }) => read_file?.path),
  GET_STATE: none,
  GET_CONTAINERS: none,
  GET_FRAMEWORKS: none,
  GET_EXECUTORS: none,
  GET_OPERATIONS: none,
  GET_TASKS: none,
  GET_AGENT: none,
  GET_RESOURCE_PROVIDERS: none,
  PRUNE_IMAGES: one('prune_images'),
  LAUNCH_NESTED_CONTAINER: launching((call) => call.launch_nested_container, nested),
  LAUNCH_CONTAINER: launching((call) => call.launch_container, nested),
  LAUNCH_NESTED_CONTAINER_SESSION: launching(
    (call) => call.launch_nested_container_session,
    session,
  ),
  WAIT_NESTED_CONTAINER: onContainer((call) => call.wait_nested_container?.container_id, wait),
  WAIT_CONTAINER: onContainer((call) => call.wait_container?.container_id, wait),
  KILL_NESTED_CONTAINER: onContainer((call) => call.kill_nested_container?.container_id, kill),
  KILL_CONTAINER: onContainer((call) => call.kill_container?.container_id, kill),
  REMOVE_NESTED_CONTAINER: onContainer(
    (call) => call.remove_nested_container?.container_id,
    remove,
  ),
  REMOVE_CONTAINER: onContainer((call) => call.remove_container?.container_id, remove),
  ATTACH_CONTAINER_INPUT: onContainer((call) => call.attach_container_input?.container_id, input),
  ATTACH_CONTAINER_OUTPUT: onContainer(
    (call) => call.attach_container_output?.container_id,
    output,
  ),
};
