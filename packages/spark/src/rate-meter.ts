/** Measures how fast bytes arrive, over the last few seconds. */

import type { Clock } from '@stoke/kit';

const WINDOW_MS = 5000;
const REPORT_EVERY_MS = 200;

/** Counts bytes; `count` tells when it is time to report again. */
export interface RateMeter {
  count(bytes: number): boolean;
  bytesPerSecond(): number;
}

/** A meter that starts at `startBytes`, which do not count as speed. */
export function createRateMeter(clock: Clock, startBytes: number): RateMeter {
  let total = startBytes;
  let lastReport = Number.NEGATIVE_INFINITY;
  const marks: { at: number; total: number }[] = [{ at: clock.now(), total }];
  return {
    count(bytes) {
      total += bytes;
      const now = clock.now();
      if (now - lastReport < REPORT_EVERY_MS) return false;
      lastReport = now;
      marks.push({ at: now, total });
      while (marks.length > 2 && now - (marks[0]?.at ?? now) > WINDOW_MS) marks.shift();
      return true;
    },
    bytesPerSecond() {
      const first = marks[0];
      if (first === undefined) return 0;
      const seconds = (clock.now() - first.at) / 1000;
      return seconds <= 0 ? 0 : (total - first.total) / seconds;
    },
  };
}
