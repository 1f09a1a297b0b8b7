/** A point that several replays reach before something happens, once. */

/** Runs `act` when the last of the parties arrives; all go on when it is done. */
export class Rendezvous {
  readonly #parties: number;
  readonly #waiting = new Map<
    string,
    { arrived: number; readonly done: PromiseWithResolvers<void> }
  >();
  readonly #act: (name: string) => Promise<void>;

  constructor(parties: number, act: (name: string) => Promise<void>) {
    this.#parties = parties;
    this.#act = act;
  }

  /** @param name of the point: each is met once. */
  readonly arrive = async (name: string): Promise<void> => {
    const point = this.#waiting.get(name) ?? { arrived: 0, done: Promise.withResolvers<void>() };
    this.#waiting.set(name, point);
    point.arrived += 1;
    if (point.arrived === this.#parties) {
      this.#act(name).then(point.done.resolve, point.done.reject);
    }
    await point.done.promise;
  };
}
