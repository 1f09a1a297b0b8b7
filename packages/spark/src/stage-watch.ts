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

const environmentSchema = z.object({ sparkProperties: z.array(z.tuple([z.string(), z.string()])) });

/** A property that tells an application from others on the same machine; its value is the run's own. */
export const RUN_ID_PROPERTY = 'spark.stoke.runId';

/** Spark tries the next port when one is taken, this many times. */
const PORTS_TRIED = 16;

/** Which application to follow, and how often to look. */
export interface StageWatchOptions {
  /** The port that the driver's page was told to take. */
  readonly uiPort: number;
  /** Value of {@link RUN_ID_PROPERTY}: another application may have taken the port first. */
  readonly runId: string;
  readonly clock: Clock;
  /** Told after each change. */
  readonly onProgress: (progress: ApplicationProgress) => void;
  /** Default 500. */
  readonly intervalMs?: number;
}

/** Starts to follow; the caller must call `stop`. A driver that does not answer (yet, or any more) is no error. */
export function watchStages(options: StageWatchOptions): { stop(): void } {
  const { clock, intervalMs = 500 } = options;
  let stopped = false;
  let last = '';
  let uiUrl: string | undefined;
  const look = async (): Promise<void> => {
    uiUrl ??= await findPage(options);
    const progress = uiUrl === undefined ? undefined : await readProgress(uiUrl);
    if (stopped) return;
    const text = JSON.stringify(progress);
    if (progress !== undefined && text !== last) options.onProgress(progress);
    last = text;
    timer = clock.setTimer(intervalMs, () => void look());
  };
  let timer = clock.setTimer(intervalMs, () => void look());
  return {
    stop() {
      stopped = true;
      timer.cancel();
    },
  };
}

/** The page of the application that carries our run id. */
async function findPage({ uiPort, runId }: StageWatchOptions): Promise<string | undefined> {
  for (let port = uiPort; port < uiPort + PORTS_TRIED; port += 1) {
    const uiUrl = `http://127.0.0.1:${port}`;
    const application = await readApplication(uiUrl);
    if (application === undefined) continue;
    const environment = environmentSchema.safeParse(
      await getJson(`${applicationUrl(uiUrl, application.id)}/environment`),
    );
    const found = environment.data?.sparkProperties.find(([key]) => key === RUN_ID_PROPERTY);
    if (found?.[1] === runId) return uiUrl;
  }
  return undefined;
}

async function readApplication(uiUrl: string): Promise<{ id: string; name: string } | undefined> {
  return applicationsSchema.safeParse(await getJson(`${uiUrl}/api/v1/applications`)).data?.[0];
}

function applicationUrl(uiUrl: string, id: string): string {
  return `${uiUrl}/api/v1/applications/${encodeURIComponent(id)}`;
}

/** One look at an application; undefined while its driver does not answer. */
export async function readProgress(uiUrl: string): Promise<ApplicationProgress | undefined> {
  const application = await readApplication(uiUrl);
  if (application === undefined) return undefined;
  const stages = stagesSchema.safeParse(
    await getJson(`${applicationUrl(uiUrl, application.id)}/stages`),
  );
  return {
    applicationId: application.id,
    name: application.name,
    uiUrl,
    stages: (stages.data ?? [])
      .filter((stage) => stage.status !== 'SKIPPED')
      .map(renderStage)
      .sort((a, b) => a.stageId - b.stageId || a.attemptId - b.attemptId),
  };
}

function renderStage(stage: z.infer<typeof stagesSchema>[number]): StageProgress {
  const { stageId, attemptId, name, status, numTasks } = stage;
  return {
    stageId,
    attemptId,
    name,
    status,
    numTasks,
    completeTasks: stage.numCompleteTasks,
    activeTasks: stage.numActiveTasks,
    failedTasks: stage.numFailedTasks,
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
