/** The offers of a replay: those of the recording, and those of today that stand for them. */
import type { Offer as WireOffer } from '@stoke/protocol';
import { waitFor } from '@stoke/testing';
import type { Json } from './compare.ts';
import { cpusOf, offerJson } from './scheduler-event.ts';
import type { Translation } from './translation.ts';

/** How long an offer may take to come. */
const patience = { timeoutMs: 20_000, intervalMs: 5 };

/** An offer that came today. */
export interface OfferToday {
  readonly id: string;
  readonly agentId: string;
  /** Where its agent listens today. */
  readonly port: number;
  readonly json: Json;
}

/** An offer of the recording. */
export interface OfferThen {
  readonly id: string;
  readonly recordedPort: number;
  readonly json: Json;
}

/** Which offers are open, and which one of today stands for one of the recording. */
export class OfferBook {
  readonly #translation: Translation;
  readonly #giveBack: (offers: readonly OfferToday[]) => Promise<void>;
  readonly #open: OfferToday[] = [];
  readonly #recorded = new Map<string, OfferThen>();
  readonly #agentIds = new Map<number, string>();

  /** @param giveBack declines offers so that their resources come again. */
  constructor(
    translation: Translation,
    giveBack: (offers: readonly OfferToday[]) => Promise<void>,
  ) {
    this.#translation = translation;
    this.#giveBack = giveBack;
  }

  arrived(offer: WireOffer): void {
    const port = portOf(offer);
    const agentId = offer.agent_id.value;
    this.#agentIds.set(port, agentId);
    this.#open.push({ id: offer.id.value, agentId, port, json: offerJson(offer) });
  }

  /** Asked anew each time: ports of agents that start later are learned later. */
  #isAt({ port }: OfferToday, recordedPort: number): boolean {
    return this.#translation.recordedPort(port) === recordedPort;
  }

  rescinded(id: string): void {
    const at = this.#open.findIndex((offer) => offer.id === id);
    if (at >= 0) this.#open.splice(at, 1);
  }

  recorded(offer: WireOffer): void {
    const id = offer.id.value;
    this.#recorded.set(id, { id, recordedPort: portOf(offer), json: offerJson(offer) });
  }

  /** Recorded offers that a text names. */
  recordedIn(text: string): OfferThen[] {
    return [...this.#recorded.values()].filter(({ id }) => text.includes(`"${id}"`));
  }

  /** Id of the agent that the recording knows by a port, once it made an offer. */
  agentAt(recordedPort: number): string | undefined {
    return this.#agentIds.get(this.#translation.port(recordedPort));
  }

  /** Takes the latest offer of an agent; earlier ones of it are forgotten. */
  async take(recordedPort: number): Promise<OfferToday> {
    const find = () => this.#open.findLast((it) => this.#isAt(it, recordedPort));
    const what = `an offer of the agent recorded at ${recordedPort}`;
    const offer = await waitFor(find, { what, ...patience });
    for (const it of this.#open.filter((other) => this.#isAt(other, recordedPort))) {
      this.#open.splice(this.#open.indexOf(it), 1);
    }
    return offer;
  }

  /** Takes an offer with as many cpus as the recorded one; pieces are given back until they come as one. */
  async gather(recordedPort: number, recorded: Json): Promise<OfferToday> {
    const cpus = cpusOf(recorded);
    const find = () =>
      this.#open.find((it) => this.#isAt(it, recordedPort) && cpusOf(it.json) >= cpus);
    const what = `an offer of ${cpus} cpus`;
    for (let tries = 0; tries < 4; tries += 1) {
      const offer = await waitFor(find, { what, ...patience, timeoutMs: 2500 }).catch(
        () => undefined,
      );
      if (offer !== undefined) {
        this.#open.splice(this.#open.indexOf(offer), 1);
        return offer;
      }
      await this.#giveBack(this.#open.splice(0));
    }
    throw new Error(`No offer came: ${what}`);
  }

  /** Takes every open offer of the other agents. */
  takeAllBut(recordedPort: number): OfferToday[] {
    const others = this.#open.filter((it) => !this.#isAt(it, recordedPort));
    for (const it of others) this.#open.splice(this.#open.indexOf(it), 1);
    return others;
  }
}

function portOf(offer: WireOffer): number {
  return offer.url?.address.port ?? 0;
}
