/** For tests: archives by hand, because programs refuse to write most of what has to be refused, and images of them. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

const block = 512;

export interface ScriptedEntry {
  readonly path: string;
  /** As in a tar header; default: a file. */
  readonly type?: '0' | '1' | '2' | '5';
  readonly text?: string;
  readonly link?: string;
  readonly mode?: number;
}

export function tarOf(entries: readonly ScriptedEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(2 * block)]);
}

function blocksOf({
  path,
  type = '0',
  text = '',
  link = '',
  mode = 0o644,
}: ScriptedEntry): Buffer[] {
  const header = Buffer.alloc(block);
  const octal = (value: number, digits: number): string =>
    `${value.toString(8).padStart(digits, '0')}\0`;
  const size = Buffer.byteLength(text);
  header.write(path, 0);
  header.write(octal(mode, 7) + octal(0, 7) + octal(0, 7) + octal(size, 11) + octal(0, 11), 100);
  header.write(' '.repeat(8), 148);
  header.write(type + link, 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)} `, 148);
  const body = Buffer.alloc(Math.ceil(size / block) * block);
  body.write(text);
  return [header, body];
}

export function digest(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export interface ScriptedImage {
  readonly manifest: Buffer;
  readonly config: Buffer;
  /** Compressed, the lowest first. */
  readonly layers: readonly Buffer[];
  readonly plainLayers: readonly Buffer[];
  readonly blobs: ReadonlyMap<string, Buffer>;
}

/** An image with these layers and `A=b` in its environment. */
export function scriptedImage(layers: readonly (readonly ScriptedEntry[])[]): ScriptedImage {
  const plainLayers = layers.map(tarOf);
  const compressed = plainLayers.map((layer) => gzipSync(layer));
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Env: ['A=b'], Cmd: ['/run'], WorkingDir: '/w' },
      rootfs: { type: 'layers', diff_ids: plainLayers.map(digest) },
    }),
  );
  const describe = (mediaType: string, bytes: Buffer): unknown => ({
    mediaType,
    digest: digest(bytes),
    size: bytes.length,
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      config: describe('application/vnd.oci.image.config.v1+json', config),
      layers: compressed.map((layer) =>
        describe('application/vnd.oci.image.layer.v1.tar+gzip', layer),
      ),
    }),
  );
  const all = [manifest, config, ...compressed];
  const blobs = new Map(all.map((bytes) => [digest(bytes), bytes]));
  return { manifest, config, layers: compressed, plainLayers, blobs };
}
