/** Event streams of schedulers: one RecordIO record per HTTP chunk, bounded, each in its own format. */
import type { ServerResponse } from 'node:http';
import type { Logger } from '@stoke/kit';
import { encodeBinary, encodeJson, encodeRecord, SchedulerEvent } from '@stoke/protocol';

export type StreamFormat = 'application/json' | 'application/x-protobuf';

export type SchedulerStreamsOptions = {
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
export class SchedulerStreams {
  readonly #open = new Map<string, OpenStream>();
  readonly #options: SchedulerStreamsOptions;

  constructor(options: SchedulerStreamsOptions) {
    this.#options = options;
  }

  /** Sends the head of the answer; the records follow. */
  open(stream: string, response: ServerResponse, format: StreamFormat): void {
    response.writeHead(200, { 'Mesos-Stream-Id': stream, 'Content-Type': format });
    response.flushHeaders();
    this.#open.set(stream, { response, format });
    response.on('error', (error) =>
      this.#options.log.debug({ stream, err: error }, 'stream error'),
    );
    response.once('close', () => {
      if (this.#open.delete(stream)) this.#options.onClosed(stream);
    });
  }

  send(stream: string, event: SchedulerEvent): void {
    const entry = this.#open.get(stream);
    if (entry === undefined || entry.response.destroyed) return;
    const { response, format } = entry;
    const payload =
      format === 'application/json'
        ? encoder.encode(encodeJson(SchedulerEvent, event))
        : encodeBinary(SchedulerEvent, event);
    // Not corked: Node would merge what is written together into one chunk, and clients split by chunk.
    response.write(encodeRecord(payload));
    if (response.writableLength <= this.#options.maxQueuedBytes) return;
    this.#options.log.warn(
      { stream, queuedBytes: response.writableLength },
      'slow scheduler cut off: it does not read its events',
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
