/** Plays a recorded event stream of the operator API again, against what happens now. */
import { decodeBinary, MasterCall, MasterEvent, toJsonValue } from '@stoke/protocol';
import { waitFor } from '@stoke/testing';
import { compareJson, type Json } from './compare.ts';
import { compareHead } from './compare-answer.ts';
import { RawStream } from './raw-http.ts';
import { headerOf, type RecordedMessage, readRecording, recordsOf } from './recording.ts';
import type { Found } from './replay-call.ts';
import type { Translation } from './translation.ts';

/** A record as JSON: as it came, or, from protobuf, as it would come. */
interface Event {
  readonly type?: string;
  readonly task_updated?: { readonly status: { readonly state: string }; readonly state: string };
}

/** Follows the events of a master; they are compared per subject when all is over. */
export class OperatorReplay {
  readonly #path: string;
  readonly #translation: Translation;
  readonly #recorded: RecordedMessage;
  readonly #stream: RawStream;
  readonly #events: Event[] = [];
  readonly #endsEarly: boolean;

  /** @param endsEarly the recording stopped before the last events: more of them now is no difference. */
  constructor(
    path: string,
    translation: Translation,
    { endsEarly = false }: { readonly endsEarly?: boolean } = {},
  ) {
    this.#endsEarly = endsEarly;
    this.#path = path;
    this.#translation = translation;
    this.#recorded = readRecording(`${path}.stream`);
    const request = readRecording(`${path}.request`);
    this.#stream = new RawStream(
      translation.port(5050),
      translation.request(request, MasterCall),
      (record) => this.#events.push(this.#decode(record)),
    );
  }

  #decode(record: Buffer): Event {
    const json = headerOf(this.#recorded.headers, 'Content-Type')?.endsWith('json');
    return json
      ? JSON.parse(record.toString('utf8'))
      : (toJsonValue(MasterEvent, decodeBinary(MasterEvent, record)) as Event);
  }

  /** Waits until every subject came to its recorded end, and resolves to what differs. */
  async compare(): Promise<Found[]> {
    const recorded = bySubject(recordsOf(this.#recorded).map((it) => this.#decode(it)));
    const complete = (): boolean => {
      const actual = this.#actual(recorded);
      return [...recorded].every(([subject, events]) => {
        const [last, latest] = [events.at(-1), actual.get(subject)?.at(-1)];
        return (
          last?.type === latest?.type && last?.task_updated?.state === latest?.task_updated?.state
        );
      });
    };
    await waitFor(complete, { what: 'events of the operator API', timeoutMs: 5000 }).catch(
      () => undefined,
    );
    const differences = compareHead(this.#recorded, await this.#stream.answered);
    const found = differences.map((it) => ({ ...it, where: `${this.#path}.stream` }));
    return [...found, ...this.#compareEvents(recorded, this.#actual(recorded))];
  }

  /** Events of today, as far as the recording goes. */
  #actual(recorded: ReadonlyMap<string, readonly Event[]>): Map<string, Event[]> {
    const actual = bySubject(this.#events);
    if (!this.#endsEarly) return actual;
    return new Map(
      [...actual].map(([subject, events]) => [
        subject,
        events.slice(0, recorded.get(subject)?.length ?? events.length),
      ]),
    );
  }

  #compareEvents(recorded: Map<string, Event[]>, actual: Map<string, Event[]>): Found[] {
    const { neutralRecorded, neutralActual } = this.#translation;
    const neutral = { recorded: neutralRecorded, actual: neutralActual };
    return [...new Set([...recorded.keys(), ...actual.keys()])].flatMap((subject) => {
      const seen = actual.get(subject) ?? [];
      const expected = recorded.get(subject) ?? [];
      const differences = compareJson(comparable(expected, seen), comparable(seen, seen), neutral);
      return differences.map((it) => ({ ...it, where: `${this.#path}.stream ${subject}` }));
    });
  }

  async close(): Promise<void> {
    this.#stream.close();
    await this.#stream.ended;
  }
}

/** Updates of a fast task may be skipped: an earlier one told of its latest state already. */
function isSeen(recorded: Event, actual: readonly Event[]): boolean {
  const state = recorded.task_updated?.status.state;
  return state === undefined || actual.some((it) => it.task_updated?.status.state === state);
}

/** The events, with the task's state as the last of them tells it. */
function comparable(events: readonly Event[], seen: readonly Event[]): Json {
  const told = events.filter((it) => isSeen(it, seen));
  const bare = told.map(({ task_updated, ...rest }) =>
    task_updated === undefined ? rest : { ...rest, status: task_updated.status },
  );
  return { events: bare, state: events.at(-1)?.task_updated?.state ?? null } as Json;
}

/** Events about one task or framework keep their order; heartbeats come when they come. */
function bySubject(events: readonly Event[]): Map<string, Event[]> {
  const subjects = new Map<string, Event[]>();
  for (const event of events) {
    if (event.type === 'HEARTBEAT') continue;
    const subject = subjectOf(event);
    subjects.set(subject, [...(subjects.get(subject) ?? []), event]);
  }
  return subjects;
}

function subjectOf(event: Event): string {
  if (event.type === 'SUBSCRIBED') return event.type;
  const text = JSON.stringify(event);
  const [, task] = /"task_id":\{"value":"([^"]+)"/.exec(text) ?? [];
  if (task !== undefined) return `task ${task}`;
  const [, framework] = /"framework_info":\{.*?"name":"([^"]+)"/.exec(text) ?? [];
  return framework === undefined ? String(event.type) : `framework ${framework}`;
}
