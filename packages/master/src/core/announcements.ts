/** What subscribers of the operator API are told: one function per kind of event. */
import type { MasterEvent as OperatorEvent, TaskStatus } from '@stoke/protocol';
import type { Context } from './context.ts';
import { emit } from './context.ts';
import type { Agent, Framework, TaskRecord } from './state.ts';
import { SEES_ALL, type Viewer } from './viewer.ts';
import { agentView } from './views/agent-view.ts';
import { frameworkEventView } from './views/framework-view.ts';

/** Nothing is built when nobody listens; whoever may not see the subject does not hear of it. */
function announce(
  ctx: Context,
  sees: (viewer: Viewer) => boolean,
  build: (viewer: Viewer) => OperatorEvent,
): void {
  const { operatorStreams } = ctx.state;
  if (operatorStreams.size === 0) return;
  const viewers = [...operatorStreams];
  if (viewers.every(([, { seesAll }]) => seesAll)) {
    emit(ctx, { type: 'BROADCAST', event: build(SEES_ALL) });
    return;
  }
  for (const [stream, viewer] of viewers) {
    if (sees(viewer)) emit(ctx, { type: 'SEND_OPERATOR', stream, event: build(viewer) });
  }
}

/** Whether a task may be seen, and the framework it is of. */
function seesTask({ state }: Context, { task, frameworkId }: AnyTask): (viewer: Viewer) => boolean {
  const framework = state.frameworks.get(frameworkId) ?? state.completedFrameworks.get(frameworkId);
  return (viewer) =>
    framework !== undefined &&
    viewer.framework(framework.info) &&
    viewer.task(task, framework.info);
}

type AnyTask = Pick<TaskRecord, 'task' | 'frameworkId'>;

/** TASK_ADDED: the master knows a task now, launched or reported by its agent. */
export function announceTask(ctx: Context, record: TaskRecord): void {
  const { task } = record;
  announce(ctx, seesTask(ctx, record), () => ({
    type: 'TASK_ADDED',
    // A copy: the task may change before the event is written.
    task_added: { task: { ...task, statuses: [...(task.statuses ?? [])] } },
  }));
}

/** TASK_UPDATED: a new state, or news of its checks. */
export function announceTaskUpdate(ctx: Context, record: AnyTask, status: TaskStatus): void {
  const { task, frameworkId } = record;
  announce(ctx, seesTask(ctx, record), () => ({
    type: 'TASK_UPDATED',
    task_updated: { framework_id: { value: frameworkId }, status, state: task.state },
  }));
}

const anybody = (): boolean => true;

/** AGENT_ADDED: new, or back after a time out of reach or a restart of the master. */
export function announceAgent(ctx: Context, agent: Agent): void {
  announce(ctx, anybody, (viewer) => ({
    type: 'AGENT_ADDED',
    agent_added: { agent: agentView(ctx.state, agent, viewer) },
  }));
}

/** AGENT_REMOVED: as upstream, not for agents that are merely unreachable or marked gone. */
export function announceAgentRemoval(ctx: Context, agent: Agent): void {
  announce(ctx, anybody, () => ({
    type: 'AGENT_REMOVED',
    agent_removed: { agent_id: { value: agent.id } },
  }));
}

function seesFramework({ info }: Framework): (viewer: Viewer) => boolean {
  return (viewer) => viewer.framework(info);
}

export function announceFramework(ctx: Context, framework: Framework): void {
  announce(ctx, seesFramework(framework), () => ({
    type: 'FRAMEWORK_ADDED',
    framework_added: { framework: frameworkEventView(framework) },
  }));
}

/** FRAMEWORK_UPDATED: it subscribed again, or changed what it is. */
export function announceFrameworkUpdate(ctx: Context, framework: Framework): void {
  announce(ctx, seesFramework(framework), () => ({
    type: 'FRAMEWORK_UPDATED',
    framework_updated: { framework: frameworkEventView(framework) },
  }));
}

export function announceFrameworkRemoval(ctx: Context, framework: Framework): void {
  announce(ctx, seesFramework(framework), () => ({
    type: 'FRAMEWORK_REMOVED',
    framework_removed: { framework_info: framework.info },
  }));
}
