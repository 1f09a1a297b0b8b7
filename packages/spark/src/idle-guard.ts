/** Aborts something that has shown no sign of life for a while. */

import type { Clock, Timer } from '@stoke/kit';

/** Aborts `signal` unless touched often enough; must be stopped by its owner. */
export interface IdleGuard {
  readonly signal: AbortSignal;
  touch(): void;
  stop(): void;
}

/** Starts a guard that aborts after `idleMs` without a touch. */
export function createIdleGuard(clock: Clock, idleMs: number): IdleGuard {
  const controller = new AbortController();
  let timer: Timer | undefined;
  const touch = (): void => {
    timer?.cancel();
    timer = clock.setTimer(idleMs, () =>
      controller.abort(new Error(`nothing arrived for ${idleMs / 1000} s`)),
    );
  };
  touch();
  return { signal: controller.signal, touch, stop: () => timer?.cancel() };
}
