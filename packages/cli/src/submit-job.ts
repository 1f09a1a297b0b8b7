/** Runs a Spark program on a cluster with logs, progress, and an exit code that is the program's own. */
import type { JobEnd, JobRequest, Provider } from '@stoke/cluster';
import type { CliIo } from './io.ts';
import { jobProgress } from './output/job-progress.ts';
import { setupProgress } from './output/setup-progress.ts';
import { StatusLine } from './output/status-line.ts';

/** What is run, and for how long. */
export interface JobRun {
  readonly provider: Provider;
  readonly cluster: string;
  readonly job: JobRequest;
  readonly timeoutMs?: number;
}

/**
 * Runs the program to its end and sets the exit code.
 * @throws AppError `JOB_TIMED_OUT`, and those of {@link Provider.submit}
 */
export async function submitJob(io: CliIo, run: JobRun): Promise<JobEnd> {
  const { clusterError } = await import('@stoke/cluster');
  const status = new StatusLine(io);
  const shown = jobProgress(status);
  const limit = new AbortController();
  let waitReason: string | undefined;
  const timer =
    run.timeoutMs === undefined ? undefined : io.clock.setTimer(run.timeoutMs, () => limit.abort());
  io.terminalLent = run.job.interactive;
  if (!run.job.interactive) shown.start();
  try {
    const end = await run.provider.submit(run.cluster, run.job, {
      env: io.env,
      cwd: io.cwd,
      clock: io.clock,
      signal: AbortSignal.any([io.signal, limit.signal]),
      onOutput: (chunk, stream) => status.pass(chunk, stream),
      onSetup: setupProgress(status),
      onProgress: (progress) => shown.progress(progress),
      onWait(reason) {
        waitReason = reason;
        shown.waits(reason);
      },
    });
    if (limit.signal.aborted) {
      const why =
        waitReason === undefined
          ? '; give it more with --timeout'
          : `; it was waiting: ${waitReason}`;
      throw clusterError('JOB_TIMED_OUT', {
        message: `Cannot finish the job on cluster '${run.cluster}': it did not end within ${(run.timeoutMs ?? 0) / 1000} s${why}`,
        details: { cluster: run.cluster, timeoutMs: run.timeoutMs, waitReason },
      });
    }
    if (!io.signal.aborted) io.exitCode = end.exitCode;
    return end;
  } finally {
    shown.end();
    timer?.cancel();
    io.terminalLent = false;
  }
}
