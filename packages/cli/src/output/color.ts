/** Colour for terminals that want it. */
import type { CliIo, Output } from '../io.ts';

const codes = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;

/** A colour or weight of {@link paint}. */
export type Color = keyof typeof codes;

/** Colours the text when the stream is a terminal and neither NO_COLOR nor a dumb terminal forbids it. */
export function paint(io: CliIo, stream: Output, color: Color, text: string): string {
  const { NO_COLOR, TERM } = io.env;
  if (!stream.isTty || (NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb') return text;
  return `\u001b[${codes[color]}m${text}\u001b[0m`;
}
