/** What subscribers of the operator API are told: one function per kind of event. */
import type { MasterEvent as OperatorEvent, TaskStatus } from '@stoke/protocol';
import type { Context } from './context.ts';
import { emit } from './context.ts';
import type { Agent, Framework, TaskRecord } from './state.ts';
import { agentView } from './views/agent-view.ts';
import { frameworkEventView } from './views/framework-view.ts';

/** Nothing is built when nobody listens. */
function announce(ctx: Context, build: () => OperatorEvent): void {
  if (ctx.state.operatorStreams.size > 0) emit(ctx, { type: 'BROADCAST', event: build() });
}

/** TASK_ADDED: the master knows a task now, launched or reported by its agent. */
export function announceTask(ctx: Context, { task }: TaskRecord): void {
  announce(ctx, () => ({
    type: 'TASK_ADDED',
    // A copy: the task may change before the event is written.
    task_added: { task: { ...task, statuses: [...(task.statuses ?? [])] } },
  }));
}

/** TASK_UPDATED: a new state, or news of its checks. */
export function announceTaskUpdate(
  ctx: Context,
  { task, frameworkId }: Pick<TaskRecord, 'task' | 'frameworkId'>,
  status: TaskStatus,
): void {
  announce(ctx, () => ({
    type: 'TASK_UPDATED',
    task_updated: { framework_id: { value: frameworkId }, status, state: task.state },
  }));
}

/** AGENT_ADDED: new, or back after a time out of reach or a restart of the master. */
export function announceAgent(ctx: Context, agent: Agent): void {
  announce(ctx, () => ({
    type: 'AGENT_ADDED',
    agent_added: { agent: agentView(ctx.state, agent) },
  }));
}

/** AGENT_REMOVED: as upstream, not for agents that are merely unreachable or marked gone. */
export function announceAgentRemoval(ctx: Context, agent: Agent): void {
  announce(ctx, () => ({
    type: 'AGENT_REMOVED',
    agent_removed: { agent_id: { value: agent.id } },
  }));
}

export function announceFramework(ctx: Context, framework: Framework): void {
  announce(ctx, () => ({
    type: 'FRAMEWORK_ADDED',
    framework_added: { framework: frameworkEventView(framework) },
  }));
}

/** FRAMEWORK_UPDATED: it subscribed again, or changed what it is. */
export function announceFrameworkUpdate(ctx: Context, framework: Framework): void {
  announce(ctx, () => ({
    type: 'FRAMEWORK_UPDATED',
    framework_updated: { framework: frameworkEventView(framework) },
  }));
}

export function announceFrameworkRemoval(ctx: Context, framework: Framework): void {
  announce(ctx, () => ({
    type: 'FRAMEWORK_REMOVED',
    framework_removed: { framework_info: framework.info },
  }));
}
