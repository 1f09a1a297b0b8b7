/** A framework that stays subscribed under a known id, so that mutated calls find a stream, offers and tasks. */
import { type ClientRequest, request } from 'node:http';
import {
  createRecordReader,
  decodeJson,
  type SchedulerCall,
  type SchedulerEvent,
  SchedulerEvent as SchedulerEventType,
} from '@stoke/protocol';

const maxOffers = 50;

export interface LiveFrameworkOptions {
  readonly port: number;
  /** A new id each time the framework was torn down. */
  readonly nextId: () => string;
}

/** Subscribes again after every end of its stream until it is closed. */
export class LiveFramework {
  id: string;
  streamId = '';
  offers: string[] = [];
  readonly #options: LiveFrameworkOptions;
  #subscription: ClientRequest | undefined;
  #closed = false;

  constructor(options: LiveFrameworkOptions) {
    this.#options = options;
    this.id = options.nextId();
    this.#subscribe();
  }

  close(): void {
    this.#closed = true;
    this.#subscription?.destroy();
  }

  #post(call: SchedulerCall, streamId?: string): ClientRequest {
    const posted = request({
      port: this.#options.port,
      path: '/api/v1/scheduler',
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        ...(streamId === undefined ? {} : { 'Mesos-Stream-Id': streamId }),
      },
    });
    posted.on('error', () => undefined);
    posted.end(JSON.stringify(call));
    return posted;
  }

  #subscribe(): void {
    if (this.#closed) return;
    this.offers = [];
    const capabilities = ['MULTI_ROLE', 'RESERVATION_REFINEMENT', 'PARTITION_AWARE'] as const;
    const posted = this.#post({
      type: 'SUBSCRIBE',
      framework_id: { value: this.id },
      subscribe: {
        framework_info: {
          user: 'root',
          name: 'fuzz',
          id: { value: this.id },
          roles: ['fuzz', 'oprole', 'golden'],
          checkpoint: true,
          failover_timeout: 600,
          capabilities: capabilities.map((type) => ({ type })),
        },
      },
    });
    this.#subscription = posted;
    posted.on('response', (answer) => {
      this.streamId = String(answer.headers['mesos-stream-id'] ?? '');
      const reader = createRecordReader({ maxRecordBytes: 64 * 1024 * 1024 });
      answer.on('data', (chunk: Buffer) => {
        for (const record of reader.push(chunk))
          this.#take(decodeJson(SchedulerEventType, Buffer.from(record).toString('utf8')));
      });
      answer.on('error', () => undefined);
    });
    posted.on('close', () => setImmediate(() => this.#subscribe()));
  }

  #take(event: SchedulerEvent): void {
    if (event.type === 'ERROR') this.id = this.#options.nextId();
    const offers = event.offers?.offers ?? [];
    this.offers = [...this.offers, ...offers.map((offer) => offer.id.value)].slice(-maxOffers);
    const gone = event.rescind?.offer_id.value;
    if (gone !== undefined) this.offers = this.offers.filter((id) => id !== gone);
    const status = event.update?.status;
    if (status?.uuid === undefined || status.agent_id === undefined) return;
    const { agent_id, task_id, uuid } = status;
    const base64 = Buffer.from(uuid).toString('base64') as unknown as Uint8Array;
    this.#post(
      {
        type: 'ACKNOWLEDGE',
        framework_id: { value: this.id },
        acknowledge: { agent_id, task_id, uuid: base64 },
      },
      this.streamId,
    ).on('response', (answer) => answer.resume());
  }
}
