/** Answers as values: routes return them, the router sends them. */

/** A whole answer. */
export type HttpAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text with its type, or nothing. */
  readonly body?: { readonly type: string; readonly content: string | Uint8Array };
};

/** A big document, sent piece by piece as its reader takes it. */
export type DocumentAnswer = {
  readonly status: 200;
  readonly document: { readonly type: string; readonly pieces: readonly Uint8Array[] };
};

/** An answer, or 'taken' when the route took the raw response over. */
export type Answer = 'taken' | HttpAnswer | DocumentAnswer;

/** Plain text, as Mesos reports problems. */
export function textAnswer(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { status, headers, body: { type: 'text/plain; charset=utf-8', content: text } };
}

/** No body and no content type: 202 of calls, 200 of /health. */
export function emptyAnswer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { status, headers };
}

/** JSON; with `jsonp` a script that calls that function. */
export function jsonAnswer(value: unknown, jsonp?: string | undefined): HttpAnswer {
  const content = JSON.stringify(value);
  if (jsonp === undefined || jsonp === '') {
    return { status: 200, body: { type: 'application/json', content } };
  }
  return { status: 200, body: { type: 'text/javascript', content: `${jsonp}(${content})` } };
}

/** Documents up to this size are sent like any other answer. */
const WHOLE_BYTES = 1024 * 1024;

/** JSON out of pieces; with `jsonp` a script that calls that function. */
export function documentAnswer(pieces: readonly Uint8Array[], jsonp?: string): Answer {
  const called = jsonp !== undefined && jsonp !== '';
  const type = called ? 'text/javascript' : 'application/json';
  const all: readonly Uint8Array[] = called
    ? [Buffer.from(`${jsonp}(`), ...pieces, Buffer.from(')')]
    : pieces;
  const bytes = all.reduce((sum, piece) => sum + piece.length, 0);
  if (bytes > WHOLE_BYTES) return { status: 200, document: { type, pieces: all } };
  return { status: 200, body: { type, content: Buffer.concat(all) } };
}

export function methodNotAllowed(allowed: readonly string[], received: string): HttpAnswer {
  const names = allowed.map((method) => `'${method}'`).join(', ');
  return textAnswer(
    405,
    `405 Method Not Allowed. Expecting one of { ${names} }, but received '${received}'.`,
    { Allow: allowed.join(', ') },
  );
}

export const NOT_FOUND: HttpAnswer = textAnswer(404, '404 Not Found.');

export function redirectTo(location: string): HttpAnswer {
  return emptyAnswer(307, { Location: location });
}
