/** Connections that the Docker Engine gives over to the streams of a container (Engine API, "hijacking"). */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { EngineAddress } from './engine-client.ts';

const largestRefusalBytes = 64 * 1024;

export interface HijackRequest {
  readonly address: EngineAddress;
  /** With its query. */
  readonly path: string;
  readonly body: unknown;
  /** Until the connection is given over. */
  readonly timeoutMs: number;
}

/** The connection, or how the engine refused to give it. */
export type Hijacked =
  | { readonly socket: Socket }
  | { readonly status: number; readonly text: string };

/** Rejects when the engine is not reached, or not in time. */
export function hijack({ address, path, body, timeoutMs }: HijackRequest): Promise<Hijacked> {
  const payload = body === undefined ? '' : JSON.stringify(body);
  const { hostname, port } = new URL(address.origin);
  const { socketPath } = address;
  const request = httpRequest({
    ...(socketPath === undefined ? { host: hostname, port } : { socketPath }),
    method: 'POST',
    path,
    headers: {
      Host: new URL(address.origin).host,
      Connection: 'Upgrade',
      Upgrade: 'tcp',
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(payload),
    },
    agent: false,
  });
  // Not a signal: it would end the connection later on, too.
  request.setTimeout(timeoutMs, () => request.destroy(new Error(`no answer in ${timeoutMs} ms`)));
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('upgrade', (_response, socket: Socket, head: Buffer) => {
      socket.setTimeout(0).removeAllListeners('timeout');
      if (head.length > 0) socket.unshift(head);
      resolve({ socket });
    });
    request.once('response', (response) => readRefusal(response).then(resolve, reject));
    request.end(payload);
  });
}

async function readRefusal(response: IncomingMessage): Promise<Hijacked> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    if (text.length > largestRefusalBytes) break;
  }
  return { status: response.statusCode ?? 0, text };
}
