/** Writes a zip or jar whose bytes depend on nothing but its entries: stored, sorted, all of one date. */
import { crc32 } from 'node:zlib';

/** One file inside the archive; the path has forward slashes. */
export interface ZipEntry {
  readonly path: string;
  readonly data: Uint8Array;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_CENTRAL_DIRECTORY = 0x06054b50;
const VERSION_1_0 = 10;
const UTF8_NAMES = 0x0800;
/** 1 January 1980, 00:00: the beginning of time in this format. */
const DOS_DATE = 0x0021;

/** The fields that a local header and a central one share, from the version to the name's length. */
function commonFields(entry: ZipEntry, name: Buffer): Buffer {
  const fields = Buffer.alloc(24);
  fields.writeUInt16LE(VERSION_1_0, 0);
  fields.writeUInt16LE(UTF8_NAMES, 2);
  fields.writeUInt16LE(DOS_DATE, 8);
  fields.writeUInt32LE(crc32(entry.data), 10);
  fields.writeUInt32LE(entry.data.length, 14);
  fields.writeUInt32LE(entry.data.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** The archive as bytes. Limits of the format (65,535 entries, 4 GiB) are far away for what this is used for. */
export function storedZip(entries: readonly ZipEntry[]): Buffer {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of sorted) {
    const name = Buffer.from(entry.path, 'utf8');
    const common = commonFields(entry, name);
    const local = Buffer.concat([word(LOCAL_HEADER), common, short(0), name, entry.data]);
    const madeBy = short(VERSION_1_0);
    // Lengths of extra field and comment, disk, attributes.
    const rest = Buffer.alloc(12);
    centrals.push(Buffer.concat([word(CENTRAL_HEADER), madeBy, common, rest, word(offset), name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.concat([
    word(END_OF_CENTRAL_DIRECTORY),
    word(0),
    short(sorted.length),
    short(sorted.length),
    word(directory.length),
    word(offset),
    short(0),
  ]);
  return Buffer.concat([...locals, directory, end]);
}
