/** Programs on this machine. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** A name with a slash is a path; others are looked up on PATH. */
export function findOnPath(name: string): string | undefined {
  const directories = name.includes('/') ? [''] : (process.env.PATH ?? '').split(':');
  return directories
    .map((directory) => (directory === '' ? name : join(directory, name)))
    .find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
