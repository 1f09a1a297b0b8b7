/** Event streams over HTTP: one RecordIO record per chunk, bounded, each in its own format. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
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
/**
 * Many readers cost a write each, so the more there are, the more events share one: one millisecond of waiting
 * for so many readers, up to a limit nobody notices.
 */
const READERS_PER_MS = 50;
const MAX_WAIT_MS = 20;

type OpenStream = {
  readonly response: ServerResponse;
  readonly format: StreamFormat;
  /** Records that wait for the next write; shared with other streams that were told the same. */
  readonly waiting: Uint8Array[];
  waitingBytes: number;
};

const encoder = new TextEncoder();
const LINE_END = Uint8Array.of(13, 10);

/** Owns the open responses; a reader that is too slow loses its stream, never the master its memory. */
export class EventStreams<T> {
  readonly #open = new Map<string, OpenStream>();
  readonly #options: EventStreamsOptions;
  readonly #type: MessageType<T>;
  readonly #reader: string;
  readonly #unwritten = new Map<string, OpenStream>();
  #scheduled = false;

  /** @param reader who reads, for the log: 'scheduler' */
  constructor(options: EventStreamsOptions, type: MessageType<T>, reader: string) {
    this.#options = options;
    this.#type = type;
    this.#reader = reader;
  }

  /** Sends the head of the answer; the records follow. */
  protected begin(
    stream: string,
    { response, format }: Pick<OpenStream, 'response' | 'format'>,
    headers: OutgoingHttpHeaders,
  ): void {
    response.writeHead(200, { ...headers, 'Content-Type': format });
    response.flushHeaders();
    this.#open.set(stream, { response, format, waiting: [], waitingBytes: 0 });
    response.on('error', (error) =>
      this.#options.log.debug({ stream, err: error }, 'stream error'),
    );
    response.once('close', () => {
      this.#unwritten.delete(stream);
      if (this.#open.delete(stream)) this.#options.onClosed(stream);
    });
  }

  send(stream: string, event: T): void {
    const entry = this.#open.get(stream);
    if (entry !== undefined) this.#queue(stream, entry, this.#record(entry.format, event));
  }

  /** Sends the event to everybody; it is encoded once for each format. */
  broadcast(event: T): void {
    const records = new Map<StreamFormat, Uint8Array>();
    for (const [stream, entry] of this.#open) {
      const record = records.get(entry.format) ?? this.#record(entry.format, event);
      records.set(entry.format, record);
      this.#queue(stream, entry, record);
    }
  }

  #record(format: StreamFormat, event: T): Uint8Array {
    return encodeRecord(
      format === 'application/json'
        ? encoder.encode(encodeJson(this.#type, event))
        : encodeBinary(this.#type, event),
    );
  }

  #queue(stream: string, entry: OpenStream, record: Uint8Array): void {
    if (entry.response.destroyed) return;
    entry.waiting.push(record);
    entry.waitingBytes += record.length;
    this.#unwritten.set(stream, entry);
    if (this.#scheduled) return;
    this.#scheduled = true;
    const waitMs = Math.min(MAX_WAIT_MS, Math.floor(this.#open.size / READERS_PER_MS));
    const write = (): void => this.#writeAll();
    if (waitMs === 0) setImmediate(write);
    else setTimeout(write, waitMs);
  }

  /** One write for each stream; streams that were told the same share its bytes. */
  #writeAll(): void {
    this.#scheduled = false;
    const written = [...this.#unwritten];
    this.#unwritten.clear();
    let told: readonly Uint8Array[] = [];
    let bytes: Uint8Array = LINE_END;
    for (const [stream, entry] of written) {
      const records = entry.waiting.splice(0);
      entry.waitingBytes = 0;
      if (!sameRecords(records, told)) {
        told = records;
        bytes = asChunks(records);
      }
      this.#write(stream, entry, { records, bytes });
    }
  }

  #write(
    stream: string,
    { response }: OpenStream,
    { records, bytes }: { readonly records: readonly Uint8Array[]; readonly bytes: Uint8Array },
  ): void {
    if (response.destroyed || response.writableEnded) return;
    const { socket } = response;
    if (response.chunkedEncoding && socket instanceof Socket) socket.write(bytes);
    else for (const record of records) response.write(record);
    const queuedBytes = socket?.writableLength ?? response.writableLength;
    if (queuedBytes <= this.#options.maxQueuedBytes) return;
    this.#options.log.warn(
      { stream, queuedBytes },
      `slow ${this.#reader} cut off: it does not read its events`,
    );
    response.destroy();
  }

  /** Ends a stream after what was sent; its close is nobody's news then. */
  close(stream: string): void {
    const entry = this.#open.get(stream);
    this.#open.delete(stream);
    if (entry === undefined) return;
    this.#writeAll();
    const { response } = entry;
    const cut = setTimeout(() => response.destroy(), CLOSE_GRACE_MS);
    response.end(() => clearTimeout(cut));
    response.once('close', () => clearTimeout(cut));
  }
}

function sameRecords(left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean {
  return left.length === right.length && left.every((record, index) => record === right[index]);
}

/**
 * HTTP chunks, one for each record, as clients that split by chunk need them. Made here, since Node would merge
 * records that it is given together into one chunk, and write one by one what it is given one by one.
 */
function asChunks(records: readonly Uint8Array[]): Uint8Array {
  const parts = records.flatMap((record) => [
    encoder.encode(`${record.length.toString(16)}\r\n`),
    record,
    LINE_END,
  ]);
  return Buffer.concat(parts);
}
