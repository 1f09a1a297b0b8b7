/** RecordIO over real streams: records out of chunks that arrive, and into a socket whose reader may be slow. */
import type { Writable } from 'node:stream';
import { createRecordReader, encodeRecord } from '@stoke/protocol';

/** Records in the order they arrive; what is left over at the end of the chunks is dropped. */
export async function* readRecords(
  chunks: AsyncIterable<Uint8Array>,
  limits: { readonly maxRecordBytes: number },
): AsyncGenerator<Uint8Array> {
  const reader = createRecordReader(limits);
  for await (const chunk of chunks) yield* reader.push(chunk);
}

/** Writes records to one stream; records of one moment leave in one write. */
export interface RecordWriter {
  /** Queues the record; false when the writer is closed or the reader was cut off. */
  write(payload: Uint8Array): boolean;
  /** Sends what waits and ends the stream. */
  end(): void;
}

/** How a writer treats its reader. */
export interface RecordWriterOptions {
  /** Bytes that may wait for a slow reader before it is cut off. */
  readonly maxQueuedBytes: number;
  /** Called once when the reader is cut off; the stream is destroyed by then. */
  readonly onTooSlow?: () => void;
}

/** A writer of framed records on a response or socket; the owner of the stream listens to its errors. */
export function createRecordWriter(
  stream: Writable,
  { maxQueuedBytes, onTooSlow }: RecordWriterOptions,
): RecordWriter {
  let corked = false;
  let closed = false;
  stream.once('close', () => {
    closed = true;
  });
  const uncork = (): void => {
    corked = false;
    stream.uncork();
  };
  return {
    write(payload) {
      if (closed || stream.destroyed) return false;
      if (!corked) {
        corked = true;
        stream.cork();
        setImmediate(uncork);
      }
      stream.write(encodeRecord(payload));
      if (stream.writableLength <= maxQueuedBytes) return true;
      closed = true;
      stream.destroy();
      onTooSlow?.();
      return false;
    },
    end() {
      if (closed) return;
      closed = true;
      stream.end();
    },
  };
}
