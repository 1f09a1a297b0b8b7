/** Frameworks known only through agents, after a restart of the master, until they subscribe again. */
import type { FrameworkInfo } from '@stoke/protocol';
import { announceFramework } from './announcements.ts';
import type { Context } from './context.ts';
import { emit, log } from './context.ts';
import { failoverTimerKey } from './framework-exit.ts';
import { createFramework, frameworkSpec } from './subscribe.ts';

/**
 * Enters a framework that an agent reported. It has its failover timeout to come back, and never
 * less than an agent has: a framework must not lose its tasks because the master restarted.
 */
export function recoverFramework(ctx: Context, info: FrameworkInfo, id: string): void {
  const framework = createFramework(info, id, ctx.nowMs);
  framework.recovered = true;
  ctx.state.frameworks.set(id, framework);
  ctx.state.allocator.addFramework(frameworkSpec(framework));
  announceFramework(ctx, framework);
  const failoverMs = (info.failover_timeout ?? 0) * 1000;
  emit(ctx, {
    type: 'SET_TIMER',
    key: failoverTimerKey(id),
    delayMs: Math.max(failoverMs, ctx.state.settings.agentReregisterTimeoutMs),
    event: { type: 'FAILOVER_TIMEOUT', frameworkId: id },
  });
  log(ctx, 'info', { message: 'framework recovered', frameworkId: id });
}
