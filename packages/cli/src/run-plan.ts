/** Runs a provider's plan with progress on stderr. */
import type { Plan } from '@stoke/cluster';
import type { CliIo } from './io.ts';

/** Runs the plan to its result; a failure undoes what was begun unless `keep`. */
export async function runWithProgress<Result>(
  io: CliIo,
  plan: Plan<Result>,
  { keep = false }: { readonly keep?: boolean } = {},
): Promise<Result> {
  const [{ runPlan }, { planProgress }] = await Promise.all([
    import('@stoke/cluster'),
    import('./output/plan-progress.ts'),
  ]);
  return runPlan(plan, { signal: io.signal, keep, onEvent: planProgress(io) });
}
