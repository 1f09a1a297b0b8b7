/** The keys that leave a terminal to itself: Ctrl-P and then Ctrl-Q, as everywhere. */

const first = 0x10;
const second = 0x11;

/** What of the typed bytes goes on, and whether the keys were pressed. */
export interface Filtered {
  readonly bytes: Uint8Array;
  readonly detached: boolean;
}

/** A filter for one terminal: the first key waits for what comes after it. */
export function createDetachFilter(): (typed: Uint8Array) => Filtered {
  let isHeld = false;
  return (typed) => {
    const bytes: number[] = [];
    for (const byte of typed) {
      if (isHeld && byte === second) return { bytes: Uint8Array.from(bytes), detached: true };
      if (isHeld) bytes.push(first);
      isHeld = byte === first;
      if (!isHeld) bytes.push(byte);
    }
    return { bytes: Uint8Array.from(bytes), detached: false };
  };
}
