/** HTTP by hand over a socket: requests go out byte for byte as recorded, answers come back raw. */
import { connect, type Socket } from 'node:net';
import { createRecordReader } from '@stoke/protocol';
import { headerOf, parseMessage, type RecordedMessage } from './recording.ts';

/** How long an answer may take. */
const answerTimeoutMs = 15_000;

/** Sends raw bytes and resolves to the whole answer. */
export function exchange(port: number, request: Buffer): Promise<RecordedMessage> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = (): void => {
      socket.destroy();
      resolve(parseMessage(Buffer.concat(parts)));
    };
    socket.setTimeout(answerTimeoutMs, () => socket.destroy(new Error('no answer in time')));
    socket.on('data', (part) => {
      parts.push(part);
      if (isWhole(Buffer.concat(parts), request)) finish();
    });
    socket.on('end', finish);
    socket.on('error', reject);
    socket.write(request);
  });
}

function isWhole(raw: Buffer, request: Buffer): boolean {
  const headEnd = raw.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const message = parseMessage(raw);
  if (headerOf(message.headers, 'Transfer-Encoding') === 'chunked') return message.complete;
  const length = Number(headerOf(message.headers, 'Content-Length') ?? 0);
  if (request.subarray(0, 5).toString() === 'HEAD ') return true;
  return raw.length - headEnd - 4 >= length;
}

/** An answer that keeps coming. */
export class RawStream {
  readonly #socket: Socket;
  readonly #reader = createRecordReader({ maxRecordBytes: 64_000_000 });
  readonly #onRecord: (record: Buffer) => void;
  #raw = Buffer.alloc(0);
  #seenBytes = 0;
  /** Set when a chunk did not hold exactly one record. */
  brokenFraming = false;
  /** Resolves when the connection ended, from either side. */
  readonly ended: Promise<void>;
  /** Resolves when the answer's head is there. */
  readonly answered: Promise<RecordedMessage>;

  constructor(port: number, request: Buffer, onRecord: (record: Buffer) => void) {
    this.#onRecord = onRecord;
    const answered = Promise.withResolvers<RecordedMessage>();
    this.answered = answered.promise;
    this.#socket = connect({ port, host: '127.0.0.1' });
    this.ended = new Promise((resolve) => {
      this.#socket.on('close', () => {
        if (this.#raw.length > 0) answered.resolve(this.message());
        resolve();
      });
    });
    this.#socket.on('error', (cause) => answered.reject(cause));
    this.#socket.on('data', (part) => {
      this.#raw = Buffer.concat([this.#raw, part]);
      if (this.#raw.includes('\r\n\r\n')) {
        answered.resolve(this.message());
        this.#takeChunks();
      }
    });
    this.#socket.write(request);
  }

  /** Everything that came so far. */
  message(): RecordedMessage {
    return parseMessage(this.#raw);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Reads the chunks that are whole. */
  #takeChunks(): void {
    const { chunks, complete, headers } = this.message();
    if (headerOf(headers, 'Transfer-Encoding') !== 'chunked') {
      const length = Number(headerOf(headers, 'Content-Length') ?? 0);
      if (this.message().body.length >= length) this.#socket.end();
      return;
    }
    for (const chunk of chunks.slice(this.#seenBytes)) {
      if (!this.#isWholeChunk(chunk)) break;
      this.#seenBytes++;
      const records = this.#reader.push(chunk);
      this.brokenFraming ||= records.length !== 1 || this.#reader.pendingBytes > 0;
      for (const record of records) this.#onRecord(Buffer.from(record));
    }
    if (complete) this.#socket.end();
  }

  /** Whether a chunk's announced size has arrived: parseMessage cuts the last one short. */
  #isWholeChunk(chunk: Buffer): boolean {
    const end = chunk.byteOffset - this.#raw.byteOffset + chunk.byteLength;
    return this.#raw.subarray(end, end + 2).toString() === '\r\n';
  }
}
