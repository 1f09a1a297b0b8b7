/** Documents that describe an image (OCI image specification 1.0; Docker image manifest version 2, schema 2). */
import { createHash } from 'node:crypto';
import { errorMessage } from '@stoke/kit';
import { z } from 'zod';
import { agentError } from '../../errors.ts';
import type { ImageSettings } from './container-image.ts';
import { digestPattern } from './image-reference.ts';

/** As many as an overlay of the kernel takes, and more than any builder makes. */
const mostLayers = 128;
const mostWords = 1024;

const descriptor = z.object({
  mediaType: z.string().default(''),
  digest: z.string().regex(digestPattern),
  size: z.int().min(0),
});

/** A document or layer by its content. */
export type Descriptor = Readonly<z.output<typeof descriptor>>;

const manifest = z.object({
  config: descriptor,
  layers: z.array(descriptor).max(mostLayers),
});

export type ImageManifest = Readonly<z.output<typeof manifest>>;

const index = z.object({
  manifests: z
    .array(
      descriptor.extend({
        platform: z.object({ architecture: z.string(), os: z.string() }).optional(),
        annotations: z.record(z.string(), z.string()).optional(),
      }),
    )
    .max(mostWords),
});

export type ImageIndex = Readonly<z.output<typeof index>>;

const words = z.array(z.string()).max(mostWords).nullish();

const configuration = z.object({
  config: z
    .object({ Env: words, Entrypoint: words, Cmd: words, WorkingDir: z.string().nullish() })
    .nullish(),
  rootfs: z.object({ diff_ids: z.array(z.string().regex(digestPattern)).max(mostLayers) }),
});

export interface ImageConfiguration {
  readonly settings: ImageSettings;
  /** Digests of the layers' uncompressed bytes, the lowest layer first. */
  readonly diffIds: readonly string[];
}

/** The digest under which bytes are known. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Whether the document is a list of images for several platforms. */
export function isIndex(document: unknown): boolean {
  return typeof document === 'object' && document !== null && 'manifests' in document;
}

/** @throws AppError `IMAGE_UNUSABLE`, as the other readers here */
export function parseDocument(what: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw unusable(what, errorMessage(cause), cause);
  }
}

export function readIndex(what: string, document: unknown): ImageIndex {
  return read(index, what, document);
}

export function readManifest(what: string, document: unknown): ImageManifest {
  if (typeof document === 'object' && document !== null && 'fsLayers' in document) {
    throw unusable(
      what,
      'its manifest is of schema 1, which no layer digests come with; push it again',
    );
  }
  return read(manifest, what, document);
}

export function readConfiguration(what: string, document: unknown): ImageConfiguration {
  const { config, rootfs } = read(configuration, what, document);
  const pairs = (config?.Env ?? []).map((text): [string, string] => {
    const equals = text.indexOf('=');
    return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
  });
  const directory = config?.WorkingDir ?? '';
  return {
    settings: {
      environment: Object.fromEntries(pairs.filter(([name]) => name !== '')),
      entrypoint: config?.Entrypoint ?? [],
      command: config?.Cmd ?? [],
      workingDirectory: directory.startsWith('/') ? directory : undefined,
    },
    diffIds: rootfs.diff_ids,
  };
}

function read<S extends z.ZodType>(schema: S, what: string, document: unknown): z.output<S> {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [problem] = parsed.error.issues;
  throw unusable(what, `${problem?.path.join('.') ?? ''}: ${problem?.message ?? 'not understood'}`);
}

function unusable(what: string, reason: string, cause?: unknown): Error {
  return agentError('IMAGE_UNUSABLE', { message: `Cannot use image '${what}': ${reason}`, cause });
}

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** The one of the list that runs on this machine; `architecture` as Node names it. */
export function choosePlatform(what: string, list: ImageIndex, architecture: string): Descriptor {
  const wanted = architectures[architecture] ?? architecture;
  const found = list.manifests.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === wanted,
  );
  const [only] = list.manifests;
  if (found !== undefined) return found;
  if (list.manifests.length === 1 && only !== undefined && only.platform === undefined) return only;
  const there = list.manifests.map(({ platform }) =>
    platform === undefined ? 'unknown' : `${platform.os}/${platform.architecture}`,
  );
  throw unusable(
    what,
    `it is not made for linux/${wanted}, only for ${there.join(', ') || 'nothing'}`,
  );
}
