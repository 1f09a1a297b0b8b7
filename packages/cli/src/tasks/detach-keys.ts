/** The keys that leave a terminal to itself: Ctrl-P and then Ctrl-Q unless others are wanted, as with Docker. */
import { taskError } from './task-error.ts';

export const usualDetachKeys = 'ctrl-p,ctrl-q';

const firstOfControl = 0x40;
const controlNames = /^ctrl-([a-z@[\\\]^_])$/;

/**
 * The bytes of keys written as `ctrl-p,x`: single characters and control keys; none for an empty text.
 * @throws AppError `TERMINAL_UNUSABLE`
 */
export function parseDetachKeys(text: string): Uint8Array {
  if (text === '') return new Uint8Array();
  return Uint8Array.from(text.split(','), (key) => {
    const control = controlNames.exec(key)?.[1];
    if (control !== undefined) return control.toUpperCase().charCodeAt(0) - firstOfControl;
    if (/^[\x20-\x7e]$/.test(key)) return key.charCodeAt(0);
    throw taskError(
      'TERMINAL_UNUSABLE',
      `Cannot use detach keys '${text}': '${key}' is no key; write them as ctrl-p,ctrl-q or as ctrl-], say`,
    );
  });
}

/** What of the typed bytes goes on, and whether the keys were pressed. */
export interface Filtered {
  readonly bytes: Uint8Array;
  readonly detached: boolean;
}

/** A filter for one terminal: keys that may become those to leave with wait for what comes after them. */
export function createDetachFilter(keys: Uint8Array): (typed: Uint8Array) => Filtered {
  let held = 0;
  return (typed) => {
    if (keys.length === 0) return { bytes: typed, detached: false };
    const bytes: number[] = [];
    for (const byte of typed) {
      const pressed = [...keys.subarray(0, held), byte];
      held = longestBeginning(pressed, keys);
      bytes.push(...pressed.slice(0, pressed.length - held));
      if (held === keys.length) return { bytes: Uint8Array.from(bytes), detached: true };
    }
    return { bytes: Uint8Array.from(bytes), detached: false };
  };
}

/** How many of the last bytes are the first ones of the keys. */
function longestBeginning(pressed: readonly number[], keys: Uint8Array): number {
  for (let count = Math.min(pressed.length, keys.length); count > 0; count--) {
    const end = pressed.slice(-count);
    if (end.every((byte, index) => byte === keys[index])) return count;
  }
  return 0;
}
