import { createServer, type Server } from 'node:http';
import { createFakeClock } from '@stoke/kit';
import { afterEach, expect, test } from 'vitest';
import { findFreePort } from './free-port.ts';
import { type ApplicationProgress, RUN_ID_PROPERTY, watchStages } from './stage-watch.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A driver's page with one stage, whose finished tasks the caller counts up. */
async function serveDriver(port: number, runId: string, done: () => number): Promise<void> {
  const answers: Readonly<Record<string, () => unknown>> = {
    '/api/v1/applications': () => [{ id: `app-${runId}`, name: 'job' }],
    [`/api/v1/applications/app-${runId}/environment`]: () => ({
      sparkProperties: [[RUN_ID_PROPERTY, runId]],
    }),
    [`/api/v1/applications/app-${runId}/stages`]: () => [
      stage(1, 'ACTIVE', done()),
      stage(0, 'COMPLETE', 4),
      stage(2, 'SKIPPED', 0),
    ],
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(JSON.stringify(answer?.() ?? null));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
}

function stage(stageId: number, status: string, numCompleteTasks: number) {
  const counts = { numTasks: 4, numActiveTasks: 1, numFailedTasks: 0, numCompleteTasks };
  return { stageId, attemptId: 0, name: `stage ${stageId}`, status, ...counts };
}

test('watchStages finds its own application behind another that took the port, and tells each change once', async () => {
  const port = await findFreePort(41_000, 42_000);
  const next = await findFreePort(port + 1, port + 15);
  let done = 0;
  await serveDriver(port, 'other', () => 0);
  await serveDriver(next, 'ours', () => done);
  const clock = createFakeClock();
  const seen: ApplicationProgress[] = [];
  const told = Promise.withResolvers<void>();
  const toldAgain = Promise.withResolvers<void>();
  const watch = watchStages({
    uiPort: port,
    runId: 'ours',
    clock,
    onProgress: (progress) => {
      seen.push(progress);
      (seen.length === 1 ? told : toldAgain).resolve();
    },
  });
  await clock.advance(500);
  await told.promise;
  done = 3;
  await clock.advance(500);
  await toldAgain.promise;
  watch.stop();
  expect(seen.map(({ applicationId }) => applicationId)).toEqual(['app-ours', 'app-ours']);
  expect(seen[0]?.uiUrl).toBe(`http://127.0.0.1:${next}`);
  const summary = seen.map(({ stages }) =>
    stages.map((each) => `${each.stageId}:${each.completeTasks}`),
  );
  expect(summary).toEqual([
    ['0:4', '1:0'],
    ['0:4', '1:3'],
  ]);
  expect(clock.pending()).toBe(0);
});
