/** ZooKeeper's serialisation, "jute": big-endian numbers, and lengths before buffers, texts and vectors. */
import { zooKeeperError } from './errors.ts';

const firstBytes = 256;
/** How a missing buffer or text is written. */
const absent = -1;

export class JuteWriter {
  #bytes = Buffer.alloc(firstBytes);
  #length = 0;

  #room(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#length, this.#bytes.length * 2));
      this.#bytes.copy(larger);
      this.#bytes = larger;
    }
    return at;
  }

  int(value: number): this {
    const at = this.#room(4);
    this.#bytes.writeInt32BE(value, at);
    return this;
  }

  bool(value: boolean): this {
    const at = this.#room(1);
    this.#bytes.writeUInt8(value ? 1 : 0, at);
    return this;
  }

  /** Bytes as they are, without a length: longs are kept as the eight bytes they came as. */
  raw(value: Uint8Array): this {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  buffer(value: Uint8Array): this {
    return this.int(value.length).raw(value);
  }

  text(value: string): this {
    return this.buffer(Buffer.from(value, 'utf8'));
  }

  /** What was written, with its length before it: a frame of the protocol. */
  toFrame(): Buffer {
    const frame = Buffer.alloc(4 + this.#length);
    frame.writeInt32BE(this.#length, 0);
    this.#bytes.copy(frame, 4, 0, this.#length);
    return frame;
  }
}

/** Reads what a server wrote. @throws AppError `ZK_MALFORMED` when bytes are missing or lengths cannot be */
export class JuteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  #take(count: number): number {
    const at = this.#at;
    if (count < 0 || at + count > this.#bytes.length) {
      throw zooKeeperError('ZK_MALFORMED', {
        message: `Cannot read the answer of ZooKeeper: it ends after ${this.#bytes.length} bytes, ${count} more are announced at ${at}`,
      });
    }
    this.#at += count;
    return at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  bool(): boolean {
    return this.#bytes.readUInt8(this.#take(1)) !== 0;
  }

  raw(count: number): Buffer {
    const at = this.#take(count);
    return Buffer.from(this.#bytes.subarray(at, at + count));
  }

  buffer(): Buffer {
    const length = this.int();
    return length === absent ? Buffer.alloc(0) : this.raw(length);
  }

  text(): string {
    return this.buffer().toString('utf8');
  }

  texts(): string[] {
    const count = this.int();
    const found: string[] = [];
    for (let index = 0; index < count; index += 1) found.push(this.text());
    return found;
  }
}
