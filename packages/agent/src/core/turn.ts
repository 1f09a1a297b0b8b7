/** One turn of the core: the state, the effects gathered so far, the time and fresh uuids. */

import type { Effect } from './effects.ts';
import type { TimerEvent } from './events.ts';
import type { AgentState } from './state.ts';

/** What the shell passes in with each event, because pure code has neither clock nor chance. */
export interface Chance {
  /** Sixteen random bytes of a version 4 UUID. */
  newUuid(): Uint8Array;
}

export interface Turn {
  readonly state: AgentState;
  readonly effects: Effect[];
  readonly nowMs: number;
  readonly chance: Chance;
}

/** Timers are named after what they watch, so that setting one again replaces it. */
function timerKey(timer: TimerEvent): string {
  switch (timer.kind) {
    case 'update-retry':
      return `${timer.kind}/${timer.frameworkId}/${timer.taskId}`;
    case 'operation-retry':
      return `${timer.kind}/${timer.operation}`;
    case 'close-deadline':
      return timer.kind;
    default:
      return `${timer.kind}/${timer.containerId}`;
  }
}

export function setTimer(turn: Turn, timer: TimerEvent, delayMs: number): void {
  turn.effects.push({ type: 'set-timer', key: timerKey(timer), delayMs, timer });
}

export function cancelTimer(turn: Turn, timer: TimerEvent): void {
  turn.effects.push({ type: 'cancel-timer', key: timerKey(timer) });
}

export function logEvent(turn: Turn, message: string, fields: Record<string, unknown>): void {
  turn.effects.push({ type: 'log', level: 'info', message, fields });
}

export function logProblem(turn: Turn, message: string, fields: Record<string, unknown>): void {
  turn.effects.push({ type: 'log', level: 'warn', message, fields });
}

/** The text form of a UUID. */
export function formatUuid(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

/** A key for comparing uuids of any length. */
export function uuidKey(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
