/** Answers to requests that wait for the registry. */
import type { Context } from './context.ts';
import { emit, log } from './context.ts';

/** Why a request is refused. */
export type Refusal = { readonly status: 400 | 404 | 409 | 503; readonly reason: string };

/** How a request ended: done, or refused, or the master stopped before. */
export type Outcome = { readonly status: 200 } | Refusal;

/** The request is done, and durable. */
export function reply(ctx: Context, request: string): void {
  emit(ctx, { type: 'REPLY', request, outcome: { status: 200 } });
}

/** The request changes nothing. */
export function refuse(ctx: Context, request: string, refusal: Refusal): void {
  log(ctx, 'warn', { message: 'request refused', reason: refusal.reason });
  emit(ctx, { type: 'REPLY', request, outcome: refusal });
}
