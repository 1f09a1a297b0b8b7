/** Images in a registry (Distribution specification 1.0, pull). */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type HttpStream, openStream } from '@stoke/kit';
import { agentError } from '../../errors.ts';
import {
  choosePlatform,
  type Descriptor,
  digestOf,
  isIndex,
  parseDocument,
  readConfiguration,
  readIndex,
  readManifest,
} from './image-manifest.ts';
import type { ImageReference } from './image-reference.ts';
import type { FoundImage } from './image-source.ts';
import {
  basicAuthorization,
  fetchToken,
  parseChallenge,
  type RegistryLogin,
} from './registry-login.ts';

const documentBytes = 4 * 1024 * 1024;
const mostRedirects = 5;
const mostTries = 4;
const accepted = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

export interface RegistryOptions {
  /** With scheme; the path is that of the registry, before `/v2`. */
  readonly base: URL;
  readonly reference: ImageReference;
  readonly login: RegistryLogin | undefined;
  /** Where layers are kept while they arrive; what arrived of one is not asked for again. */
  readonly downloadDir: string;
  readonly stallTimeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Told about every piece of a layer. */
  readonly onBytes: (count: number) => void;
}

/** Finds the image that runs on this machine. Everything is checked against its digest. */
export async function findInRegistry(options: RegistryOptions): Promise<FoundImage> {
  const registry = new Registry(options);
  const { text, tag, digest } = options.reference;
  let manifest = await registry.manifest(digest ?? tag, digest);
  if (isIndex(manifest)) {
    const chosen = choosePlatform(text, readIndex(text, manifest), process.arch);
    manifest = await registry.manifest(chosen.digest, chosen.digest);
  }
  const { config, layers } = readManifest(text, manifest);
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  if (total > options.maxBytes) {
    throw agentError('IMAGE_UNUSABLE', {
      message: `Cannot pull image '${text}': it has ${total} bytes, more than ${options.maxBytes} (--fetcher_max_size)`,
    });
  }
  const bytes = await registry.document(config);
  const { settings, diffIds } = readConfiguration(text, parseDocument(text, bytes));
  return {
    settings,
    layers: layers.map((layer, index) => ({
      diffId: diffIds[index] ?? '',
      bytes: layer.size,
      open: () => registry.download(layer),
      discard: () => rm(join(options.downloadDir, layer.digest.slice(7)), { force: true }),
    })),
    isComplete: layers.length === diffIds.length,
  };
}

class Registry {
  readonly #options: RegistryOptions;
  #authorization: string | undefined;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** A manifest by tag or digest, parsed. */
  async manifest(name: string, digest: string | undefined): Promise<unknown> {
    const bytes = await this.#read(`manifests/${name}`, documentBytes);
    this.#check(digest, bytes);
    return parseDocument(this.#options.reference.text, bytes);
  }

  async document({ digest, size }: Descriptor): Promise<Buffer> {
    const bytes = await this.#read(`blobs/${digest}`, Math.min(size, documentBytes));
    this.#check(digest, bytes);
    return bytes;
  }

  #check(digest: string | undefined, bytes: Uint8Array): void {
    const found = digestOf(bytes);
    if (digest === undefined || found === digest) return;
    throw this.#failure(`a document has the digest ${found}, expected ${digest}`);
  }

  async #read(path: string, maxBytes: number): Promise<Buffer> {
    const stream = await this.#open(path, 0);
    const parts: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const part of stream.chunks) {
        size += part.byteLength;
        if (size > maxBytes) throw this.#failure(`a document holds more than ${maxBytes} bytes`);
        parts.push(part);
      }
    } finally {
      stream.close();
    }
    return Buffer.concat(parts);
  }

  /** The path of the layer as it is in the registry, whole and checked. A connection that breaks is taken up again. */
  async download(layer: Descriptor): Promise<string> {
    const path = join(this.#options.downloadDir, layer.digest.slice(7));
    if ((await sizeOf(path)) === layer.size) return path;
    const part = `${path}.part`;
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#append(layer, part);
        break;
      } catch (error) {
        if (tries >= mostTries || this.#options.signal.aborted || !isBrokenOff(error)) throw error;
      }
    }
    const hash = createHash('sha256');
    await pipeline(createReadStream(part), hash);
    const found = `sha256:${hash.digest('hex')}`;
    if (found !== layer.digest) {
      await rm(part, { force: true });
      throw this.#failure(`a layer has the digest ${found}, expected ${layer.digest}`);
    }
    await rename(part, path);
    return path;
  }

  /** What came is in the file even if no more follows. */
  async #append(layer: Descriptor, part: string): Promise<void> {
    const there = await sizeOf(part);
    const start = there < layer.size ? there : 0;
    const stream = await this.#open(`blobs/${layer.digest}`, start);
    const isRest = stream.status === 206;
    const watchdog = this.#watch(stream);
    const file = await open(part, isRest ? 'a' : 'w', 0o600);
    let size = isRest ? start : 0;
    try {
      for await (const chunk of stream.chunks) {
        watchdog.refresh();
        size += chunk.byteLength;
        if (size > layer.size) {
          throw this.#failure(`a layer is larger than the ${layer.size} bytes said`);
        }
        await file.write(chunk);
        this.#options.onBytes(chunk.byteLength);
      }
    } finally {
      await file.close();
      watchdog.end();
    }
    if (size < layer.size) throw new BrokenOff(`Only ${size} of ${layer.size} bytes came`);
  }

  /** Gives a stream up that brings nothing for long, or when nobody wants it any more; `end` throws why. */
  #watch(stream: HttpStream): { refresh(): void; end(): void } {
    const { signal, stallTimeoutMs } = this.#options;
    let isStalled = false;
    const stop = (): void => stream.close();
    const timer = setTimeout(() => {
      isStalled = true;
      stop();
    }, stallTimeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    return {
      refresh: () => void timer.refresh(),
      end: () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        stop();
        signal.throwIfAborted();
        if (isStalled) throw this.#failure(`nothing came for ${stallTimeoutMs} ms`);
      },
    };
  }

  /** The answer to a GET below the repository, after login and redirects. */
  async #open(path: string, start: number): Promise<HttpStream> {
    const { base, reference } = this.#options;
    const prefix = base.pathname.replace(/\/+$/, '');
    let url = new URL(`${prefix}/v2/${repositoryOf(base, reference)}/${path}`, base);
    let hasLoggedIn = false;
    for (let hop = 0; hop <= mostRedirects; ) {
      const stream = await this.#get(url, start);
      const { status, headers } = stream;
      if (status === 200 || (status === 206 && start > 0)) return stream;
      stream.close();
      if (status === 401 && !hasLoggedIn && url.host === base.host) {
        hasLoggedIn = true;
        this.#authorization = await this.#login(headers['www-authenticate'] ?? '');
        continue;
      }
      if (status >= 300 && status < 400 && headers.location !== undefined) {
        url = this.#redirected(url, headers.location);
        hop += 1;
        continue;
      }
      throw this.#failure(
        status === 404 ? 'the registry does not have it' : `the registry answered ${status}`,
      );
    }
    throw this.#failure('too many redirects');
  }

  #get(url: URL, start: number): Promise<HttpStream> {
    const { base, signal, stallTimeoutMs } = this.#options;
    // What a registry redirects to has a login of its own in the address.
    const isOwn = url.origin === base.origin;
    return openStream({
      url: url.href,
      signal,
      timeoutMs: stallTimeoutMs,
      headers: {
        accept: url.pathname.includes('/manifests/') ? accepted : '*/*',
        ...(start > 0 ? { range: `bytes=${start}-` } : {}),
        ...(isOwn && this.#authorization !== undefined
          ? { authorization: this.#authorization }
          : {}),
      },
    });
  }

  #redirected(from: URL, location: string): URL {
    const to = new URL(location, from);
    if (to.protocol === 'https:' || to.protocol === from.protocol) return to;
    throw this.#failure(`it redirects to '${to.protocol}'`);
  }

  async #login(header: string): Promise<string> {
    const { base, login, signal } = this.#options;
    const challenge = parseChallenge(header);
    if (challenge.scheme === 'bearer') {
      return await fetchToken(challenge, { registry: base, login, signal });
    }
    if (login !== undefined) return basicAuthorization(login);
    throw this.#failure('the registry wants a login; give one with --docker_config');
  }

  #failure(reason: string): Error {
    return agentError('IMAGE_UNUSABLE', {
      message: `Cannot pull image '${this.#options.reference.text}' from '${this.#options.base.host}': ${reason}`,
    });
  }
}

class BrokenOff extends Error {}

function isBrokenOff(error: unknown): boolean {
  if (error instanceof BrokenOff) return true;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'HTTP_CONNECTION_LOST' || code === 'HTTP_CONNECTION_FAILED';
}

/** Docker's own registry keeps images without an owner under `library`. */
function repositoryOf({ hostname }: URL, { repository }: ImageReference): string {
  const isDocker = /(^|\.)docker\.io$/.test(hostname);
  return isDocker && !repository.includes('/') ? `library/${repository}` : repository;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
