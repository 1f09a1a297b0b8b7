/** Follows the stages of a running application through its driver's own REST API. */

import { type Clock, requestHttp } from '@stoke/kit';
import { z } from 'zod';

/** How far one stage is. */
export interface StageProgress {
  readonly stageId: number;
  readonly attemptId: number;
  /** As in `showString at NativeMethodAccessorImpl.java:0`. */
  readonly name: string;
  readonly status: 'ACTIVE' | 'COMPLETE' | 'FAILED' | 'PENDING' | 'SKIPPED';
  readonly numTasks: number;
  readonly completeTasks: number;
  readonly activeTasks: number;
  readonly failedTasks: number;
}

/** What is known of a running application. */
export interface ApplicationProgress {
  readonly applicationId: string;
  readonly name: string;
  /** Address of the application's web page. */
  readonly uiUrl: string;
  /** Oldest first; stages that Spark skipped are left out. */
  readonly stages: readonly StageProgress[];
}

const applicationsSchema = z.array(z.object({ id: z.string(), name: z.string() }));

const stagesSchema = z.array(
  z.object({
    stageId: z.number(),
    attemptId: z.number(),
    name: z.string(),
    status: z.enum(['ACTIVE', 'COMPLETE', 'FAILED', 'PENDING', 'SKIPPED']),
    numTasks: z.number(),
    numCompleteTasks: z.number(),
    numActiveTasks: z.number(),
    numFailedTasks: z.number(),
  }),
);

/** Where the driver's page is, and how often to look. */
export interface StageWatchOptions {
  readonly uiUrl: string;
  readonly clock: Clock;
  /** Told after each change. */
  readonly onProgress: (progress: ApplicationProgress) => void;
  /** Default 500. */
  readonly intervalMs?: number;
}

/** Starts to follow; the caller must call `stop`. A driver that does not answer (yet, or any more) is no error. */
export function watchStages(options: StageWatchOptions): { stop(): void } {
  let stopped = false;
  let last = '';
  const look = async (): Promise<void> => {
    const progress = await readProgress(options.uiUrl);
    const text = JSON.stringify(progress);
    if (stopped) return;
    if (progress !== undefined && text !== last) options.onProgress(progress);
    last = text;
    timer = options.clock.setTimer(options.intervalMs ?? 500, () => void look());
  };
  let timer = options.clock.setTimer(options.intervalMs ?? 500, () => void look());
  return {
    stop() {
      stopped = true;
      timer.cancel();
    },
  };
}

/** One look at an application; undefined while its driver does not answer. */
export async function readProgress(uiUrl: string): Promise<ApplicationProgress | undefined> {
  const applications = applicationsSchema.safeParse(await getJson(`${uiUrl}/api/v1/applications`));
  const application = applications.data?.[0];
  if (application === undefined) return undefined;
  const path = `/api/v1/applications/${encodeURIComponent(application.id)}/stages`;
  const stages = stagesSchema.safeParse(await getJson(`${uiUrl}${path}`));
  return {
    applicationId: application.id,
    name: application.name,
    uiUrl,
    stages: (stages.data ?? [])
      .filter((stage) => stage.status !== 'SKIPPED')
      .map((stage) => ({
        stageId: stage.stageId,
        attemptId: stage.attemptId,
        name: stage.name,
        status: stage.status,
        numTasks: stage.numTasks,
        completeTasks: stage.numCompleteTasks,
        activeTasks: stage.numActiveTasks,
        failedTasks: stage.numFailedTasks,
      }))
      .sort((a, b) => a.stageId - b.stageId || a.attemptId - b.attemptId),
  };
}

async function getJson(url: string): Promise<unknown> {
  try {
    const answer = await requestHttp({ method: 'GET', url, timeoutMs: 2000 });
    return answer.status === 200 ? JSON.parse(answer.body.toString('utf8')) : undefined;
  } catch {
    // The driver is starting, busy or gone: the next look tells.
    return undefined;
  }
}
