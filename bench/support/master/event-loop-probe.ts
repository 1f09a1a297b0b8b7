/** Loaded into a daemon with `--import`: on SIGUSR2 writes how long its event loop stalled since the last time. */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env.STOKE_BENCH_PROBE;
const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();

if (file !== undefined) {
  process.on('SIGUSR2', () => {
    const ms = (nanoseconds: number): number => Math.round(nanoseconds / 1e4) / 100;
    const { heapUsed, heapTotal, external } = process.memoryUsage();
    const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
    const report = {
      maxMs: ms(delays.max),
      p99Ms: ms(delays.percentile(99)),
      heapUsedMiB: mebibytes(heapUsed),
      heapTotalMiB: mebibytes(heapTotal),
      externalMiB: mebibytes(external),
    };
    delays.reset();
    writeFileSync(file, JSON.stringify(report));
  });
}
