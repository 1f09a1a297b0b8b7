/** The agent's `--attributes` flag: `rack:r1;slots:4;ports:[1-10]`. */

import type { Attribute } from '@stoke/protocol';
import { parseValue } from './parse-value.ts';

export type AttributesResult =
  | { readonly ok: true; readonly attributes: readonly Attribute[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Numbers become scalars, `[…]` ranges, `{…}` sets, the rest text; a value may contain colons. */
export function parseAttributes(text: string): AttributesResult {
  const parts = text
    .split(/[;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseAttribute);
  const problems = parts.filter((part) => typeof part === 'string');
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, attributes: parts.filter((part) => typeof part !== 'string') };
}

function parseAttribute(part: string): Attribute | string {
  const colon = part.indexOf(':');
  const name = part.slice(0, Math.max(colon, 0)).trim();
  if (name === '') return `'${part}' is no attribute: write it as name:value`;
  const value = parseValue(part.slice(colon + 1));
  switch (value.type) {
    case 'BAD':
      return `attribute '${name}': ${value.problem}`;
    case 'SCALAR':
      return { name, type: 'SCALAR', scalar: { value: value.value } };
    case 'RANGES':
      return { name, type: 'RANGES', ranges: { range: [...value.ranges] } };
    case 'SET':
      return { name, type: 'SET', set: { item: [...value.members] } };
    case 'TEXT':
      return { name, type: 'TEXT', text: { value: value.text } };
  }
}
