/**
 * JSON documents too big to be made at once: lists in them become bytes piece by piece, with pauses for
 * other work, and a piece whose items have not changed since the last time is used again.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isSliceOver } from './turn-slices.ts';

/** How the items of a long list become text. */
export type Rendering<T extends object> = {
  /** The JSON text of one item. */
  readonly text: (item: T) => string;
  /** All that the text depends on, compared by identity; undefined: the text is never used again. */
  readonly stamp: ((item: T) => readonly unknown[]) | undefined;
};

/** A list inside a document; its items are rendered when their turn comes. */
export class LongList {
  readonly pieces: () => Iterable<Uint8Array>;

  private constructor(pieces: () => Iterable<Uint8Array>) {
    this.pieces = pieces;
  }

  static of<T extends object>(items: readonly T[], rendering: Rendering<T>): LongList {
    return new LongList(() => listPieces(items, rendering));
  }
}

type Piece = {
  readonly rendering: unknown;
  readonly items: readonly object[];
  readonly stamps: readonly (readonly unknown[])[];
  readonly bytes: Uint8Array;
};

/** Pieces by their first item, as long as that lives. */
const known = new WeakMap<object, Piece>();

const ITEMS_OF_PIECE = 64;
const MAX_ITEMS_OF_PIECE = 256;
const encoder = new TextEncoder();

function* listPieces<T extends object>(
  items: readonly T[],
  rendering: Rendering<T>,
): Iterable<Uint8Array> {
  for (let at = 0; at < items.length; ) {
    const piece = usable(items, at, rendering) ?? newPiece(items, at, rendering);
    if (at > 0) yield COMMA;
    yield piece.bytes;
    at += piece.items.length;
  }
}

const COMMA = encoder.encode(',');

/** The piece that began with this item the last time, if all of it is as it was. */
function usable<T extends object>(
  items: readonly T[],
  at: number,
  rendering: Rendering<T>,
): Piece | undefined {
  const { stamp } = rendering;
  const first = items[at];
  const piece = first === undefined ? undefined : known.get(first);
  if (stamp === undefined || piece?.rendering !== rendering) return undefined;
  const holds = piece.items.every((before, index) => {
    const item = items[at + index];
    return item === before && sameStamp(piece.stamps[index], stamp(item));
  });
  return holds ? piece : undefined;
}

function sameStamp(left: readonly unknown[] | undefined, right: readonly unknown[]): boolean {
  return left?.length === right.length && left.every((value, index) => value === right[index]);
}

function newPiece<T extends object>(
  items: readonly T[],
  at: number,
  rendering: Rendering<T>,
): Piece {
  const texts: string[] = [];
  const stamps: (readonly unknown[])[] = [];
  let next = at;
  for (let last = false; !last && next < items.length; next++) {
    const item = items[next];
    if (item === undefined) break;
    const text = rendering.text(item);
    texts.push(text);
    stamps.push(rendering.stamp?.(item) ?? []);
    last = texts.length >= MAX_ITEMS_OF_PIECE || endsPiece(text);
  }
  const bytes = encoder.encode(texts.join(','));
  const piece = { rendering, items: items.slice(at, next), stamps, bytes };
  const first = items[at];
  if (first !== undefined && rendering.stamp !== undefined) known.set(first, piece);
  return piece;
}

/**
 * Whether a piece ends with this item. The item itself decides, by its first characters, which begin with its
 * id: so one that comes or goes changes one piece, and those after it begin where they did before.
 */
function endsPiece(text: string): boolean {
  let sum = 0;
  const end = Math.min(text.length, 64);
  for (let at = 0; at < end; at++) sum = (sum * 31 + text.charCodeAt(at)) | 0;
  return (sum ^ (sum >>> 15)) % ITEMS_OF_PIECE === 0;
}

/** The bytes of a document, in pieces; its lists are those of this moment, whatever happens meanwhile. */
export async function renderDocument(value: unknown): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  let text = '';
  for (const part of documentParts(value)) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    if (text !== '') pieces.push(encoder.encode(text));
    text = '';
    pieces.push(part);
    while (isSliceOver()) await nextTurn();
  }
  pieces.push(encoder.encode(text));
  return pieces;
}

/** Text, and bytes of long lists, in the order of the document. Members that are undefined are left out. */
function* documentParts(value: unknown): Iterable<string | Uint8Array> {
  if (value instanceof LongList) {
    yield '[';
    yield* value.pieces();
    yield ']';
  } else if (Array.isArray(value)) {
    yield '[';
    for (const [index, entry] of value.entries()) {
      if (index > 0) yield ',';
      yield* documentParts(entry);
    }
    yield ']';
  } else if (typeof value === 'object' && value !== null && holdsLists(value)) {
    yield* objectParts(value);
  } else yield JSON.stringify(value) ?? 'null';
}

/** Only documents are walked through; what is below them is JSON as it is. */
function holdsLists(value: object): boolean {
  return Object.values(value).some(
    (member) => member instanceof LongList || (Array.isArray(member) && member.some(isDocument)),
  );
}

function isDocument(value: unknown): boolean {
  return typeof value === 'object' && value !== null && holdsLists(value);
}

function* objectParts(value: object): Iterable<string | Uint8Array> {
  let separator = '{';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${separator}${JSON.stringify(name)}:`;
    yield* documentParts(member);
    separator = ',';
  }
  yield separator === '{' ? '{}' : '}';
}
