/** Whom of a container a signal is for. */
import { type ProcessEntry, processesUnder } from '../process-table.ts';

/** Killing the first process ends the others; asking to end is for the command and what it started. */
export function signalled(
  table: readonly ProcessEntry[],
  init: number,
  signal: 'SIGTERM' | 'SIGKILL',
): readonly number[] {
  if (signal === 'SIGKILL') return [init];
  const below = processesUnder(table, [init]).get(init) ?? [];
  return below.length === 0 ? [init] : below.map(({ pid }) => pid);
}
