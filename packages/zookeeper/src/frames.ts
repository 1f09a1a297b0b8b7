/** Cuts the bytes of a connection into frames: four bytes of length, then as many bytes. */
import { zooKeeperError } from './errors.ts';

/** More than any server answers: the children of a million nodes. */
const largestFrame = 64 * 1024 * 1024;

export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** @throws AppError `ZK_MALFORMED` when a length cannot be */
  push(chunk: Buffer): Buffer[] {
    let bytes: Buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Buffer[] = [];
    while (bytes.length >= 4) {
      const length = bytes.readInt32BE(0);
      if (length < 0 || length > largestFrame) {
        throw zooKeeperError('ZK_MALFORMED', {
          message: `Cannot read the answer of ZooKeeper: a frame of ${length} bytes is announced`,
        });
      }
      if (bytes.length < 4 + length) break;
      frames.push(bytes.subarray(4, 4 + length));
      bytes = bytes.subarray(4 + length);
    }
    this.#rest = bytes;
    return frames;
  }
}
