/** Removes directories: small ones at once, since turns of the event loop cost more than the removal itself. */
import { type Dirent, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '@stoke/kit';

const fewEntries = 50;

/** Removes a directory with all that is in it; one that is not there is no error. */
export async function removeTree(directory: string): Promise<void> {
  const options = { recursive: true, force: true };
  if (countEntries(directory, fewEntries) < fewEntries) rmSync(directory, options);
  else await rm(directory, options);
}

/** Stops when it found enough. */
function countEntries(directory: string, enough: number): number {
  let count = 0;
  for (const entry of entriesOf(directory)) {
    count += 1;
    if (count >= enough) break;
    if (entry.isDirectory()) count += countEntries(join(directory, entry.name), enough - count);
  }
  return count;
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
