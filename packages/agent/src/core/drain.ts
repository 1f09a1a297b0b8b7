/** Draining: on the operator's order the agent takes no more tasks and kills those it has, also across restarts. */
import type { DrainConfig, KillPolicy } from '@stoke/protocol';
import { defaultGraceMs } from './command-executor.ts';
import { killKnown } from './kill.ts';
import { forgetDrain, storeDrain } from './records.ts';
import { type AgentState, type Drain, type Executor, type Framework, findTask } from './state.ts';
import { logEvent, type Turn } from './turn.ts';

const nsPerMs = 1e6;

/** DRAIN of the master: kept on disk until nothing is left here, so that a restarted agent goes on. */
export function startDrain(turn: Turn, config: DrainConfig): void {
  turn.state.drain = { config, startedMs: turn.nowMs };
  storeDrain(turn, turn.state.drain);
  logEvent(turn, 'draining', { config });
  killEverything(turn, config);
}

/** A new run of the agent takes up the draining of the former one. */
export function resumeDrain(turn: Turn, drain: Drain | undefined): void {
  if (drain === undefined) return;
  turn.state.drain = drain;
  logEvent(turn, 'draining goes on', { config: drain.config });
  killEverything(turn, drain.config);
}

/** Draining ends by itself once no task, update or operation is left: the agent may be used again. */
export function endDrainIfEmpty(turn: Turn): void {
  if (turn.state.drain === undefined || !isEmpty(turn.state)) return;
  turn.state.drain = undefined;
  forgetDrain(turn);
  logEvent(turn, 'drained', {});
}

function isEmpty({ frameworks, operations }: AgentState): boolean {
  if (operations.size > 0) return false;
  return [...frameworks.values()].every(
    ({ owners, streams }) => owners.size === 0 && streams.size === 0,
  );
}

function killEverything(turn: Turn, config: DrainConfig): void {
  for (const framework of [...turn.state.frameworks.values()]) {
    for (const taskId of [...framework.owners.keys()]) {
      const policy = drainPolicy(framework, taskId, config);
      killKnown(turn, framework, { taskId, policy, commandPolicy: policy });
    }
  }
}

/** The kill policy that draining puts above the task's own: only where that one takes longer, or is not known. */
function drainPolicy(
  framework: Framework,
  taskId: string,
  { max_grace_period }: DrainConfig,
): KillPolicy | undefined {
  if (max_grace_period === undefined) return undefined;
  const most = Math.max(0, max_grace_period.nanoseconds);
  const known = findTask(framework, taskId);
  const own = known && ownGraceNs(known.executor, known.entry?.info.kill_policy);
  if (own !== undefined && own <= most) return undefined;
  return { grace_period: { nanoseconds: most } };
}

/** What the task gets without draining; programs of frameworks know their own default best. */
function ownGraceNs({ kind }: Executor, policy: KillPolicy | undefined): number | undefined {
  const own = policy?.grace_period?.nanoseconds;
  return own ?? (kind === 'custom' ? undefined : defaultGraceMs * nsPerMs);
}
