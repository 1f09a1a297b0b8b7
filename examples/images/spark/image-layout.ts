/**
 * Writes an image as a directory that is two things at once: an OCI image layout, and, packed by tar, an archive
 * for `docker load`. Layers are not compressed: their digest is their diff id, and making them takes no time.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A directory of this machine that becomes a layer. */
export interface LayerSource {
  readonly directory: string;
  /** Where its content is in the image, without a slash at either end; '' is the root. */
  readonly at: string;
  /** Names at the top of the directory that stay out. */
  readonly without?: readonly string[];
}

export interface ImageSource {
  readonly layers: readonly LayerSource[];
  /** The name by which Docker knows it, `name:tag`. */
  readonly name: string;
  readonly architecture: string;
  /** What the image says of running it (OCI image specification, "config"). */
  readonly config: Readonly<Record<string, unknown>>;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Of every file, so that equal files make equal layers. */
const fixedTime = '@1700000000';
const created = new Date(1_700_000_000_000).toISOString();

/** The directory must be empty. */
export async function writeImageLayout(directory: string, image: ImageSource): Promise<void> {
  const blobs = join(directory, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const layers: Descriptor[] = [];
  for (const layer of image.layers) layers.push(await writeLayer(blobs, layer));
  const config = await writeJson(blobs, 'application/vnd.oci.image.config.v1+json', {
    architecture: image.architecture,
    os: 'linux',
    created,
    config: image.config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map(() => ({ created, created_by: 'build-image.ts' })),
  });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = await writeJson(blobs, mediaType, {
    schemaVersion: 2,
    mediaType,
    config,
    layers,
  });
  const annotations = { 'org.opencontainers.image.ref.name': image.name };
  const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations }] };
  const path = ({ digest }: Descriptor): string => `blobs/${digest.replace(':', '/')}`;
  const archive = [
    { Config: path(config), RepoTags: [image.name], Layers: layers.map((layer) => path(layer)) },
  ];
  await writeFile(join(directory, 'index.json'), JSON.stringify(index));
  await writeFile(join(directory, 'manifest.json'), JSON.stringify(archive));
  await writeFile(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}

async function writeJson(blobs: string, mediaType: string, value: unknown): Promise<Descriptor> {
  const text = JSON.stringify(value);
  const digest = createHash('sha256').update(text).digest('hex');
  await writeFile(join(blobs, digest), text);
  return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
}

async function writeLayer(blobs: string, layer: LayerSource): Promise<Descriptor> {
  const { directory, at, without = [] } = layer;
  const place = at === '' ? [] : [`--transform=s,^\\./,${at}/,S`, `--transform=s,^\\.$,${at},S`];
  const rules = ['--sort=name', `--mtime=${fixedTime}`, '--owner=0', '--group=0'];
  const skipped = without.map((name) => `--exclude=./${name}`);
  rules.push('--numeric-owner', '--format=gnu', ...skipped, ...place);
  const args = [...rules, '-C', directory, '-c', '.'];
  const tar = spawn('tar', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(tar, 'exit');
  const hash = createHash('sha256');
  const unnamed = join(blobs, 'layer.new');
  tar.stdout.on('data', (chunk: Buffer) => hash.update(chunk));
  await pipeline(tar.stdout, createWriteStream(unnamed));
  const [code] = await exit;
  if (code !== 0) throw new Error(`Cannot pack '${directory}': tar ended with ${code}`);
  const digest = hash.digest('hex');
  await rename(unnamed, join(blobs, digest));
  const { size } = await stat(join(blobs, digest));
  const mediaType = 'application/vnd.oci.image.layer.v1.tar';
  return { mediaType, digest: `sha256:${digest}`, size };
}
