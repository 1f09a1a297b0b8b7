/** A small image of two layers made from the machine's static busybox, and a registry of Debian's to put it into. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { freePort } from '@stoke/kit';
import { waitFor } from '@stoke/testing';

const programs = ['sh', 'cat', 'echo', 'env', 'hostname', 'id', 'ls', 'pwd', 'sleep', 'touch'];
programs.push('dd', 'test', 'wc', 'grep', 'kill', 'mount', 'stat');

export interface TinyImage {
  readonly manifest: Buffer;
  /** Configuration and layers, by digest. */
  readonly blobs: ReadonlyMap<string, Buffer>;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function tarOf(directory: string, fill: () => void): Buffer {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  fill();
  const words = ['-C', directory, '--numeric-owner', '--owner=0', '--group=0', '-cf', '-', '.'];
  const made = spawnSync('tar', words, { maxBuffer: 64 * 1024 * 1024 });
  if (made.status !== 0) throw new Error(`tar: ${made.stderr}`);
  return made.stdout;
}

/** `scratch` is a directory to work in. */
export function tinyImage(scratch: string): TinyImage {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const directory = join(scratch, 'layer');
  const lower = tarOf(directory, () => {
    mkdirSync(join(directory, 'bin'));
    writeFileSync(join(directory, 'bin/busybox'), readFileSync('/bin/busybox'), { mode: 0o755 });
    for (const name of programs) symlinkSync('busybox', join(directory, 'bin', name));
    for (const name of ['tmp', 'srv', 'proc', 'dev']) mkdirSync(join(directory, name));
    write(join(directory, 'srv/deleted'), 'of the lower layer');
    write(join(directory, 'srv/changed'), 'lower');
  });
  const upper = tarOf(directory, () => {
    write(join(directory, 'srv/.wh.deleted'), '');
    write(join(directory, 'srv/changed'), 'upper');
  });
  const blobs = new Map<string, Buffer>();
  const put = (mediaType: string, bytes: Buffer): unknown => {
    blobs.set(digestOf(bytes), bytes);
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  };
  const layers = [lower, upper];
  const config = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {
      Env: ['GREETING=hello', 'PATH=/bin'],
      Entrypoint: ['/bin/sh', '-c'],
      Cmd: ['echo preset > $MESOS_SANDBOX/said'],
      WorkingDir: '/srv',
    },
    rootfs: { type: 'layers', diff_ids: layers.map(digestOf) },
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: put('application/vnd.oci.image.config.v1+json', Buffer.from(JSON.stringify(config))),
    layers: layers.map((layer) =>
      put('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(layer)),
    ),
  };
  return { manifest: Buffer.from(JSON.stringify(manifest)), blobs };
}

/** A real registry on loopback. */
export class TestRegistry {
  readonly #scratch: string;
  #child: ChildProcess | undefined;
  #url = '';

  constructor(scratch: string) {
    this.#scratch = scratch;
  }

  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    const address = `127.0.0.1:${await freePort()}`;
    const config = join(this.#scratch, 'registry.yml');
    const root = join(this.#scratch, 'registry');
    writeFileSync(
      config,
      `version: 0.1\nlog: {level: warn}\nstorage: {filesystem: {rootdirectory: ${root}}}\nhttp: {addr: "${address}"}\n`,
    );
    this.#child = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
    this.#url = `http://${address}`;
    const serves = async (): Promise<boolean> =>
      (await fetch(`${this.#url}/v2/`).catch(() => undefined))?.status === 200;
    await waitFor(serves, { what: 'the registry to serve' });
  }

  async push(name: string, { manifest, blobs }: TinyImage): Promise<void> {
    for (const [digest, bytes] of blobs) {
      const begun = await fetch(`${this.#url}/v2/${name}/blobs/uploads/`, { method: 'POST' });
      const place = new URL(begun.headers.get('location') ?? '', this.#url);
      place.searchParams.set('digest', digest);
      await this.#put(place.href, bytes, 'application/octet-stream');
    }
    const place = `${this.#url}/v2/${name}/manifests/latest`;
    await this.#put(place, manifest, 'application/vnd.oci.image.manifest.v1+json');
  }

  async #put(url: string, bytes: Buffer, type: string): Promise<void> {
    const answer = await fetch(url, {
      method: 'PUT',
      body: new Uint8Array(bytes),
      headers: { 'content-type': type },
    });
    if (answer.status !== 201) throw new Error(`The registry answered ${answer.status} to ${url}`);
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
  }
}
