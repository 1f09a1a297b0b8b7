/** A registry for images with one image of one layer: it may ask for a login, and hold the layer back. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

const dockerType = 'application/vnd.docker';
const manifestType = `${dockerType}.distribution.manifest.v2+json`;

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

let made = 0;
const blockBytes = 512;

export class FakeRegistry {
  readonly #blobs = new Map<string, Buffer>();
  readonly #manifest: Buffer;
  readonly #layer: string;
  readonly #login: string | undefined;
  readonly #server: Server;
  readonly #held: ServerResponse[] = [];
  /** Whether half of the layer comes and then nothing. */
  stalls = false;
  /** How often somebody who may asked for the image. */
  pulls = 0;

  /** `archive` is a tar of a root; `login` is `user:password`. */
  constructor(archive: string, login?: string) {
    made += 1;
    // Zeros at the end of a tar mean nothing, but make a layer that no engine has seen.
    const root = Buffer.concat([readFileSync(archive), Buffer.alloc(made * blockBytes)]);
    const layer = gzipSync(root, { level: 1 });
    const rootfs = { type: 'layers', diff_ids: [digestOf(root)] };
    const config = Buffer.from(
      JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs }),
    );
    const describe = (mediaType: string, bytes: Buffer) => {
      const digest = digestOf(bytes);
      this.#blobs.set(digest, bytes);
      return { mediaType, size: bytes.length, digest };
    };
    const layerType = `${dockerType}.image.rootfs.diff.tar.gzip`;
    this.#layer = digestOf(layer);
    this.#manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: describe(`${dockerType}.container.image.v1+json`, config),
        layers: [describe(layerType, layer)],
      }),
    );
    this.#login = login;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Answers the name of the image, with the registry's address. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}/tests/tiny:1`;
  }

  /** What was held back is given up. */
  stop(): void {
    for (const response of this.#held) response.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const wanted = this.#login && `Basic ${Buffer.from(this.#login).toString('base64')}`;
    if (wanted !== undefined && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="tests"' }).end();
      return;
    }
    const path = request.url ?? '';
    if (path === '/v2/') response.end('{}');
    else if (path.startsWith('/v2/tests/tiny/manifests/')) {
      if (request.method === 'HEAD') this.pulls += 1;
      const digest = { 'docker-content-digest': digestOf(this.#manifest) };
      this.#send(response, this.#manifest, { 'content-type': manifestType, ...digest });
    } else this.#sendBlob(response, path.split('/').at(-1) ?? '');
  }

  #sendBlob(response: ServerResponse, digest: string): void {
    const blob = this.#blobs.get(digest);
    if (blob === undefined) {
      response.writeHead(404).end();
    } else if (this.stalls && digest === this.#layer) {
      this.#held.push(response);
      response.writeHead(200, { 'content-length': blob.length });
      response.write(blob.subarray(0, blob.length / 2));
    } else this.#send(response, blob, {});
  }

  #send(response: ServerResponse, bytes: Buffer, headers: Record<string, string>): void {
    response.writeHead(200, { 'content-length': bytes.length, ...headers }).end(bytes);
  }
}
