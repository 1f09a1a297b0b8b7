/** Subscribers of the operator API: they come, hear heartbeats, and go. */
import type { Context } from './context.ts';
import { emit, log } from './context.ts';
import type { MasterEvent } from './events.ts';
import { stateView } from './views/task-view.ts';

function heartbeatKey(stream: string): string {
  return `operator-heartbeat/${stream}`;
}

function forget(ctx: Context, stream: string): void {
  ctx.state.operatorStreams.delete(stream);
  emit(ctx, { type: 'CANCEL_TIMER', key: heartbeatKey(stream) });
}

/** Beyond the limit the oldest subscriber has to go. */
function dropOldest(ctx: Context): void {
  const { operatorStreams, settings } = ctx.state;
  const oldest = operatorStreams.keys().next().value;
  if (oldest === undefined || operatorStreams.size < settings.maxOperatorSubscribers) return;
  forget(ctx, oldest);
  emit(ctx, { type: 'CLOSE_OPERATOR', stream: oldest });
  log(ctx, 'warn', { message: 'oldest operator event stream dropped', stream: oldest });
}

/** Sends a heartbeat, and sets the time of the next. */
export function handleOperatorHeartbeat(ctx: Context, stream: string): void {
  if (!ctx.state.operatorStreams.has(stream)) return;
  emit(ctx, { type: 'SEND_OPERATOR', stream, event: { type: 'HEARTBEAT' } });
  emit(ctx, {
    type: 'SET_TIMER',
    key: heartbeatKey(stream),
    delayMs: ctx.state.settings.heartbeatIntervalMs,
    event: { type: 'OPERATOR_HEARTBEAT_DUE', stream },
  });
}

/** Mesos operator API, SUBSCRIBE: everything as it is, then every change. */
export function handleSubscribeOperator(
  ctx: Context,
  { stream, viewer }: Extract<MasterEvent, { type: 'SUBSCRIBE_OPERATOR' }>,
): void {
  dropOldest(ctx);
  ctx.state.operatorStreams.set(stream, viewer);
  emit(ctx, {
    type: 'SEND_OPERATOR',
    stream,
    event: {
      type: 'SUBSCRIBED',
      subscribed: {
        get_state: stateView(ctx.state, viewer),
        heartbeat_interval_seconds: ctx.state.settings.heartbeatIntervalMs / 1000,
      },
    },
  });
  handleOperatorHeartbeat(ctx, stream);
}

export function handleOperatorStreamClosed(ctx: Context, stream: string): void {
  forget(ctx, stream);
}
