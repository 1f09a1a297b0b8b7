/** The text form of values in `--resources` and `--attributes`: `2.5`, `[1-2,5-9]`, `{a,b}`, or plain text. */

import { coalesce, type Ranges } from './ranges.ts';
import { fromMilli, toMilli } from './scalar.ts';

export type ParsedValue =
  | { readonly type: 'SCALAR'; readonly value: number }
  | { readonly type: 'RANGES'; readonly ranges: Ranges }
  | { readonly type: 'SET'; readonly members: readonly string[] }
  | { readonly type: 'TEXT'; readonly text: string }
  | { readonly type: 'BAD'; readonly problem: string };

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Decides by the first character: brackets are ranges, braces a set, numbers scalars, else text. */
export function parseValue(source: string): ParsedValue {
  const text = source.trim();
  if (text === '') return { type: 'BAD', problem: 'the value is empty' };
  if (text.startsWith('[')) return parseRanges(text);
  if (text.startsWith('{')) return parseSet(text);
  if (NUMBER.test(text)) return { type: 'SCALAR', value: fromMilli(toMilli(Number(text))) };
  return { type: 'TEXT', text };
}

function parseRanges(text: string): ParsedValue {
  if (!text.endsWith(']')) return { type: 'BAD', problem: `'${text}' lacks the closing ']'` };
  const ranges: { begin: number; end: number }[] = [];
  for (const part of splitList(text)) {
    const match = /^(\d+)\s*-\s*(\d+)$/.exec(part);
    if (match === null) {
      return {
        type: 'BAD',
        problem: `'${part}' is no range: write it as first-last, like 31000-32000`,
      };
    }
    ranges.push({ begin: Number(match[1]), end: Number(match[2]) });
  }
  const reversed = ranges.find((range) => range.begin > range.end);
  if (reversed !== undefined) {
    return {
      type: 'BAD',
      problem: `range ${reversed.begin}-${reversed.end} ends before it begins`,
    };
  }
  return { type: 'RANGES', ranges: coalesce(ranges) };
}

function parseSet(text: string): ParsedValue {
  if (!text.endsWith('}')) return { type: 'BAD', problem: `'${text}' lacks the closing '}'` };
  return { type: 'SET', members: [...new Set(splitList(text))].sort() };
}

function splitList(text: string): string[] {
  return text
    .slice(1, -1)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
