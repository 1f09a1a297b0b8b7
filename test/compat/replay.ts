/** Plays a recorded stream again: makes the recorded calls when their turn comes, compares every event. */
import {
  decodeBinary,
  encodeJson,
  fromJsonValue,
  SchedulerCall,
  SchedulerEvent,
  toJsonValue,
} from '@stoke/protocol';
import { waitFor } from '@stoke/testing';
import { compareJson, type Difference, type Json } from './compare.ts';
import { compareAnswer, compareHead } from './compare-answer.ts';
import { OfferBook, type OfferToday } from './offer-book.ts';
import { exchange, RawStream } from './raw-http.ts';
import { headerOf, type RecordedMessage, readRecording, recordsOf, statusOf } from './recording.ts';
import { callBytes, type Found, replayCall } from './replay-call.ts';
import type { ReplayOptions } from './replay-options.ts';
import { subjectOf } from './scheduler-event.ts';
import { readScript, type ScriptStep } from './stream-script.ts';
import type { Translation } from './translation.ts';

type Step<K extends ScriptStep['kind']> = Extract<ScriptStep, { kind: K }>;

/** How long things may take to come: task ends wait for kill grace periods. */
const patience = { timeoutMs: 20_000, intervalMs: 5 };
/** Longest pause of the recording that is kept. */
const longestPauseMs = 1500;

/** Offers and heartbeats come when they come, and any of those offers may be rescinded. */
const UNCOUNTED: ReadonlySet<string> = new Set(['OFFERS', 'RESCIND', 'HEARTBEAT']);

/** An event, and what it looks like as JSON: as it came, or, from protobuf, as it would come. */
interface Arrived {
  readonly event: SchedulerEvent;
  readonly json: Json;
}

/** Replays a scheduler stream and resolves to what differed. */
export async function replayStream(options: ReplayOptions): Promise<Found[]> {
  const replay = new Replay(options);
  try {
    return await replay.run();
  } finally {
    await replay.close();
  }
}

class Replay {
  readonly #group: string;
  readonly #name: string;
  readonly #options: ReplayOptions;
  readonly #translation: Translation;
  readonly #recorded: RecordedMessage;
  /** Shown with calls that have no file of their own, as the recorder did. */
  readonly #authorization: string | undefined;
  readonly #recordedEvents: Arrived[];
  readonly #format: 'json' | 'protobuf';
  readonly #stream: RawStream;
  readonly #found: Found[] = [];
  /** Events of today by subject, in order. */
  readonly #events = new Map<string, Arrived[]>();
  readonly #taken = new Map<string, number>();
  readonly #missing = new Set<string>();
  readonly #offers: OfferBook;
  #position = 0;
  #lastUpdate: SchedulerEvent | undefined;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#group = options.group;
    this.#name = options.name;
    this.#translation = options.translation;
    this.#offers = new OfferBook(options.translation, (offers) => this.#decline(offers, 0));
    const path = `${options.group}/${options.name}`;
    const request = readRecording(`${path}.request`);
    this.#authorization = headerOf(request.headers, 'Authorization');
    this.#recorded = readRecording(`${path}.stream`);
    this.#format = headerOf(this.#recorded.headers, 'Content-Type')?.endsWith('json')
      ? 'json'
      : 'protobuf';
    this.#recordedEvents =
      statusOf(this.#recorded) === 200
        ? recordsOf(this.#recorded).map((it) => this.#decode(it))
        : [];
    this.#stream = new RawStream(
      this.#translation.port(5050),
      this.#translation.request(request, SchedulerCall),
      (record) => this.#arrived(this.#decode(record)),
    );
  }

  /** Leaves no framework behind: the next replay wants the whole cluster. */
  async close(): Promise<void> {
    if (!this.#stream.message().complete && this.#events.has('SUBSCRIBED')) {
      await this.#send({ type: 'TEARDOWN' });
    }
    this.#stream.close();
    await this.#stream.ended;
  }

  async run(): Promise<Found[]> {
    const answer = await this.#stream.answered;
    this.#add(`${this.#name}.stream`, compareHead(this.#recorded, answer));
    if (statusOf(this.#recorded) !== 200) return await this.#compareRefusal();
    this.#translation.learn(
      headerOf(this.#recorded.headers, 'Mesos-Stream-Id'),
      headerOf(answer.headers, 'Mesos-Stream-Id'),
    );
    let before = 0;
    const meanwhile = [...(this.#options.meanwhile ?? [])];
    for (const step of readScript(`${this.#group}/${this.#name}`)) {
      while (meanwhile[0] !== undefined && meanwhile[0].atSeconds <= step.seconds) {
        await meanwhile.shift()?.run();
      }
      if (step.kind === 'event') await this.#event(step);
      else if (step.kind === 'call') await this.#call(step, step.seconds - before);
      else if (step.kind === 'note') await this.#options.onNote?.(step.what);
      else await this.#end(step);
      if (step.kind !== 'event' || step.type !== 'OFFERS') before = step.seconds;
    }
    this.#compareCounts();
    return this.#found;
  }

  async #compareRefusal(): Promise<Found[]> {
    await this.#stream.ended;
    const translation = this.#translation;
    const differences = compareAnswer(this.#recorded, this.#stream.message(), { translation });
    return differences.map((it) => ({ ...it, where: `${this.#group}/${this.#name}.stream` }));
  }

  #decode(record: Buffer): Arrived {
    if (this.#format === 'json') {
      const json = JSON.parse(record.toString('utf8')) as Json;
      return { event: fromJsonValue(SchedulerEvent, json), json };
    }
    const event = decodeBinary(SchedulerEvent, record);
    return { event, json: toJsonValue(SchedulerEvent, event) as Json };
  }

  #arrived(arrived: Arrived): void {
    const { event } = arrived;
    const subject = subjectOf(event);
    this.#events.set(subject, [...(this.#events.get(subject) ?? []), arrived]);
    for (const offer of event.offers?.offers ?? []) this.#offers.arrived(offer);
    const rescinded = event.rescind?.offer_id.value;
    if (rescinded !== undefined) this.#offers.rescinded(rescinded);
  }

  #add(where: string, differences: readonly Difference[]): void {
    this.#found.push(...differences.map((it) => ({ ...it, where: `${this.#group}/${where}` })));
  }

  async #event(step: Step<'event'>): Promise<void> {
    const recorded = this.#recordedEvents[this.#position++];
    if (recorded === undefined) throw new Error(`${this.#name} has fewer records than events`);
    for (const offer of recorded.event.offers?.offers ?? []) this.#offers.recorded(offer);
    const subject = subjectOf(recorded.event);
    const nth = this.#taken.get(subject) ?? 0;
    this.#taken.set(subject, nth + 1);
    // Later offers and heartbeats come when they come.
    if ((step.type === 'OFFERS' || step.type === 'HEARTBEAT') && nth > 0) return;
    // After one event stayed away, the rest of its subject is not waited for.
    const actual = this.#missing.has(subject) ? undefined : await this.#nth(subject, nth);
    if (actual === undefined) {
      this.#missing.add(subject);
      this.#add(`${this.#name}.stream`, [
        { path: `${subject} ${nth}`, recorded: step.type, actual: undefined },
      ]);
      return;
    }
    this.#learn(recorded.event, actual.event);
    this.#compareEvent(recorded, actual);
    if (step.type === 'SUBSCRIBED') this.#options.onSubscribed?.();
    if (actual.event.update !== undefined) this.#lastUpdate = actual.event;
  }

  async #nth(subject: string, nth: number): Promise<Arrived | undefined> {
    const find = () => this.#events.get(subject)?.[nth];
    const timeoutMs = this.#options.eventTimeoutMs ?? patience.timeoutMs;
    return await waitFor(find, { ...patience, what: subject, timeoutMs }).catch(() => undefined);
  }

  #learn(recorded: SchedulerEvent, actual: SchedulerEvent): void {
    const { translation } = this.#options;
    translation.learn(
      recorded.subscribed?.framework_id.value,
      actual.subscribed?.framework_id.value,
    );
    const uuids = [recorded, actual].map((it) => {
      const uuid = it.update?.status.uuid ?? it.update_operation_status?.status.uuid?.value;
      return uuid === undefined ? undefined : Buffer.from(uuid).toString('base64');
    });
    translation.learn(uuids[0], uuids[1]);
    for (const [at, { id }] of (recorded.inverse_offers?.inverse_offers ?? []).entries()) {
      translation.learn(id.value, actual.inverse_offers?.inverse_offers?.[at]?.id.value);
    }
    for (const offer of recorded.offers?.offers ?? []) {
      const port = offer.url?.address.port ?? 0;
      translation.learn(offer.agent_id.value, this.#offers.agentAt(port));
    }
  }

  #compareEvent(recorded: Arrived, actual: Arrived): void {
    const neutral = {
      recorded: this.#translation.neutralRecorded,
      actual: this.#translation.neutralActual,
    };
    this.#add(
      `${this.#name}.stream ${subjectOf(recorded.event)}`,
      compareJson(recorded.json, actual.json, neutral),
    );
  }

  async #call(step: Step<'call'>, gapSeconds: number): Promise<void> {
    if (step.type !== 'ACCEPT') await pause(Math.min(gapSeconds * 1000, longestPauseMs));
    if (step.type === 'TEARDOWN') await this.#options.beforeTeardown?.();
    if (step.name === undefined) return await this.#unrecorded(step.type);
    await this.#options.beforeCall?.(step.name);
    await this.#learnOffers(readRecording(`${this.#group}/${step.name}.request`));
    const { translation } = this.#options;
    this.#found.push(...(await replayCall({ group: this.#group, name: step.name, translation })));
  }

  /** A call that accepts recorded offers gets those of today for the same agents. */
  async #learnOffers(recorded: RecordedMessage): Promise<void> {
    const text =
      headerOf(recorded.headers, 'Content-Type') === 'application/json'
        ? recorded.body.toString('utf8')
        : encodeJson(SchedulerCall, decodeBinary(SchedulerCall, recorded.body));
    for (const { id, recordedPort, json } of this.#offers.recordedIn(text)) {
      const offer =
        this.#options.gathersOffers === true
          ? await this.#offers.gather(recordedPort, json)
          : await this.#offers.take(recordedPort);
      this.#translation.learn(id, offer.id);
      if (this.#options.comparesOffers === true) this.#compareOffer(json, offer.json);
    }
  }

  #compareOffer(recorded: Json, actual: Json): void {
    const { neutralRecorded, neutralActual } = this.#translation;
    const neutral = { recorded: neutralRecorded, actual: neutralActual };
    this.#add(`${this.#name}.stream accepted offer`, compareJson(recorded, actual, neutral));
  }

  /** The recorder made some calls by itself. */
  async #unrecorded(type: string): Promise<void> {
    if (type === 'DECLINE') return await this.#declineSurplus();
    if (type === 'REVIVE' || type === 'SUPPRESS') return await this.#send({ type });
    const status = this.#lastUpdate?.update?.status;
    if (type === 'ACKNOWLEDGE') {
      if (status?.uuid === undefined || status.agent_id === undefined) return;
      const { task_id, agent_id, uuid } = status;
      return await this.#send({ type: 'ACKNOWLEDGE', acknowledge: { task_id, agent_id, uuid } });
    }
    const message = this.#options.unrecordedMessage;
    if (type !== 'MESSAGE' || message === undefined) return await this.#send({ type: 'TEARDOWN' });
    const agentId = this.#offers.agentAt(message.agentPort) ?? '';
    const data = Buffer.from(message.data);
    await this.#send({
      type: 'MESSAGE',
      message: { agent_id: { value: agentId }, executor_id: { value: message.executorId }, data },
    });
  }

  /** Declines, for good, offers of the agents that the next ACCEPT does not use. */
  async #declineSurplus(): Promise<void> {
    await this.#decline(this.#offers.takeAllBut(5051), 1000);
  }

  async #decline(offers: readonly OfferToday[], refuseSeconds: number): Promise<void> {
    if (offers.length === 0) return;
    await this.#send({
      type: 'DECLINE',
      decline: {
        offer_ids: offers.map(({ id }) => ({ value: id })),
        filters: { refuse_seconds: refuseSeconds },
      },
    });
  }

  async #send(call: SchedulerCall): Promise<void> {
    const subscribed = this.#events.get('SUBSCRIBED')?.[0]?.event.subscribed;
    if (subscribed === undefined) throw new Error('A call before SUBSCRIBED');
    const answer = this.#stream.message();
    const streamId = headerOf(answer.headers, 'Mesos-Stream-Id') ?? '';
    const whole = { ...call, framework_id: subscribed.framework_id };
    await exchange(
      this.#translation.port(5050),
      callBytes(whole, {
        streamId,
        type: SchedulerCall,
        format: this.#format,
        authorization: this.#authorization,
      }),
    );
  }

  async #end(step: Step<'end'>): Promise<void> {
    if (step.by === 'client') return this.#stream.close();
    await waitFor(() => this.#stream.message().complete || undefined, {
      what: 'the end of the stream',
      ...patience,
    }).catch(() => undefined);
    if (this.#stream.message().complete) return;
    this.#add(`${this.#name}.stream`, [
      { path: 'end of stream', recorded: 'last chunk', actual: 'still open' },
    ]);
  }

  #compareCounts(): void {
    if (this.#stream.brokenFraming) {
      const path = 'framing: one record in each chunk';
      this.#add(`${this.#name}.stream`, [{ path, recorded: true, actual: false }]);
    }
    for (const [subject, events] of this.#events) {
      const recorded = this.#taken.get(subject) ?? 0;
      if (UNCOUNTED.has(subject) || events.length <= recorded) continue;
      const states = events.map(({ event }) => event.update?.status.state ?? event.type ?? '');
      this.#add(`${this.#name}.stream`, [
        { path: `${subject} count`, recorded, actual: `${events.length}: ${states.join()}` },
      ]);
    }
  }
}

/** Keeps the pace of the recording where a task needs time to get ready. */
function pause(ms: number): Promise<void> {
  return ms < 200 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
