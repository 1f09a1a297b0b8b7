/** What a place with images answers about one of them. */
import type { ImageSettings } from './container-image.ts';

export interface FoundLayer {
  /** Digest of the uncompressed bytes. */
  readonly diffId: string;
  /** As it lies there. */
  readonly bytes: number;
  /** Answers the path of a tar archive, compressed or not. */
  open(): Promise<string>;
  /** The archive is not needed any more. */
  discard(): Promise<void>;
}

export interface FoundImage {
  readonly settings: ImageSettings;
  /** The lowest first. */
  readonly layers: readonly FoundLayer[];
  /** Whether the image says the digest of every layer. */
  readonly isComplete: boolean;
}
