/**
 * Images of this agent, unpacked: found by name, pulled once for all who wait, kept for the next task, and removed
 * when they take too much room, those first that nobody used for longest. A name that was found before is not looked
 * up again unless the task says so.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, errorMessage, type Logger, writeFileAtomic } from '@stoke/kit';
import type { Image } from '@stoke/protocol';
import { agentError } from '../../errors.ts';
import { FetchProgress } from '../fetch-progress.ts';
import type { ContainerImage } from './container-image.ts';
import { type AgedImage, type ImageRecord, readRecord, recordsByAge } from './image-records.ts';
import { type ImageReference, parseReference } from './image-reference.ts';
import type { FoundImage } from './image-source.ts';
import { type Hold, LayerHolds } from './layer-holds.ts';
import { chainNames, LayerStore } from './layer-store.ts';
import { findLocally, forgetLocal } from './local-source.ts';
import { loginFor } from './registry-login.ts';
import { findInRegistry } from './registry-source.ts';

const mostEntries = 100_000;
const oldDownloadMs = 24 * 60 * 60_000;

export interface ImageRules {
  readonly directory: string;
  /** A registry with scheme, or a directory of the machine. */
  readonly registry: string;
  /** Text of a Docker configuration with logins. */
  readonly logins: string | undefined;
  /** Of all layers together, unpacked; what containers use stays however much it is. */
  readonly maxBytes: number;
  /** Of one image, as it is pulled, and of each layer, unpacked. */
  readonly maxImageBytes: number;
  readonly stallTimeoutMs: number;
}

export interface ImageStoreOptions {
  readonly rules: ImageRules;
  readonly clock: Clock;
  readonly log: Logger;
  /** Directories of layers that containers use. */
  readonly layersInUse: () => readonly string[];
}

export interface ImageRequest {
  readonly image: Image;
  /** Where the progress of a long pull is told. */
  readonly sandbox: string;
  readonly signal: AbortSignal;
}

/** An image that stays until it is released. */
export interface HeldImage extends ContainerImage {
  release(): void;
}

interface Pull {
  /** The layers are held until all who wait have taken hold of them, too. */
  readonly done: Promise<Pulled>;
  readonly listeners: Set<FetchProgress>;
}

interface Pulled {
  readonly image: ImageRecord;
  readonly hold: Hold;
}

export class ImageStore {
  readonly #options: ImageStoreOptions;
  readonly #layers: LayerStore;
  readonly #pulls = new Map<string, Pull>();
  readonly #holds = new LayerHolds();
  readonly #closing = new AbortController();
  #collection: Promise<void> = Promise.resolve();

  constructor(options: ImageStoreOptions) {
    this.#options = options;
    const { directory, maxImageBytes } = options.rules;
    this.#layers = new LayerStore({
      directory: join(directory, 'layers'),
      maxBytes: maxImageBytes,
    });
  }

  /** @throws AppError `IMAGE_UNUSABLE`, or the reason of the signal */
  async acquire(request: ImageRequest): Promise<HeldImage> {
    const { image, signal } = request;
    const name = image.docker?.name;
    if (image.type !== 'DOCKER' || name === undefined) {
      throw agentError('IMAGE_UNUSABLE', {
        message: `Cannot use an image of type ${image.type}: this agent takes those of type DOCKER`,
      });
    }
    const reference = parseReference(name);
    const known = image.cached === false ? undefined : await this.#recall(reference);
    const found = known ?? (await this.#waitForPull(reference, request));
    try {
      signal.throwIfAborted();
      return this.#held(found);
    } catch (error) {
      found.hold.release();
      throw error;
    }
  }

  #held({ image: { layers, settings }, hold }: Pulled): HeldImage {
    return {
      layers: layers.map((name) => this.#layers.path(name)).reverse(),
      settings: { ...settings, workingDirectory: settings.workingDirectory },
      release: () => hold.release(),
    };
  }

  /**
   * What an earlier pull left, if it is all there. Its age is that of its last use. It is held before it is looked
   * at: a layer that is found then stays.
   */
  async #recall(reference: ImageReference): Promise<Pulled | undefined> {
    const path = this.#recordPath(reference);
    const image = await readRecord(path);
    if (image === undefined) return undefined;
    const hold = this.#holds.hold(image.layers);
    try {
      const sizes = await Promise.all(image.layers.map((name) => this.#layers.size(name)));
      if (sizes.every((size) => size > 0)) {
        await writeFileAtomic(path, JSON.stringify(image));
        return { image, hold };
      }
    } catch (error) {
      hold.release();
      throw error;
    }
    hold.release();
    return undefined;
  }

  #recordPath({ text, registry }: ImageReference): string {
    const full = registry === undefined ? `${this.#options.rules.registry} ${text}` : text;
    const name = createHash('sha256').update(full).digest('hex');
    return join(this.#options.rules.directory, 'images', `${name}.json`);
  }

  /** Those who want the same image with the same login wait for one pull. It goes on when they do not wait any more. */
  async #waitForPull(reference: ImageReference, request: ImageRequest): Promise<Pulled> {
    const { clock } = this.#options;
    const secret = secretText(request.image);
    const key = JSON.stringify([reference.text, secret]);
    const pull = this.#pulls.get(key) ?? this.#startPull(key, { reference, secret });
    const what = `image ${reference.text}`;
    const progress = new FetchProgress(request.sandbox, what, () => clock.now());
    pull.listeners.add(progress);
    const { signal } = request;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    try {
      const { image } = await Promise.race([pull.done, aborted]);
      const hold = this.#holds.hold(image.layers);
      await progress.finish().catch((error: unknown) => {
        hold.release();
        throw error;
      });
      return { image, hold };
    } finally {
      pull.listeners.delete(progress);
    }
  }

  #startPull(
    key: string,
    wanted: { readonly reference: ImageReference; readonly secret: string | undefined },
  ): Pull {
    const listeners = new Set<FetchProgress>();
    const done = this.#pull(wanted, listeners).finally(() => {
      this.#pulls.delete(key);
    });
    // Who waits hears of it; a failure after all went away is nobody's.
    done.then(
      // Those who waited were told before this, and hold it themselves by then.
      ({ hold }) => setImmediate(() => hold.release()),
      (error: unknown) => {
        const { reference } = wanted;
        this.#options.log.info({ image: reference.text, reason: errorMessage(error) }, 'no image');
      },
    );
    const pull = { done, listeners };
    this.#pulls.set(key, pull);
    return pull;
  }

  async #pull(
    {
      reference,
      secret,
    }: { readonly reference: ImageReference; readonly secret: string | undefined },
    listeners: ReadonlySet<FetchProgress>,
  ): Promise<Pulled> {
    const { directory } = this.#options.rules;
    for (const part of ['layers', 'images', 'downloads']) {
      await mkdir(join(directory, part), { recursive: true, mode: 0o700 });
    }
    const scratch = join(directory, 'downloads', randomBytes(8).toString('hex'));
    let bytes = 0;
    let total: number | undefined;
    const onBytes = (count: number): void => {
      bytes += count;
      for (const listener of listeners) void this.#tell(listener, bytes, total);
    };
    try {
      const found = await this.#find(reference, { secret, scratch, onBytes });
      total = found.layers.reduce((sum, layer) => sum + layer.bytes, 0);
      const pulled = await this.#unpack(reference, found);
      await writeFileAtomic(this.#recordPath(reference), JSON.stringify(pulled.image));
      void this.collect();
      return pulled;
    } finally {
      await forgetLocal({ scratch });
    }
  }

  /** A sandbox that cannot be written to is no reason to give the pull up. */
  async #tell(listener: FetchProgress, bytes: number, total: number | undefined): Promise<void> {
    try {
      await listener.advance(bytes, total);
    } catch (error) {
      this.#options.log.debug({ reason: errorMessage(error) }, 'progress not told');
    }
  }

  async #find(
    reference: ImageReference,
    pull: {
      readonly secret: string | undefined;
      readonly scratch: string;
      readonly onBytes: (count: number) => void;
    },
  ): Promise<FoundImage> {
    const { rules } = this.#options;
    const directory = localDirectory(rules.registry);
    if (directory !== undefined && reference.registry === undefined) {
      const limits = { maxBytes: rules.maxImageBytes, maxEntries: mostEntries };
      return await findLocally({ directory, reference, scratch: pull.scratch, limits });
    }
    const base = registryUrl(reference.registry, rules.registry);
    const logins = pull.secret ?? rules.logins;
    return await findInRegistry({
      base,
      reference,
      login: logins === undefined ? undefined : loginFor(logins, base.host),
      downloadDir: join(rules.directory, 'downloads'),
      stallTimeoutMs: rules.stallTimeoutMs,
      maxBytes: rules.maxImageBytes,
      signal: this.#closing.signal,
      onBytes: pull.onBytes,
    });
  }

  async #unpack(reference: ImageReference, found: FoundImage): Promise<Pulled> {
    if (!found.isComplete || found.layers.length === 0) {
      throw agentError('IMAGE_UNUSABLE', {
        message: `Cannot use image '${reference.text}': it does not say the digest of each of its layers`,
      });
    }
    const names = chainNames(found.layers.map(({ diffId }) => diffId));
    const hold = this.#holds.hold(names);
    try {
      for (const [index, layer] of found.layers.entries()) {
        const below = names.slice(0, index).reverse();
        const { signal } = this.#closing;
        await this.#layers.ensure(names[index] ?? '', layer, { below, signal });
      }
    } catch (error) {
      hold.release();
      throw error;
    }
    const { text: name } = reference;
    const image = { reference: name, layers: [...names], settings: { ...found.settings } };
    return { image, hold };
  }

  /** Removes images until they take no more room than they may; one collection at a time. */
  collect(): Promise<void> {
    const { maxBytes } = this.#options.rules;
    return this.#afterOthers(() => this.#collect(maxBytes, new Set())).catch((error: unknown) => {
      this.#options.log.warn({ reason: errorMessage(error) }, 'images not collected');
    });
  }

  /** Removes all that no container uses, but those that are named. */
  prune(excluded: readonly Image[]): Promise<void> {
    const names = excluded.flatMap(({ docker }) => docker?.name ?? []);
    const paths = new Set(names.map((name) => this.#recordPath(parseReference(name))));
    return this.#afterOthers(() => this.#collect(0, paths));
  }

  #afterOthers(work: () => Promise<void>): Promise<void> {
    const done = this.#collection.then(work);
    this.#collection = done.catch(() => undefined);
    return done;
  }

  /** What is looked up here may change meanwhile; whether a layer is in use is asked once more when it goes. */
  async #collect(maxBytes: number, excluded: ReadonlySet<string>): Promise<void> {
    const { directory } = this.#options.rules;
    const images = await recordsByAge(join(directory, 'images'));
    const isUsed = this.#usage();
    const kept = await this.#fitting(images, {
      isKept: ({ path, image }) => excluded.has(path) || image.layers.every(isUsed),
      maxBytes,
    });
    for (const { path } of images.filter((one) => !kept.has(one.path))) {
      await rm(path, { force: true });
    }
    const names = images.filter((one) => kept.has(one.path)).flatMap(({ image }) => image.layers);
    await this.#layers.keepOnly(new Set(names), (name) => this.#usage()(name));
    await this.#removeOldDownloads();
  }

  /** Tells of a layer whether anybody uses it now. */
  #usage(): (name: string) => boolean {
    const inContainers = new Set(this.#options.layersInUse());
    return (name) => this.#holds.has(name) || inContainers.has(this.#layers.path(name));
  }

  /** Paths of records to keep: those that have to be, then the others from the newest on while there is room. */
  async #fitting(
    images: readonly AgedImage[],
    rules: { readonly isKept: (image: AgedImage) => boolean; readonly maxBytes: number },
  ): Promise<ReadonlySet<string>> {
    const { isKept, maxBytes } = rules;
    const counted = new Set<string>();
    const kept = new Set<string>();
    let bytes = 0;
    for (const one of [...images].sort((a, b) => Number(isKept(b)) - Number(isKept(a)))) {
      const fresh = one.image.layers.filter((name) => !counted.has(name));
      const sizes = await Promise.all(fresh.map((name) => this.#layers.size(name)));
      const more = sizes.reduce((sum, size) => sum + size, 0);
      if (!isKept(one) && bytes + more > maxBytes) continue;
      bytes += more;
      kept.add(one.path);
      for (const name of fresh) counted.add(name);
    }
    return kept;
  }

  async #removeOldDownloads(): Promise<void> {
    const directory = join(this.#options.rules.directory, 'downloads');
    const names = await readdir(directory).catch((): string[] => []);
    for (const path of names.map((name) => join(directory, name))) {
      const age =
        this.#options.clock.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? 0);
      if (age > oldDownloadMs) await rm(path, { recursive: true, force: true });
    }
  }

  /** Pulls end; what arrived of them is taken up by the next. */
  close(): void {
    this.#closing.abort(agentError('LAUNCH_FAILED', { message: 'The agent ends' }));
  }
}

/** What the task gave to log in with: the text of a Docker configuration. */
function secretText({ docker }: Image): string | undefined {
  const data = docker?.config?.value?.data;
  return data === undefined ? undefined : new TextDecoder().decode(data);
}

/** `--docker_registry` as a directory of the machine, if it is one. */
function localDirectory(registry: string): string | undefined {
  if (registry.startsWith('/')) return registry;
  return registry.startsWith('file://') ? fileURLToPath(registry) : undefined;
}

/** Registries are asked over TLS, except those on this machine and the one the operator gave with http. */
export function registryUrl(named: string | undefined, own: string): URL {
  if (named === undefined) return new URL(own);
  if (URL.canParse(own) && new URL(own).host === named) return new URL(own);
  const plain = /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(named);
  return new URL(`${plain ? 'http' : 'https'}://${named}`);
}
