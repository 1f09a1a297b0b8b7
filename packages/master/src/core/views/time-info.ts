/** Points in time as messages carry them. */
import type { TimeInfo } from '@stoke/protocol';

/** From milliseconds since the epoch. */
export function timeInfo(ms: number): TimeInfo {
  return { nanoseconds: ms * 1_000_000 };
}
