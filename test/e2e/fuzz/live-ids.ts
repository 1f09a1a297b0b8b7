/** Ids that stand in seeds for what lives in the cluster under test; replaced when a request is sent. */

/** Placeholders, as long as the ids that take their place (an offer's id may differ in length). */
export const ids = {
  agent: 'aaaaaaaa-0000-4000-8000-00000000a6e7-S0',
  framework: 'ffffffff-0000-4000-8000-00000000f4a3-0000',
  /** Owns an executor on the real agent. */
  executorFramework: 'eeeeeeee-0000-4000-8000-0000000e4ec0-0000',
  offer: '0ffe0ffe-0000-4000-8000-000000000ffe-O1',
  stream: '57ea57ea-0000-4000-8000-0000000057ea',
} as const;

/** What takes the place of each placeholder. */
export type LiveIds = { readonly [K in keyof typeof ids]: string };

const placeholders = Object.entries(ids).map(
  ([name, text]) => [name as keyof LiveIds, Buffer.from(text)] as const,
);

/** A copy of `raw` in which placeholders are replaced by ids of equal length, or of any length where that is allowed. */
export function withLiveIds(raw: Buffer, live: LiveIds): Buffer {
  let text: string | undefined;
  for (const [name, placeholder] of placeholders) {
    if (raw.indexOf(placeholder) < 0) continue;
    text = (text ?? raw.toString('latin1')).replaceAll(ids[name], live[name]);
  }
  return text === undefined ? raw : Buffer.from(text, 'latin1');
}
