/** The Accept header: which media types a client takes. */

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

function parseRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return { type, quality: quality === undefined ? 1 : Number(quality) };
}

function specificity({ type }: MediaRange): number {
  if (type === '*/*') return 0;
  return type.endsWith('/*') ? 1 : 2;
}

/** True when the header allows the media type; a missing header allows everything. */
export function acceptable(header: string | undefined, type: string): boolean {
  if (header === undefined || header.trim() === '') return true;
  const group = `${type.split('/')[0]}/*`;
  const matching = header
    .split(',')
    .map(parseRange)
    .filter((range) => range.type === type || range.type === group || range.type === '*/*')
    .sort((left, right) => specificity(right) - specificity(left));
  return (matching[0]?.quality ?? 0) > 0;
}
