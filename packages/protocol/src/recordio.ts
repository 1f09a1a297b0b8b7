/** RecordIO, the framing of all streams: decimal byte length, newline, payload. */
import { protocolError } from './errors.ts';

/** Longest length line a reader accepts: 2^53 has 16 digits. */
const MAX_HEADER_BYTES = 20;
const NEWLINE = 10;

/** One record, header and payload in one buffer: some clients need both in one chunk. */
export function encodeRecord(payload: Uint8Array): Uint8Array {
  const header = String(payload.length);
  const record = new Uint8Array(header.length + 1 + payload.length);
  for (let at = 0; at < header.length; at++) record[at] = header.charCodeAt(at);
  record[header.length] = NEWLINE;
  record.set(payload, header.length + 1);
  return record;
}

/** Takes a stream apart; give it every chunk in order. */
export interface RecordReader {
  /**
   * The records that this chunk completes.
   * @throws AppError MALFORMED_RECORD or RECORD_TOO_LARGE; the reader is of no use afterwards.
   */
  push(chunk: Uint8Array): Uint8Array[];
  /** Bytes of a record begun and not ended: more than 0 at the end of a stream means it was cut. */
  readonly pendingBytes: number;
}

/** Makes a reader that holds at most one record of `maxRecordBytes`. */
export function createRecordReader(options: { readonly maxRecordBytes: number }): RecordReader {
  return new StreamReader(options.maxRecordBytes);
}

class StreamReader implements RecordReader {
  readonly #maxRecordBytes: number;
  /** Digits of the length line so far; '' between records. */
  #header = '';
  /** The record being filled, once its length is known. */
  #record: Uint8Array | undefined;
  #filled = 0;

  constructor(maxRecordBytes: number) {
    this.#maxRecordBytes = maxRecordBytes;
  }

  get pendingBytes(): number {
    return this.#header.length + this.#filled + (this.#record === undefined ? 0 : 1);
  }

  push(chunk: Uint8Array): Uint8Array[] {
    const records: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#record === undefined) at = this.#readHeader(chunk, at);
      else at = this.#fill(this.#record, chunk, at);
      if (this.#record !== undefined && this.#filled === this.#record.length) {
        records.push(this.#record);
        this.#record = undefined;
        this.#filled = 0;
      }
    }
    return records;
  }

  #readHeader(chunk: Uint8Array, start: number): number {
    let at = start;
    while (at < chunk.length) {
      const byte = chunk[at++] ?? 0;
      if (byte === NEWLINE) {
        this.#begin();
        return at;
      }
      if (byte < 48 || byte > 57 || this.#header.length >= MAX_HEADER_BYTES) {
        throw protocolError('MALFORMED_RECORD', {
          message: 'Cannot read record: its length line is not a decimal number',
        });
      }
      this.#header += String.fromCharCode(byte);
    }
    return at;
  }

  #begin(): void {
    const length = this.#header === '' ? Number.NaN : Number(this.#header);
    if (Number.isNaN(length)) {
      throw protocolError('MALFORMED_RECORD', {
        message: 'Cannot read record: its length line is empty',
      });
    }
    if (length > this.#maxRecordBytes) {
      throw protocolError('RECORD_TOO_LARGE', {
        message: `Cannot read record of ${length} bytes: the limit is ${this.#maxRecordBytes}`,
        details: { length, limit: this.#maxRecordBytes },
      });
    }
    this.#header = '';
    this.#record = new Uint8Array(length);
    this.#filled = 0;
  }

  #fill(record: Uint8Array, chunk: Uint8Array, start: number): number {
    const count = Math.min(record.length - this.#filled, chunk.length - start);
    record.set(chunk.subarray(start, start + count), this.#filled);
    this.#filled += count;
    return start + count;
  }
}
