/** Where containers that operators ask for can lie: in that of an executor, or in that of a task of a default executor. */
import { type CommandInfo, type ContainerID, idProblem } from '@stoke/protocol';
import { containerEnvironment } from './environment.ts';
import type { AgentState, Executor } from './state.ts';

/** What a container gives to those that are nested in it. */
export interface Place {
  /** The container whose namespaces are entered. */
  readonly containerId: string;
  /** The executor's container: when it ends, all that is nested in it does. */
  readonly rootId: string;
  /** Its sandbox. */
  readonly directory: string;
  readonly user: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** Ids from the outermost in, as Mesos writes them: `root.nested`. */
export function formatContainerId({ value, parent }: ContainerID): string {
  return parent === undefined ? value : `${formatContainerId(parent)}.${value}`;
}

/** Why ids cannot be those of containers: each is a directory, and dots tell them apart. */
export function containerIdProblem({ value, parent }: ContainerID): string | undefined {
  const own =
    idProblem(value) ??
    (/[.\s]/.test(value) ? `'${value}' contains invalid characters` : undefined);
  return own ?? (parent === undefined ? undefined : containerIdProblem(parent));
}

/** The executor whose container it is, or whose task's. */
export function executorAt(state: AgentState, id: ContainerID): Executor | undefined {
  if (id.parent === undefined) return state.containers.get(id.value);
  const nested = state.nested.get(id.value);
  const isThere = id.parent.parent === undefined && nested?.parent?.containerId === id.parent.value;
  return isThere ? nested : undefined;
}

/** A live container of an executor or of a task, as a place for others. */
export function placeAt(state: AgentState, id: ContainerID): Place | undefined {
  const executor = executorAt(state, id);
  if (executor === undefined || executor.phase === 'terminated') return undefined;
  const framework = state.frameworks.get(executor.frameworkId);
  if (framework === undefined) return undefined;
  const { containerId, directory, parent } = executor;
  const command = commandOf(executor);
  return {
    containerId,
    rootId: parent?.containerId ?? containerId,
    directory,
    user: command.user ?? framework.info.user,
    environment: containerEnvironment({
      settings: state.settings,
      agentId: state.info.id?.value ?? '',
      framework: framework.info,
      executor,
      command,
      allocationRole: allocationRoleOf(executor),
    }),
  };
}

function commandOf(executor: Executor): CommandInfo {
  const [entry] = executor.tasks.values();
  return executor.info.command ?? entry?.info.command ?? {};
}

function allocationRoleOf(executor: Executor): string | undefined {
  if (executor.kind !== 'command' && executor.kind !== 'nested') return undefined;
  const [entry] = executor.tasks.values();
  return entry?.info.resources?.[0]?.allocation_info?.role;
}
