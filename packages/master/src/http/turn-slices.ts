/** Long work of many in small parts: all of them together get a slice of each turn of the event loop. */

/** The rest of a turn belongs to others. */
const SLICE_MS = 4;

let sliceStart: number | undefined;

/**
 * Whether the next part has to wait: `while (isSliceOver()) await nextTurn();` and then the part, at once. The
 * slice begins with the first who asks.
 */
export function isSliceOver(): boolean {
  if (sliceStart !== undefined) return performance.now() - sliceStart > SLICE_MS;
  sliceStart = performance.now();
  setImmediate(() => {
    sliceStart = undefined;
  });
  return false;
}
