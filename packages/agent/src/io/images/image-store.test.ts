import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSilentLogger, systemClock } from '@stoke/kit';
import type { Image } from '@stoke/protocol';
import { skipBecause } from '@stoke/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { ImageStore } from './image-store.ts';
import { digest, type ScriptedImage, scriptedImage } from './scripted-image.ts';

const base = mkdtempSync(join(tmpdir(), 'stoke-image-store-'));
const closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(base, { recursive: true, force: true });
});

const canUnpack = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

const image = scriptedImage([
  [{ path: 'f', text: 'lower' }],
  [{ path: 'g', text: 'x'.repeat(100_000) }],
]);

interface StoreShape {
  readonly registry: string;
  readonly logins?: string;
  readonly maxBytes?: number;
  readonly layersInUse?: () => readonly string[];
}

function storeFor({ registry, logins, maxBytes = 1 << 30, layersInUse }: StoreShape): ImageStore {
  mkdirSync(base, { recursive: true });
  const store = new ImageStore({
    rules: {
      directory: join(base, 'store'),
      registry,
      logins,
      maxBytes,
      maxImageBytes: 1 << 20,
      stallTimeoutMs: 5_000,
    },
    clock: systemClock,
    log: createSilentLogger(),
    layersInUse: layersInUse ?? (() => []),
  });
  closing.push(() => {
    store.close();
    // A collection under way would take the layers of the next test for leftovers.
    return store.collect();
  });
  return store;
}

function acquire(store: ImageStore, name: string, more: Partial<Image> = {}) {
  const { signal } = new AbortController();
  const wanted: Image = { type: 'DOCKER', docker: { name }, ...more };
  return store.acquire({ image: wanted, sandbox: base, signal });
}

function layerText(layers: readonly string[], file: string): string {
  const found = layers.find((layer) => existsSync(join(layer, file)));
  return readFileSync(join(found ?? '', file), 'utf8');
}

/** An OCI layout in a directory. */
function writeLayout(directory: string, { manifest, blobs }: ScriptedImage): void {
  mkdirSync(join(directory, 'blobs/sha256'), { recursive: true });
  for (const [name, bytes] of blobs)
    writeFileSync(join(directory, 'blobs/sha256', name.slice(7)), bytes);
  writeFileSync(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const manifests = [{ mediaType: '', digest: digest(manifest), size: manifest.length }];
  writeFileSync(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}

/** What `docker save` writes. */
function writeDockerArchive(path: string, { config, plainLayers }: ScriptedImage): void {
  const directory = `${path}.d`;
  mkdirSync(directory, { recursive: true });
  const names = plainLayers.map((_, index) => `${index}/layer.tar`);
  for (const [index, layer] of plainLayers.entries()) {
    mkdirSync(join(directory, String(index)), { recursive: true });
    writeFileSync(join(directory, names[index] ?? ''), layer);
  }
  writeFileSync(join(directory, 'config.json'), config);
  const manifest = [{ Config: 'config.json', RepoTags: ['app:1'], Layers: names }];
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify(manifest));
  spawnSync('tar', ['-C', directory, '-cf', path, '.']);
  rmSync(directory, { recursive: true });
}

/** A directory with two images that share their lower layer. */
function twoImages(): string {
  const images = join(base, 'images');
  writeLayout(join(images, 'one'), image);
  const shared = { path: 'f', text: 'lower' };
  writeLayout(join(images, 'two'), scriptedImage([[shared], [{ path: 'h', text: 'other' }]]));
  return images;
}

function layersThere(): number {
  return readdirSync(join(base, 'store/layers')).length;
}

describe('ImageStore', skipBecause(canUnpack ? undefined : 'it takes root'), () => {
  test('ImageStore unpacks layouts and archives of docker save out of a directory', async () => {
    const images = join(base, 'images');
    writeLayout(join(images, 'layout'), image);
    mkdirSync(join(images, 'team'));
    writeDockerArchive(join(images, 'team/app:1.tar'), image);
    spawnSync('tar', ['-C', join(images, 'layout'), '-cf', join(images, 'packed:latest.tar'), '.']);
    const store = storeFor({ registry: images });
    for (const name of ['layout', 'team/app:1', 'packed']) {
      const { layers, settings } = await acquire(store, name);
      expect(layerText(layers, 'f')).toBe('lower');
      expect(settings).toMatchObject({ environment: { A: 'b' }, workingDirectory: '/w' });
    }
    expect(readdirSync(join(base, 'store/layers'))).toHaveLength(2);
    await expect(acquire(store, 'absent')).rejects.toThrow(/there is no .*absent:latest.tar/);
  });

  test('ImageStore refuses blobs that are not what their name says', async () => {
    const layout = join(base, 'images/bad');
    writeLayout(layout, image);
    const [config] = [image.config];
    writeFileSync(join(layout, 'blobs/sha256', digest(config).slice(7)), `${config} `);
    const store = storeFor({ registry: join(base, 'images') });
    await expect(acquire(store, 'bad')).rejects.toThrow(/another digest/);
  });

  test('ImageStore keeps images while there is room, and those that are held beyond', async () => {
    const images = join(base, 'images');
    const names = ['a', 'b', 'c'];
    for (const name of names) {
      writeLayout(join(images, name), scriptedImage([[{ path: name, text: name.repeat(50_000) }]]));
    }
    const store = storeFor({ registry: images, maxBytes: 60_000 });
    const held = await acquire(store, 'a');
    for (const name of ['b', 'c']) (await acquire(store, name)).release();
    await store.collect();
    expect(layerText(held.layers, 'a')).toHaveLength(50_000);
    expect(readdirSync(join(base, 'store/layers'))).toHaveLength(1);
    held.release();
    (await acquire(store, 'b')).release();
    await store.collect();
    expect(existsSync(held.layers[0] ?? '')).toBe(false);
    expect(readdirSync(join(base, 'store/layers'))).toHaveLength(1);
  });

  test('ImageStore pulls once for all who wait, with a token, over redirects and broken connections', async () => {
    const registry = await scriptedRegistry({ breaksOff: true });
    const logins = JSON.stringify({ auths: { [registry.host]: { auth: btoa('me:secret') } } });
    const store = storeFor({ registry: registry.url, logins });
    const all = await Promise.all([1, 2, 3].map(() => acquire(store, 'team/app')));
    for (const { layers } of all) expect(layerText(layers, 'g')).toHaveLength(100_000);
    const layer = digest(image.layers[1] ?? Buffer.alloc(0));
    expect(
      registry.requests.filter((line) => line.startsWith('GET /v2/team/app/manifests')),
    ).toEqual([
      'GET /v2/team/app/manifests/latest -',
      'GET /v2/team/app/manifests/latest Bearer t',
    ]);
    const asked = registry.requests.filter((line) => line.includes(`/cdn/${layer}`));
    expect(asked).toEqual([`GET /cdn/${layer} -`, `GET /cdn/${layer} - bytes=100-`]);
    expect(registry.requests).toContain('GET /token?service=s&scope=pull Basic bWU6c2VjcmV0');
    await acquire(store, 'team/app');
    expect(registry.requests.filter((line) => line.includes('manifests'))).toHaveLength(2);
    await acquire(store, 'team/app', { cached: false });
    expect(registry.requests.filter((line) => line.includes('manifests'))).toHaveLength(4);
  });

  test('ImageStore refuses a layer with another digest, and says so', async () => {
    const registry = await scriptedRegistry({ damages: true });
    const store = storeFor({ registry: registry.url });
    await expect(acquire(store, 'team/app')).rejects.toThrow(/a layer has the digest .*, expected/);
    expect(readdirSync(join(base, 'store/layers'))).toHaveLength(1);
  });

  test('ImageStore chooses the image for this machine, and names those there are if none is', async () => {
    const registry = await scriptedRegistry({ architectures: ['mips', 'sparc'] });
    const store = storeFor({ registry: registry.url });
    await expect(acquire(store, 'team/app')).rejects.toThrow(
      /not made for linux\/\w+, only for linux\/mips, linux\/sparc/,
    );
    const own = process.arch === 'x64' ? 'amd64' : process.arch;
    const other = await scriptedRegistry({ architectures: ['mips', own] });
    expect((await acquire(storeFor({ registry: other.url }), 'team/app')).layers).toHaveLength(2);
  });

  test('prune removes all images but those in use and those that are named', async () => {
    const used: string[] = [];
    const store = storeFor({ registry: twoImages(), layersInUse: () => used });
    const one = await acquire(store, 'one');
    (await acquire(store, 'two')).release();
    expect(layersThere()).toBe(3);
    await store.prune([]);
    expect(layersThere()).toBe(2);
    used.push(...one.layers);
    one.release();
    await store.prune([]);
    expect(layerText(one.layers, 'f')).toBe('lower');
    used.length = 0;
    await store.prune([{ type: 'DOCKER', docker: { name: 'one' } }]);
    expect(layersThere()).toBe(2);
    await store.prune([]);
    expect(layersThere()).toBe(0);
  });

  test('an image that is asked for while images go is whole, whenever that is', async () => {
    let asked = 0;
    let start: () => void = () => undefined;
    const layersInUse = (): readonly string[] => {
      asked += 1;
      start();
      return [];
    };
    const store = storeFor({ registry: twoImages(), layersInUse });
    for (let moment = 1; moment <= 6; moment += 1) {
      (await acquire(store, 'one')).release();
      asked = 0;
      let wanted = moment < 6 ? undefined : acquire(store, 'two');
      start = () => {
        // In the midst of the collection: it has just been told what is in use.
        if (asked >= Math.min(moment, 2)) wanted ??= acquire(store, 'one');
      };
      const pruned = store.prune([]);
      for (let turn = 0; turn < moment; turn += 1) {
        await new Promise<void>((resolve) => {
          setImmediate(resolve);
        });
      }
      wanted ??= acquire(store, 'one');
      const held = await wanted;
      await pruned;
      expect(layerText(held.layers, 'f')).toBe('lower');
      await store.prune([]);
      expect(layerText(held.layers, 'f')).toBe('lower');
      held.release();
    }
  });

  test('an image larger than all room there is is there for who pulled it', async () => {
    const store = storeFor({ registry: twoImages(), maxBytes: 1 });
    const held = await acquire(store, 'one');
    await store.collect();
    expect(layerText(held.layers, 'f')).toBe('lower');
    held.release();
    await store.collect();
    expect(layersThere()).toBe(0);
  });
});

interface RegistryShape {
  /** The first answer with a large layer ends after 100 bytes. */
  readonly breaksOff?: boolean;
  readonly damages?: boolean;
  readonly architectures?: readonly string[];
}

/** A registry that asks for a token and redirects blobs to another path of the same machine. */
async function scriptedRegistry({ breaksOff, damages, architectures }: RegistryShape) {
  const requests: string[] = [];
  const largest = digest(image.layers[1] ?? Buffer.alloc(0));
  let mayBreak = breaksOff === true;
  const index = JSON.stringify({
    manifests: architectures?.map((architecture) => ({
      digest: digest(image.manifest),
      size: image.manifest.length,
      platform: { architecture, os: 'linux' },
    })),
  });
  const sendBlob = (name: string, range: string | undefined, response: ServerResponse): void => {
    const bytes = image.blobs.get(name) ?? Buffer.alloc(0);
    if (name === largest && mayBreak) {
      mayBreak = false;
      response.setHeader('content-length', bytes.length);
      response.write(bytes.subarray(0, 100));
      return void breakOffOnceKept(name, response);
    }
    const start = Number(/\d+/.exec(range ?? '')?.[0] ?? 0);
    response.statusCode = start > 0 ? 206 : 200;
    const isDamaged = damages === true && name === largest;
    response.end(isDamaged ? Buffer.alloc(bytes.length) : bytes.subarray(start));
  };
  const sendManifest = (name: string, response: ServerResponse): void => {
    const isList = architectures !== undefined && !image.blobs.has(name);
    response.end(isList ? index : image.manifest);
  };
  const askForToken = (host: string, response: ServerResponse): void => {
    response.statusCode = 401;
    const realm = `Bearer realm="http://${host}/token",service="s",scope="pull"`;
    response.setHeader('www-authenticate', realm);
    response.end();
  };
  const redirect = (host: string, name: string, response: ServerResponse): void => {
    response.statusCode = 307;
    response.setHeader('location', `http://localhost:${host.split(':')[1]}/cdn/${name}`);
    response.end();
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { url = '', headers } = request;
    const { authorization = '-', range, host = '' } = headers;
    requests.push(`GET ${url} ${authorization}${range === undefined ? '' : ` ${range}`}`);
    const name = url.split('/').at(-1) ?? '';
    if (url.startsWith('/token')) response.end('{"token":"t"}');
    else if (url.startsWith('/cdn/')) sendBlob(name, range, response);
    else if (authorization !== 'Bearer t') askForToken(host, response);
    else if (url.includes('/manifests/')) sendManifest(name, response);
    else redirect(host, name, response);
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return { url: `http://${host}`, host, requests };
}

/** Ends the connection when the first bytes are in the file of the download. */
function breakOffOnceKept(name: string, response: ServerResponse): void {
  const part = join(base, 'store/downloads', `${name.slice(7)}.part`);
  const look = (): void => {
    const kept = existsSync(part) ? readFileSync(part).length : 0;
    if (kept === 100) response.destroy();
    else setImmediate(look);
  };
  look();
}
