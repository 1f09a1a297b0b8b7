/** Says where a text stops being JSON, in the words Mesos uses. */

const TOKEN =
  /[ \t\r\n]*(?:[{}[\]:,]|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|true|false|null)/y;

/** The problem of a text that JSON.parse refused: its line and what stands there, cut at 100 characters. */
export function jsonSyntaxProblem(text: string): string {
  const { at, trailing } = scan(text);
  if (trailing) {
    return `Parsed JSON included non-whitespace trailing characters: ${text.slice(at, at + 100)}`;
  }
  const line = text.slice(0, at).split('\n').length;
  const rest = text.slice(at).trimStart().split('\n', 1)[0] ?? '';
  return `syntax error at line ${line} near: ${rest.slice(0, 100)}`;
}

/** What may come next; 'first' is what follows an opening bracket, which may close at once. */
type Expected = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' | 'end';

/** Walks tokens with a stack of open brackets until one does not fit. */
function scan(text: string): { at: number; trailing: boolean } {
  const open: string[] = [];
  let expected: Expected | undefined = 'value';
  let at = 0;
  while (expected !== 'end') {
    TOKEN.lastIndex = at;
    const token: string | undefined = TOKEN.exec(text)?.[0].trimStart();
    expected = token === undefined ? undefined : step(token, expected, open);
    if (expected === undefined) return { at, trailing: false };
    at = TOKEN.lastIndex;
  }
  return { at, trailing: true };
}

/** What may follow this token, or undefined when the token does not fit. */
function step(token: string, expected: Expected, open: string[]): Expected | undefined {
  if (token === '}' || token === ']') return close(token, expected, open);
  switch (expected) {
    case 'colon':
      return token === ':' ? 'value' : undefined;
    case 'comma':
      if (token !== ',') return undefined;
      return open.at(-1) === '{' ? 'key' : 'value';
    case 'key':
    case 'first key':
      return token.startsWith('"') ? 'colon' : undefined;
    default:
      return value(token, open);
  }
}

function close(token: string, expected: Expected, open: string[]): Expected | undefined {
  const opener = token === '}' ? '{' : '[';
  const first = token === '}' ? 'first key' : 'first value';
  if (open.at(-1) !== opener || (expected !== 'comma' && expected !== first)) return undefined;
  open.pop();
  return afterValue(open);
}

function value(token: string, open: string[]): Expected | undefined {
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'first key' : 'first value';
  }
  return token === ':' || token === ',' ? undefined : afterValue(open);
}

function afterValue(open: string[]): Expected {
  return open.length === 0 ? 'end' : 'comma';
}
