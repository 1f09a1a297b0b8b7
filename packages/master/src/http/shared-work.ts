/** Work that many ask for at once and that is done once for all of them. */

/**
 * Never two at a time: who asks while one is under way waits for the next, together with all others who do,
 * so that everybody gets a result that was begun after they asked.
 */
export function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    next = undefined;
    const mine = work().finally(() => {
      // Who waits begins as soon as this is through.
      if (next === undefined) running = undefined;
    });
    running = mine;
    return mine;
  };
  return () => {
    if (running === undefined) return begin();
    next ??= running.then(begin, begin);
    return next;
  };
}
