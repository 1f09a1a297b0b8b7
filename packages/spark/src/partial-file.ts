/** The half-finished file of a download: `<path>.partial`, and beside it what it is part of. */

import { readFile, rm, stat, writeFile } from 'node:fs/promises';

/** What a half-finished file is part of. */
export interface PartialNote {
  readonly url: string;
  readonly etag: string | null;
  readonly sha256: string | undefined;
}

/** The half-finished file beside `path`. */
export interface PartialFile {
  readonly path: string;
  /** Bytes on disk, 0 when there is none. */
  size(): Promise<number>;
  /** What it is part of; undefined when unknown, and then it cannot be continued. */
  note(): Promise<PartialNote | undefined>;
  writeNote(note: PartialNote): Promise<void>;
  discard(): Promise<void>;
}

/** The half-finished file for a download to `path`. */
export function partialFile(path: string): PartialFile {
  const partial = `${path}.partial`;
  const note = `${path}.partial.json`;
  return {
    path: partial,
    size: () =>
      stat(partial).then(
        (found) => found.size,
        () => 0,
      ),
    async note() {
      const text = await readFile(note, 'utf8').catch(() => '');
      return parseNote(text);
    },
    writeNote: (value) => writeFile(note, JSON.stringify(value)),
    async discard() {
      await rm(partial, { force: true });
      await rm(note, { force: true });
    },
  };
}

/** A note that does not parse (a crash while writing it) is no note. */
function parseNote(text: string): PartialNote | undefined {
  const found = /^\{.*\}$/s.test(text) ? safeParse(text) : undefined;
  if (typeof found !== 'object' || found === null) return undefined;
  const { url, etag, sha256 } = { url: '', etag: null, sha256: undefined, ...found };
  return {
    url: String(url),
    etag: typeof etag === 'string' ? etag : null,
    sha256: typeof sha256 === 'string' ? sha256 : undefined,
  };
}

function safeParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
