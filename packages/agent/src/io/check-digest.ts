/** Whether a fetched file is the one that was meant. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { agentError } from '../errors.ts';
import type { Digest } from './fetch-source.ts';

/** @throws AppError `FETCH_FAILED` when the digest is another */
export async function checkDigest(path: string, digest: Digest): Promise<void> {
  const hash = createHash(digest.algorithm);
  await pipeline(createReadStream(path), hash);
  const found = hash.digest('hex');
  if (found === digest.hex) return;
  throw agentError('FETCH_FAILED', {
    message: `The file has the ${digest.algorithm} digest ${found}, expected ${digest.hex}`,
  });
}
