/** Java property files, as spark-defaults.conf is one: reading and writing. */

/** Reads `key value`, `key=value` and `key: value` lines with comments, continuations and escapes. */
export function parseProperties(text: string): Record<string, string> {
  // Built from entries: a key such as __proto__ is a key like any other.
  return Object.fromEntries(
    logicalLines(text).map((line) => {
      const { key, rest } = splitKey(line);
      return [unescapeText(key), unescapeText(rest)] as const;
    }),
  );
}

/** Writes properties one per line, sorted by key, so that the same settings give the same file. */
export function formatProperties(properties: Readonly<Record<string, string>>): string {
  const lines = Object.entries(properties)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${escapeText(key, true)}=${escapeText(value, false)}\n`);
  return lines.join('');
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let pending = '';
  for (const raw of text.split(/\r\n|\n|\r/)) {
    const line = pending + raw.replace(/^[ \t\f]+/, '');
    if (pending === '' && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue;
    const backslashes = /\\*$/.exec(line)?.[0].length ?? 0;
    if (backslashes % 2 === 1) {
      pending = line.slice(0, -1);
      continue;
    }
    pending = '';
    lines.push(line);
  }
  if (pending !== '') lines.push(pending);
  return lines;
}

function splitKey(line: string): { key: string; rest: string } {
  const key = /^(?:\\.|[^\s=:\\])*/.exec(line)?.[0] ?? '';
  const rest = line
    .slice(key.length)
    .replace(/^[ \t\f]*[=:]?[ \t\f]*/, '')
    // Spark trims values of its property files.
    .trimEnd();
  return { key, rest };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

function unescapeText(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (_, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return ESCAPES[code] ?? code;
  });
}

function escapeText(text: string, isKey: boolean): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll('\f', '\\f')
    .replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return isKey ? escaped.replace(/[=: #!]/g, '\\$&') : escaped.replace(/^ /, '\\ ');
}
