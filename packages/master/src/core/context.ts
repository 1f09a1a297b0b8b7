/** What every handler of the core works with: the books, the time, and where effects go. */
import type { LinkMasterMessage, SchedulerEvent } from '@stoke/protocol';
import { count } from './counters.ts';
import type { Effect, LogLevel } from './effects.ts';
import type { Agent, Framework, MasterState } from './state.ts';

export type Context = {
  readonly state: MasterState;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly effects: Effect[];
};

/** Appends an effect. */
export function emit(ctx: Context, effect: Effect): void {
  ctx.effects.push(effect);
}

/** One log line: a constant message and fields. */
export function log(
  ctx: Context,
  level: LogLevel,
  entry: { readonly message: string } & Readonly<Record<string, unknown>>,
): void {
  const { message, ...fields } = entry;
  emit(ctx, { type: 'LOG', level, message, fields });
}

/** Sends an event to a framework; dropped silently while it is disconnected, as Mesos does. */
export function sendEvent(ctx: Context, framework: Framework, event: SchedulerEvent): void {
  if (framework.stream === undefined) return;
  count(framework.counters, 'events');
  count(framework.counters, `events/${(event.type ?? 'UNKNOWN').toLowerCase()}`);
  emit(ctx, { type: 'SEND_EVENT', stream: framework.stream, event });
}

/** Sends a message to an agent; false when the agent is disconnected. */
export function sendAgent(ctx: Context, agent: Agent, message: LinkMasterMessage): boolean {
  if (agent.link === undefined) return false;
  emit(ctx, { type: 'SEND_AGENT', link: agent.link, message });
  return true;
}

/** Now, as TaskStatus.timestamp wants it. */
export function nowSeconds(ctx: Context): number {
  return ctx.nowMs / 1000;
}
