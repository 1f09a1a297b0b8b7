/** Takes the log stream of the Engine API apart: frames of a kind, a length and bytes of output. Pure. */

const headerBytes = 8;
const lengthAt = 4;
/** The engine cuts lines into pieces of 16 KiB; a frame far beyond says that this is no such stream. */
const longestFrame = 16 * 1024 * 1024;
const stderrKind = 2;

export interface LogPiece {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

/** Gives out bytes as they come: a long frame is not gathered first. */
export class LogFrames {
  #header = new Uint8Array(0);
  #stream: LogPiece['stream'] = 'stdout';
  #left = 0;

  /** @throws RangeError when the bytes are no log stream. */
  push(chunk: Uint8Array): LogPiece[] {
    const pieces: LogPiece[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#left === 0) {
        at = this.#readHeader(chunk, at);
        continue;
      }
      const bytes = chunk.subarray(at, at + this.#left);
      pieces.push({ stream: this.#stream, bytes });
      this.#left -= bytes.length;
      at += bytes.length;
    }
    return pieces;
  }

  #readHeader(chunk: Uint8Array, at: number): number {
    const rest = chunk.subarray(at, at + headerBytes - this.#header.length);
    const header = new Uint8Array([...this.#header, ...rest]);
    this.#header = header;
    if (header.length === headerBytes) {
      this.#left = new DataView(header.buffer).getUint32(lengthAt);
      if (this.#left > longestFrame) throw new RangeError(`A frame of ${this.#left} bytes`);
      this.#stream = header[0] === stderrKind ? 'stderr' : 'stdout';
      this.#header = new Uint8Array(0);
    }
    return at + rest.length;
  }
}
