/** Images in files of the machine: an OCI layout, or what `docker save` writes, as a directory or as one archive. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { z } from 'zod';
import { agentError } from '../../errors.ts';
import { type ArchiveLimits, extractArchive } from '../archives.ts';
import {
  choosePlatform,
  type Descriptor,
  digestOf,
  type ImageIndex,
  isIndex,
  parseDocument,
  readConfiguration,
  readIndex,
  readManifest,
} from './image-manifest.ts';
import type { ImageReference } from './image-reference.ts';
import type { FoundImage, FoundLayer } from './image-source.ts';

const documentBytes = 4 * 1024 * 1024;
const refName = 'org.opencontainers.image.ref.name';

export interface LocalOptions {
  /** The directory with images: `<repository>:<tag>.tar`, or directories of those names without `.tar`. */
  readonly directory: string;
  readonly reference: ImageReference;
  /** For the content of an archive; removed by `close`. */
  readonly scratch: string;
  readonly limits: ArchiveLimits;
}

/** @throws AppError `IMAGE_UNUSABLE` */
export async function findLocally(options: LocalOptions): Promise<FoundImage> {
  const { directory, reference, scratch, limits } = options;
  const names = [`${reference.repository}:${reference.tag}`, reference.repository];
  const paths = names.flatMap((name) => [`${name}.tar`, name]).map((name) => join(directory, name));
  const path = paths.find((one) => existsSync(one));
  if (path === undefined) throw unusable(reference, `there is no ${paths.join(' and no ')}`);
  if ((await stat(path)).isDirectory()) return await findInDirectory(path, reference);
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  await extractArchive({ archive: path, name: 'image.tar', directory: scratch, limits });
  return await findInDirectory(scratch, reference);
}

async function findInDirectory(directory: string, reference: ImageReference): Promise<FoundImage> {
  const files = new ImageFiles(directory, reference);
  return existsSync(join(directory, 'oci-layout'))
    ? await findInLayout(files, reference)
    : await findInDockerArchive(files, reference);
}

/** Files below one directory; links do not lead out of it. */
class ImageFiles {
  readonly #directory: string;
  readonly #reference: ImageReference;

  constructor(directory: string, reference: ImageReference) {
    this.#directory = directory;
    this.#reference = reference;
  }

  async path(name: string): Promise<string> {
    const root = await realpath(this.#directory);
    const found = await realpath(join(root, name)).catch(() => undefined);
    if (found?.startsWith(root + sep)) return found;
    throw unusable(this.#reference, `it has no file '${name}'`);
  }

  async document(name: string, digest?: string): Promise<unknown> {
    const path = await this.path(name);
    if ((await stat(path)).size > documentBytes) {
      throw unusable(this.#reference, `'${name}' holds more than ${documentBytes} bytes`);
    }
    const bytes = await readFile(path);
    if (digest !== undefined && digestOf(bytes) !== digest) {
      throw unusable(this.#reference, `'${name}' has another digest than ${digest}`);
    }
    return parseDocument(this.#reference.text, bytes);
  }

  blob({ digest }: Descriptor): Promise<unknown> {
    return this.document(blobName(digest), digest);
  }

  async layer(name: string, diffId: string): Promise<FoundLayer> {
    const path = await this.path(name);
    return {
      diffId,
      bytes: (await stat(path)).size,
      open: async () => path,
      discard: async () => undefined,
    };
  }
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** Layouts may hold several images, told apart by an annotation. */
async function findInLayout(files: ImageFiles, reference: ImageReference): Promise<FoundImage> {
  const { text, tag } = reference;
  const top = readIndex(text, await files.document('index.json'));
  const named = top.manifests.filter(({ annotations }) => {
    const name = annotations?.[refName];
    return name === tag || name === text;
  });
  const candidates: ImageIndex = { manifests: named.length > 0 ? named : top.manifests };
  const [only] = candidates.manifests;
  const first =
    candidates.manifests.length === 1 && only !== undefined
      ? only
      : choosePlatform(text, candidates, process.arch);
  let manifest = await files.blob(first);
  if (isIndex(manifest)) {
    manifest = await files.blob(choosePlatform(text, readIndex(text, manifest), process.arch));
  }
  const { config, layers } = readManifest(text, manifest);
  const { settings, diffIds } = readConfiguration(text, await files.blob(config));
  const found = layers.map(({ digest }, index) =>
    files.layer(blobName(digest), diffIds[index] ?? ''),
  );
  const isComplete = layers.length === diffIds.length;
  return { settings, layers: await Promise.all(found), isComplete };
}

const dockerArchive = z
  .array(
    z.object({
      Config: z.string(),
      RepoTags: z.array(z.string()).nullish(),
      Layers: z.array(z.string()).max(128),
    }),
  )
  .min(1)
  .max(1024);

async function findInDockerArchive(
  files: ImageFiles,
  reference: ImageReference,
): Promise<FoundImage> {
  const { text, repository, tag } = reference;
  const images = dockerArchive.safeParse(await files.document('manifest.json'));
  if (!images.success) throw unusable(reference, 'its manifest.json is not that of docker save');
  const isIt = (name: string): boolean => name === text || name.endsWith(`${repository}:${tag}`);
  const image = images.data.find(({ RepoTags }) => RepoTags?.some(isIt)) ?? images.data[0];
  const layers = image?.Layers ?? [];
  const document = await files.document(image?.Config ?? '');
  const { settings, diffIds } = readConfiguration(text, document);
  const found = layers.map((name, index) => files.layer(name, diffIds[index] ?? ''));
  const isComplete = layers.length === diffIds.length;
  return { settings, layers: await Promise.all(found), isComplete };
}

/** Removes what `findLocally` unpacked. */
export async function forgetLocal({ scratch }: Pick<LocalOptions, 'scratch'>): Promise<void> {
  await rm(scratch, { recursive: true, force: true });
}

function unusable(reference: ImageReference, reason: string): Error {
  return agentError('IMAGE_UNUSABLE', {
    message: `Cannot use image '${reference.text}': ${reason}`,
  });
}
