/** A framework that does nothing by itself: every event is kept, every call shows its answer, streams can be dropped. */
import { type ClientRequest, request } from 'node:http';
import {
  createRecordReader,
  decodeJson,
  encodeJson,
  type FrameworkInfo,
  type Offer,
  type Offer_Operation,
  type Resource,
  SchedulerCall,
  SchedulerEvent,
  type TaskInfo,
  type TaskState,
  type TaskStatus,
} from '@stoke/protocol';
import { waitFor } from '@stoke/testing';

const contentType = 'application/json';
const boundMs = 30_000;

/** What a framework of today subscribes with. */
export function modernFramework(more: Partial<FrameworkInfo> = {}): FrameworkInfo {
  const capabilities = [
    'MULTI_ROLE',
    'RESERVATION_REFINEMENT',
    'PARTITION_AWARE',
    'TASK_KILLING_STATE',
  ] as const;
  return {
    user: 'root',
    name: 'timelines',
    roles: ['e2e'],
    checkpoint: true,
    failover_timeout: 60,
    capabilities: capabilities.map((type) => ({ type })),
    ...more,
  };
}

export function scalar(name: string, value: number): Resource {
  return { name, type: 'SCALAR', scalar: { value } };
}

/** A small task for an offer. */
export function taskFor(offer: Offer, id: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return {
    name: id,
    task_id: { value: id },
    agent_id: offer.agent_id,
    resources: [scalar('cpus', 0.1), scalar('mem', 32)],
    ...(more.executor === undefined ? { command: { value: 'exec sleep 100000' } } : {}),
    ...more,
  };
}

/** Amount of a scalar in an offer, over all reservations. */
export function amountIn(offer: Offer, name: string): number {
  const found = (offer.resources ?? []).filter((resource) => resource.name === name);
  return found.reduce((sum, resource) => sum + (resource.scalar?.value ?? 0), 0);
}

/** Whether an offer has all cpus of an agent of a timeline. */
export function wholeAgent(offer: Offer): boolean {
  return Math.abs(amountIn(offer, 'cpus') - 4) < 1e-6;
}

/** One subscription; `id` is set once it is subscribed. */
export class RawFramework {
  readonly events: SchedulerEvent[] = [];
  /** Whether the master ended the stream. */
  ended = false;
  id = '';
  streamId = '';
  readonly #master: string;
  #stream: ClientRequest | undefined;

  constructor(master: string) {
    this.#master = master;
  }

  /** Subscribes; resolves when the first event is there. */
  async subscribe(info: FrameworkInfo = modernFramework()): Promise<this> {
    const id = info.id === undefined ? {} : { framework_id: info.id };
    const call: SchedulerCall = { type: 'SUBSCRIBE', ...id, subscribe: { framework_info: info } };
    const stream = this.#post(call, (answer) => {
      this.streamId = String(answer.headers['mesos-stream-id'] ?? '');
      const reader = createRecordReader({ maxRecordBytes: 16 * 1024 * 1024 });
      answer.on('data', (chunk: Buffer) => {
        for (const record of reader.push(chunk)) this.#take(Buffer.from(record).toString('utf8'));
      });
      answer.on('error', () => undefined);
      answer.on('close', () => {
        this.ended = true;
      });
    });
    this.#stream = stream;
    await waitFor(() => this.events.length > 0, { what: 'the first event', timeoutMs: boundMs });
    return this;
  }

  #take(text: string): void {
    const event = decodeJson(SchedulerEvent, text);
    this.events.push(event);
    if (event.subscribed !== undefined) this.id = event.subscribed.framework_id.value;
  }

  #post(
    call: SchedulerCall,
    onAnswer: (answer: import('node:http').IncomingMessage) => void,
  ): ClientRequest {
    const posted = request(`${this.#master}/api/v1/scheduler`, {
      method: 'POST',
      headers: {
        'Content-Type': contentType,
        Accept: contentType,
        ...(this.streamId === '' ? {} : { 'Mesos-Stream-Id': this.streamId }),
      },
      agent: false,
    });
    posted.on('response', onAnswer);
    posted.on('error', () => undefined);
    posted.end(encodeJson(SchedulerCall, call));
    return posted;
  }

  /** The answer to a call; 0 when there was none. */
  call(call: SchedulerCall): Promise<{ readonly status: number; readonly text: string }> {
    return new Promise((resolve) => {
      const named = { framework_id: { value: this.id }, ...call };
      const posted = this.#post(named, (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      posted.on('error', (error) => resolve({ status: 0, text: error.message }));
    });
  }

  /** Breaks the stream, as the death of a scheduler does. */
  drop(): void {
    this.#stream?.destroy();
  }

  types(): string[] {
    return this.events.map(({ type }) => type ?? '');
  }

  offers(): Offer[] {
    const rescinded = new Set(this.events.flatMap(({ rescind }) => rescind?.offer_id.value ?? []));
    return this.events
      .flatMap(({ offers }) => offers?.offers ?? [])
      .filter((offer) => !rescinded.has(offer.id.value));
  }

  statuses(taskId: string): TaskStatus[] {
    return this.events
      .flatMap(({ update }) => update?.status ?? [])
      .filter(({ task_id }) => task_id.value === taskId);
  }

  states(taskId: string): TaskState[] {
    return this.statuses(taskId).map(({ state }) => state);
  }

  /** The first open offer, of now or later, that fits. */
  offer(what: string, fits: (offer: Offer) => boolean = () => true, after = 0): Promise<Offer> {
    const find = () => this.offers().slice(after).find(fits);
    return waitFor(find, { what: `an offer ${what}`, timeoutMs: boundMs });
  }

  /** The first status of a task, of now or later, that fits. */
  status(taskId: string, fits: TaskState | ((status: TaskStatus) => boolean)): Promise<TaskStatus> {
    const isIt = typeof fits === 'string' ? ({ state }: TaskStatus) => state === fits : fits;
    const what = `${taskId} to be ${typeof fits === 'string' ? fits : 'as expected'}`;
    return waitFor(() => this.statuses(taskId).find(isIt), { what, timeoutMs: boundMs });
  }

  accept(offer: Offer, operations: readonly Offer_Operation[], refuseSeconds = 0) {
    return this.call({
      type: 'ACCEPT',
      accept: {
        offer_ids: [offer.id],
        operations: [...operations],
        filters: { refuse_seconds: refuseSeconds },
      },
    });
  }

  launch(offer: Offer, tasks: readonly TaskInfo[], refuseSeconds = 0) {
    const launch = { task_infos: [...tasks] };
    return this.accept(offer, [{ type: 'LAUNCH', launch }], refuseSeconds);
  }

  decline(offer: Offer, refuseSeconds: number) {
    const filters = { refuse_seconds: refuseSeconds };
    return this.call({ type: 'DECLINE', decline: { offer_ids: [offer.id], filters } });
  }

  acknowledge({ agent_id, task_id, uuid }: TaskStatus) {
    if (agent_id === undefined || uuid === undefined) throw new Error('nothing to acknowledge');
    return this.call({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } });
  }

  /** Waits for the state, or one that fits, and acknowledges it and all that came before. */
  async reach(
    taskId: string,
    fits: TaskState | ((status: TaskStatus) => boolean),
  ): Promise<TaskStatus> {
    const isIt = typeof fits === 'string' ? ({ state }: TaskStatus) => state === fits : fits;
    const what = `${taskId} to be ${typeof fits === 'string' ? fits : 'over'}`;
    const acknowledged = new Set<TaskStatus>();
    const found = async (): Promise<TaskStatus | undefined> => {
      for (const status of this.statuses(taskId)) {
        if (status.uuid === undefined || acknowledged.has(status)) continue;
        acknowledged.add(status);
        await this.acknowledge(status);
      }
      return this.statuses(taskId).find(isIt);
    };
    return await waitFor(found, { what, timeoutMs: boundMs });
  }

  /** Ends the framework and its stream. */
  async teardown(): Promise<void> {
    await this.call({ type: 'TEARDOWN' });
    this.drop();
  }
}
