/** The open event streams of custom executors. */
import type { ServerResponse } from 'node:http';
import { ExecutorEvent, encodeBinary, encodeJson, encodeRecord } from '@stoke/protocol';

/** What may wait for an executor that does not read, before it is cut off. */
const maxQueuedBytes = 16 * 1024 * 1024;

export type MediaType = 'application/json' | 'application/x-protobuf';

interface OpenStream {
  readonly response: ServerResponse;
  readonly mediaType: MediaType;
}

export class ExecutorStreams {
  readonly #streams = new Map<string, OpenStream>();
  #next = 1;

  /** Takes over a response whose head is written; `onClose` tells its end. */
  open(
    response: ServerResponse,
    stream: { readonly mediaType: MediaType; readonly onClose: (connection: string) => void },
  ): string {
    const connection = String(this.#next);
    this.#next += 1;
    this.#streams.set(connection, { response, mediaType: stream.mediaType });
    response.once('error', () => response.destroy());
    response.once('close', () => {
      this.#streams.delete(connection);
      stream.onClose(connection);
    });
    return connection;
  }

  send(connection: string, event: ExecutorEvent): void {
    const stream = this.#streams.get(connection);
    if (stream === undefined) return;
    const payload =
      stream.mediaType === 'application/json'
        ? new TextEncoder().encode(encodeJson(ExecutorEvent, event))
        : encodeBinary(ExecutorEvent, event);
    // Each record is a chunk of its own: some clients read no further than that.
    stream.response.write(encodeRecord(payload));
    if (stream.response.writableLength > maxQueuedBytes) stream.response.destroy();
  }

  close(connection: string): void {
    this.#streams.get(connection)?.response.end();
  }
}
