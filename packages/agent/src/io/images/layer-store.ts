/**
 * Unpacked layers on disk, each with all below it in its name: the same layer over another one is another directory.
 * A layer is unpacked by a process of its own that cannot leave the directory, over those below it, so that what it
 * deletes is noted by the kernel as an overlay needs it.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, existsSync, renameSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { errorMessage } from '@stoke/kit';
import { agentError } from '../../errors.ts';
import type { FoundLayer } from './image-source.ts';

const mostEntries = 2_000_000;
const newPrefix = '.new-';
const oldPrefix = '.old-';
const complaintBytes = 4_096;

export interface LayerRules {
  readonly directory: string;
  /** Of one layer, unpacked. */
  readonly maxBytes: number;
}

export class LayerStore {
  readonly #rules: LayerRules;
  readonly #underWay = new Map<string, Promise<void>>();
  /** Names of directories that are being filled. */
  readonly #fresh = new Set<string>();

  constructor(rules: LayerRules) {
    this.#rules = rules;
  }

  /** The directory with the files of a layer. */
  path(name: string): string {
    return join(this.#rules.directory, name, 'fs');
  }

  /** Unpacks what is not there yet; those who want the same layer share the work. */
  async ensure(
    name: string,
    layer: FoundLayer,
    context: { readonly below: readonly string[]; readonly signal: AbortSignal },
  ): Promise<void> {
    if (existsSync(join(this.#rules.directory, name))) return;
    const running = this.#underWay.get(name);
    if (running !== undefined) return await running;
    const work = this.#make(name, layer, context).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, work);
    await work;
  }

  async #make(
    name: string,
    layer: FoundLayer,
    context: { readonly below: readonly string[]; readonly signal: AbortSignal },
  ): Promise<void> {
    const { directory } = this.#rules;
    const archive = await layer.open();
    const freshName = `${newPrefix}${randomBytes(8).toString('hex')}`;
    const fresh = join(directory, freshName);
    this.#fresh.add(freshName);
    try {
      await mkdir(join(fresh, 'l'), { recursive: true, mode: 0o700 });
      for (const part of ['fs', 'work', 'root']) await mkdir(join(fresh, part));
      for (const [index, lower] of context.below.entries()) {
        await symlink(this.path(lower), join(fresh, 'l', String(index)));
      }
      const size = await this.#unpack(archive, { fresh, layer, ...context });
      for (const part of ['l', 'work', 'root']) {
        await rm(join(fresh, part), { recursive: true, force: true });
      }
      await writeFile(join(fresh, 'size'), String(size));
      await rename(fresh, join(directory, name));
    } catch (error) {
      await rm(fresh, { recursive: true, force: true });
      throw error;
    } finally {
      this.#fresh.delete(freshName);
    }
    await layer.discard();
  }

  /** Answers the size of what was unpacked, checked against the digest the image gives. */
  async #unpack(
    archive: string,
    job: {
      readonly fresh: string;
      readonly layer: FoundLayer;
      readonly below: readonly string[];
      readonly signal: AbortSignal;
    },
  ): Promise<number> {
    const { fresh, layer, below, signal } = job;
    const script = fileURLToPath(new URL('apply-layer.sh', import.meta.url));
    const unpacker = fileURLToPath(new URL('apply-layer.pl', import.meta.url));
    const lower = below.map((_, index) => `l/${index}`).join(':');
    const words = ['--mount', '--propagation', 'private', '/bin/sh', script, fresh, lower];
    const child = spawn('unshare', [...words, unpacker, String(mostEntries)], {
      stdio: ['pipe', 'ignore', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
    });
    let complaint = '';
    child.stderr.on('data', (text: Buffer) => {
      complaint = (complaint + text.toString()).slice(0, complaintBytes);
    });
    const ended = once(child, 'close');
    const measure = measuring(this.#rules.maxBytes);
    const fed = pipeline(await decompressed(archive), measure.stream, child.stdin, { signal });
    const [feeding, ending] = await Promise.allSettled([fed, ended]);
    signal.throwIfAborted();
    const tooLarge = measure.problem();
    if (tooLarge !== undefined) throw unusable(tooLarge);
    if (ending.status === 'rejected') throw unusable(errorMessage(ending.reason));
    if (ending.value[0] !== 0) throw unusable(complaint.trim() || 'the unpacker failed');
    if (feeding.status === 'rejected') throw unusable(errorMessage(feeding.reason));
    if (measure.digest() !== layer.diffId) {
      throw unusable(`it unpacks to ${measure.digest()}, expected ${layer.diffId}`);
    }
    return measure.bytes();
  }

  /**
   * Removes layers that nobody names, and what a former run did not finish. Whether one is in use is asked at the very
   * moment it goes: no other work comes between the answer and its new name.
   */
  async keepOnly(names: ReadonlySet<string>, isUsed: (name: string) => boolean): Promise<void> {
    const { directory } = this.#rules;
    for (const name of await this.#names()) {
      if (names.has(name) || this.#fresh.has(name) || isUsed(name)) continue;
      const doomed = join(directory, `${oldPrefix}${randomBytes(8).toString('hex')}`);
      renameSync(join(directory, name), doomed);
      await rm(doomed, { recursive: true, force: true });
    }
  }

  /** Bytes of a layer; 0 when it is not there. */
  async size(name: string): Promise<number> {
    const text = await readFile(join(this.#rules.directory, name, 'size'), 'utf8').catch(() => '0');
    return Number(text);
  }

  async #names(): Promise<readonly string[]> {
    return await readdir(this.#rules.directory).catch(() => []);
  }
}

function unusable(reason: string): Error {
  return agentError('IMAGE_UNUSABLE', {
    message: `Cannot unpack a layer of the image: ${reason}`,
  });
}

/** Names of layers, the lowest first: each the digest of its own digest and the name below ("ChainID"). */
export function chainNames(diffIds: readonly string[]): readonly string[] {
  const names: string[] = [];
  let chain = '';
  for (const diffId of diffIds) {
    const text = `${chain} ${diffId}`;
    chain = chain === '' ? diffId : `sha256:${createHash('sha256').update(text).digest('hex')}`;
    names.push(chain.replace(/^sha256:/, ''));
  }
  return names;
}

/** Layers tell their compression themselves: what the image says of it is not always right. */
async function decompressed(archive: string): Promise<Readable> {
  const file = await open(archive);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  await file.close();
  const source = createReadStream(archive);
  const magic = buffer.toString('hex');
  const plain =
    magic === '28b52ffd'
      ? createZstdDecompress()
      : magic.startsWith('1f8b')
        ? createGunzip()
        : undefined;
  if (plain === undefined) return source;
  source.once('error', (error) => plain.destroy(error));
  return source.pipe(plain);
}

function measuring(maxBytes: number) {
  const hash = createHash('sha256');
  let digest: string | undefined;
  let bytes = 0;
  let problem: string | undefined;
  const stream = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.byteLength;
      hash.update(chunk);
      if (bytes > maxBytes) problem = `it holds more than ${maxBytes} bytes (--fetcher_max_size)`;
      if (problem === undefined) done(null, chunk);
      else done(new Error(problem));
    },
  });
  return {
    stream,
    bytes: () => bytes,
    /** Why no more was taken. */
    problem: () => problem,
    digest: () => {
      digest ??= `sha256:${hash.digest('hex')}`;
      return digest;
    },
  };
}
