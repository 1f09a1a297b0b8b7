/** KILL, SHUTDOWN and MESSAGE: what a framework says to its tasks and executors. */
import type {
  LinkAgentMessage_ExecutorMessage,
  LinkAgentMessage_ExitedExecutor,
  SchedulerCall_Kill,
  SchedulerCall_Message,
  SchedulerCall_Shutdown,
} from '@stoke/protocol';
import type { Context } from './context.ts';
import { log, sendAgent, sendEvent } from './context.ts';
import { count } from './counters.ts';
import { removeExecutor } from './ledger.ts';
import { reconcileTask } from './reconcile.ts';
import type { Agent, Framework } from './state.ts';
import { ownedKey } from './state.ts';

/** A kill is remembered per agent, so that one asked for during a disconnection is not lost. */
function rememberKill(agent: Agent, frameworkId: string, taskId: string): void {
  const tasks = agent.killed.get(frameworkId) ?? new Set();
  agent.killed.set(frameworkId, tasks.add(taskId));
}

export function handleKill(ctx: Context, framework: Framework, kill: SchedulerCall_Kill): void {
  const taskId = kill.task_id.value;
  const wantedAgent = kill.agent_id?.value;
  const record = framework.tasks.get(taskId);
  if (record === undefined) {
    reconcileTask(ctx, framework, { taskId, agentId: wantedAgent });
    return;
  }
  if (wantedAgent !== undefined && wantedAgent !== record.agentId) {
    log(ctx, 'warn', { message: 'kill ignored: wrong agent', taskId, agentId: wantedAgent });
    return;
  }
  const agent = ctx.state.agents.get(record.agentId);
  if (agent === undefined) return;
  rememberKill(agent, framework.id, taskId);
  sendAgent(ctx, agent, {
    type: 'KILL_TASK',
    kill_task: {
      framework_id: { value: framework.id },
      task_id: kill.task_id,
      ...(kill.kill_policy === undefined ? {} : { kill_policy: kill.kill_policy }),
    },
  });
}

export function handleShutdown(
  ctx: Context,
  framework: Framework,
  shutdown: SchedulerCall_Shutdown,
): void {
  const agent = ctx.state.agents.get(shutdown.agent_id.value);
  const sent =
    agent !== undefined &&
    sendAgent(ctx, agent, {
      type: 'SHUTDOWN_EXECUTOR',
      shutdown_executor: {
        framework_id: { value: framework.id },
        executor_id: shutdown.executor_id,
      },
    });
  if (!sent) log(ctx, 'warn', { message: 'shutdown dropped: agent not connected' });
}

export function handleMessage(
  ctx: Context,
  framework: Framework,
  message: SchedulerCall_Message,
): void {
  const agent = ctx.state.agents.get(message.agent_id.value);
  const sent =
    agent !== undefined &&
    sendAgent(ctx, agent, {
      type: 'FRAMEWORK_MESSAGE',
      framework_message: {
        framework_id: { value: framework.id },
        executor_id: message.executor_id,
        data: message.data,
      },
    });
  count(
    ctx.state.counters,
    sent ? 'valid_framework_to_executor_messages' : 'invalid_framework_to_executor_messages',
  );
}

/** MESSAGE of an executor: best effort. */
export function handleExecutorMessage(
  ctx: Context,
  agent: Agent,
  message: LinkAgentMessage_ExecutorMessage,
): void {
  const framework = ctx.state.frameworks.get(message.framework_id.value);
  if (framework === undefined) {
    count(ctx.state.counters, 'invalid_executor_to_framework_messages');
    return;
  }
  count(ctx.state.counters, 'valid_executor_to_framework_messages');
  sendEvent(ctx, framework, {
    type: 'MESSAGE',
    message: {
      agent_id: { value: agent.id },
      executor_id: message.executor_id,
      data: message.data,
    },
  });
}

/** An executor ended: FAILURE for its framework; the statuses of its tasks come from the agent. */
export function handleExitedExecutor(
  ctx: Context,
  agent: Agent,
  exited: LinkAgentMessage_ExitedExecutor,
): void {
  const frameworkId = exited.framework_id.value;
  const record = agent.executors.get(ownedKey(frameworkId, exited.executor_id.value));
  if (record === undefined) return;
  removeExecutor(ctx, record);
  const framework = ctx.state.frameworks.get(frameworkId);
  if (framework === undefined) return;
  sendEvent(ctx, framework, {
    type: 'FAILURE',
    failure: {
      agent_id: { value: agent.id },
      executor_id: exited.executor_id,
      status: exited.status,
    },
  });
}
