/** The open event streams of custom executors. */
import type { ServerResponse } from 'node:http';
import { createRecordWriter, type RecordWriter } from '@stoke/kit';
import { ExecutorEvent, encodeBinary, encodeJson } from '@stoke/protocol';

const maxQueuedBytes = 16 * 1024 * 1024;

export type MediaType = 'application/json' | 'application/x-protobuf';

interface OpenStream {
  readonly writer: RecordWriter;
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
    const writer = createRecordWriter(response, { maxQueuedBytes });
    this.#streams.set(connection, { writer, mediaType: stream.mediaType });
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
    stream.writer.write(payload);
  }

  close(connection: string): void {
    this.#streams.get(connection)?.writer.end();
  }
}
