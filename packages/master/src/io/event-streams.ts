/** Event streams over HTTP: one RecordIO record per chunk, bounded, each in its own format. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Logger } from '@stoke/kit';
import { encodeBinary, encodeJson, encodeRecord, type MessageType } from '@stoke/protocol';

export type StreamFormat = 'application/json' | 'application/x-protobuf';

export type EventStreamsOptions = {
  readonly log: Logger;
  readonly maxQueuedBytes: number;
  /** The reader is gone, or was cut off. */
  readonly onClosed: (stream: string) => void;
};

/** How long an ended stream may take to drain. */
const CLOSE_GRACE_MS = 5000;

type OpenStream = { readonly response: ServerResponse; readonly format: StreamFormat };

const encoder = new TextEncoder();

/** Owns the open responses; a reader that is too slow loses its stream, never the master its memory. */
export class EventStreams<T> {
  readonly #open = new Map<string, OpenStream>();
  readonly #options: EventStreamsOptions;
  readonly #type: MessageType<T>;
  readonly #reader: string;

  /** @param reader who reads, for the log: 'scheduler' */
  constructor(options: EventStreamsOptions, type: MessageType<T>, reader: string) {
    this.#options = options;
    this.#type = type;
    this.#reader = reader;
  }

  /** Sends the head of the answer; the records follow. */
  protected begin(stream: string, entry: OpenStream, headers: OutgoingHttpHeaders): void {
    const { response, format } = entry;
    response.writeHead(200, { ...headers, 'Content-Type': format });
    response.flushHeaders();
    this.#open.set(stream, entry);
    response.on('error', (error) =>
      this.#options.log.debug({ stream, err: error }, 'stream error'),
    );
    response.once('close', () => {
      if (this.#open.delete(stream)) this.#options.onClosed(stream);
    });
  }

  send(stream: string, event: T): void {
    const entry = this.#open.get(stream);
    if (entry !== undefined) this.#write(stream, entry, this.#record(entry.format, event));
  }

  /** Sends the event to everybody; it is encoded once for each format. */
  broadcast(event: T): void {
    const records = new Map<StreamFormat, Uint8Array>();
    for (const [stream, entry] of this.#open) {
      const record = records.get(entry.format) ?? this.#record(entry.format, event);
      records.set(entry.format, record);
      this.#write(stream, entry, record);
    }
  }

  #record(format: StreamFormat, event: T): Uint8Array {
    return encodeRecord(
      format === 'application/json'
        ? encoder.encode(encodeJson(this.#type, event))
        : encodeBinary(this.#type, event),
    );
  }

  #write(stream: string, { response }: OpenStream, record: Uint8Array): void {
    if (response.destroyed) return;
    // Not corked: Node would merge what is written together into one chunk, and clients split by chunk.
    response.write(record);
    if (response.writableLength <= this.#options.maxQueuedBytes) return;
    this.#options.log.warn(
      { stream, queuedBytes: response.writableLength },
      `slow ${this.#reader} cut off: it does not read its events`,
    );
    response.destroy();
  }

  /** Ends a stream after what was sent; its close is nobody's news then. */
  close(stream: string): void {
    const entry = this.#open.get(stream);
    this.#open.delete(stream);
    if (entry === undefined) return;
    const { response } = entry;
    const cut = setTimeout(() => response.destroy(), CLOSE_GRACE_MS);
    response.end(() => clearTimeout(cut));
    response.once('close', () => clearTimeout(cut));
  }
}
