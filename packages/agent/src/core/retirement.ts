/** When executors and frameworks leave the agent's books: their containers ended and nothing waits for an acknowledgement. */
import { forgetExecutor, forgetFramework, forgetTask } from './records.ts';
import type { Executor, Framework } from './state.ts';
import { logEvent, type Turn } from './turn.ts';

const maxCompletedFrameworks = 50;

/** Moves an ended executor to the completed ones, and then perhaps its framework. */
export function retireIfDone(
  turn: Turn,
  framework: Framework,
  executor: Executor | undefined,
): void {
  if (executor !== undefined && isDone(framework, executor))
    retireExecutor(turn, framework, executor);
  if (framework.executors.size > 0 || framework.streams.size > 0) return;
  if (turn.state.frameworks.get(framework.id) !== framework) return;
  turn.state.frameworks.delete(framework.id);
  turn.state.completedFrameworks.push(framework);
  if (turn.state.completedFrameworks.length > maxCompletedFrameworks) {
    turn.state.completedFrameworks.shift();
  }
  forgetFramework(turn, framework.id);
  logEvent(turn, 'framework has nothing left here', { frameworkId: framework.id });
}

function isDone(framework: Framework, executor: Executor): boolean {
  if (executor.phase !== 'terminated') return false;
  return framework.terminating || (executor.tasks.size === 0 && executor.queued.size === 0);
}

function retireExecutor(turn: Turn, framework: Framework, executor: Executor): void {
  for (const [taskId, { task }] of executor.tasks) {
    executor.completedTasks.push(task);
    forgetTask(turn, executor, taskId);
  }
  for (const taskId of executor.queued.keys()) forgetTask(turn, executor, taskId);
  for (const [taskId, owner] of framework.owners) {
    if (owner === executor) framework.owners.delete(taskId);
  }
  executor.tasks.clear();
  executor.queued.clear();
  framework.executors.delete(executor.id);
  framework.completedExecutors.push(executor);
  if (framework.completedExecutors.length > turn.state.settings.maxCompletedExecutors) {
    framework.completedExecutors.shift();
  }
  forgetExecutor(turn, executor);
  turn.effects.push({ type: 'retire-sandbox', directory: executor.directory });
}
