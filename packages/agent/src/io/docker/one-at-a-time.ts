/** Calls of which only the last counts, as those that say how large a window is. */

/** One after the other, for two at once may be carried out in any order; those overtaken meanwhile are left out. */
export function oneAtATime<T>(send: (value: T) => Promise<unknown>): (value: T) => void {
  let next: { readonly value: T } | undefined;
  let isBusy = false;
  const sendAll = async (): Promise<void> => {
    for (let current = next; current !== undefined; current = next) {
      next = undefined;
      // What cannot be told any more does not matter any more.
      await send(current.value).catch(() => undefined);
    }
    isBusy = false;
  };
  return (value) => {
    next = { value };
    if (isBusy) return;
    isBusy = true;
    void sendAll();
  };
}
