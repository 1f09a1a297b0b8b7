/** Answers as values: routes return them, the router sends them. */

/** An answer; `taken` when the route took the raw response over. */
export type Answer =
  | 'taken'
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Text with its type, or nothing. */
      readonly body?: { readonly type: string; readonly content: string | Uint8Array };
    };

/** Plain text, as Mesos reports problems. */
export function textAnswer(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers, body: { type: 'text/plain; charset=utf-8', content: text } };
}

export function emptyAnswer(status: number): Answer {
  return { status };
}

/** JSON; with `jsonp` a script that calls that function. */
export function jsonAnswer(value: unknown, jsonp: string | undefined): Answer {
  const content = JSON.stringify(value);
  if (jsonp === undefined || jsonp === '') {
    return { status: 200, body: { type: 'application/json', content } };
  }
  return { status: 200, body: { type: 'text/javascript', content: `${jsonp}(${content})` } };
}

export function methodNotAllowed(allowed: string, received: string): Answer {
  return textAnswer(
    405,
    `405 Method Not Allowed. Expecting one of { '${allowed}' }, but received '${received}'.`,
    { Allow: allowed },
  );
}

export const notFound: Answer = textAnswer(404, '404 Not Found.');
