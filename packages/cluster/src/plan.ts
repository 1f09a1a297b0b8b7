/** A plan is a list of named actions; running it tells each step and undoes what was done when one fails. */

/** What an action gets while it runs. */
export interface ActionContext {
  /** Aborted when the user gives up; actions stop waiting then. */
  readonly signal: AbortSignal;
  /** Says how far the action is, or what it waits for. */
  report(detail: string): void;
}

/** One step with a name people read, e.g. "Start master". */
export interface Action {
  readonly title: string;
  run(context: ActionContext): Promise<void>;
  /** Takes back what `run` did, also when it failed half-way; must not need `run` to have finished. */
  undo?(): Promise<void>;
}

/** What will be done, and what there is to show afterwards. */
export interface Plan<Result> {
  readonly actions: readonly Action[];
  result(): Promise<Result>;
}

/** One moment of a running plan. */
export type PlanEvent =
  | { readonly type: 'started' | 'undoing'; readonly title: string }
  | { readonly type: 'progress'; readonly title: string; readonly detail: string }
  | {
      readonly type: 'done' | 'failed' | 'undone' | 'undo-failed';
      readonly title: string;
      readonly durationMs: number;
      readonly detail?: string;
    };

/** How a plan is run. */
export interface RunPlanOptions {
  readonly signal: AbortSignal;
  readonly onEvent: (event: PlanEvent) => void;
  /** Leaves what was done in place when an action fails. Default false. */
  readonly keep?: boolean;
  /** Milliseconds; given by tests. */
  readonly now?: () => number;
}

/**
 * Runs the actions in order and returns the result.
 * When one fails, those begun are undone, last first, and the failure is thrown; problems of undoing are only told.
 */
export async function runPlan<Result>(
  plan: Plan<Result>,
  { signal, onEvent, keep = false, now = () => performance.now() }: RunPlanOptions,
): Promise<Result> {
  const begun: Action[] = [];
  for (const action of plan.actions) {
    const { title } = action;
    const started = now();
    onEvent({ type: 'started', title });
    begun.push(action);
    try {
      signal.throwIfAborted();
      await action.run({
        signal,
        report: (detail) => onEvent({ type: 'progress', title, detail }),
      });
    } catch (error) {
      onEvent({ type: 'failed', title, durationMs: now() - started });
      if (!keep) await undoAll(begun.reverse(), onEvent, now);
      throw error;
    }
    onEvent({ type: 'done', title, durationMs: now() - started });
  }
  return plan.result();
}

async function undoAll(
  actions: readonly Action[],
  onEvent: (event: PlanEvent) => void,
  now: () => number,
): Promise<void> {
  for (const action of actions) {
    if (action.undo === undefined) continue;
    const { title } = action;
    const started = now();
    onEvent({ type: 'undoing', title });
    try {
      await action.undo();
      onEvent({ type: 'undone', title, durationMs: now() - started });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      onEvent({ type: 'undo-failed', title, durationMs: now() - started, detail });
    }
  }
}
