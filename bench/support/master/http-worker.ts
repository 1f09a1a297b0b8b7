/** Worker: downloads, pollers and subscribers on bare sockets, so that the reader is never the limit. */
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createRecordReader } from '@stoke/protocol';
import { Latencies, type LatencySummary } from '@stoke/simulator';
import { serve } from './worker.ts';

/** A server that sends the same bytes for every request: the floor of a download. */
async function plainServer({ bytes }: { bytes: number }): Promise<string> {
  const body = Buffer.alloc(bytes, 'x');
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Length': bytes }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface Download {
  readonly bytes: number;
  readonly firstByteMs: number;
  readonly ms: number;
}

/** Reads one answer to its end and throws it away. */
function download({ address, path }: { address: string; path: string }): Promise<Download> {
  const { promise, resolve, reject } = Promise.withResolvers<Download>();
  const start = performance.now();
  const get = request(`http://${address}${path}`, { agent: false }, (response) => {
    const firstByteMs = performance.now() - start;
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    response.once('end', () => {
      if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`));
      else resolve({ bytes, firstByteMs, ms: performance.now() - start });
    });
    response.once('error', reject);
  });
  get.once('error', reject).end();
  return promise;
}

/** Several at once; how long until the last is through. */
async function downloads(asked: {
  address: string;
  path: string;
  clients: number;
}): Promise<{ ms: number; bytes: number }> {
  const start = performance.now();
  const all = await Promise.all(Array.from({ length: asked.clients }, () => download(asked)));
  return {
    ms: performance.now() - start,
    bytes: all.reduce((sum, each) => sum + each.bytes, 0),
  };
}

let polling = false;
let polls = 0;
let pollers: Promise<unknown> = Promise.resolve();

/** Clients that ask for the same again and again, until `stopPolling`. */
function startPolling(asked: { address: string; path: string; clients: number }): void {
  polling = true;
  polls = 0;
  const poll = async (): Promise<void> => {
    while (polling) {
      await download(asked);
      polls++;
    }
  };
  pollers = Promise.all(Array.from({ length: asked.clients }, poll));
}

async function stopPolling(): Promise<number> {
  polling = false;
  await pollers;
  return polls;
}

/** A request every few milliseconds, whether or not the last was answered; latency from its intended start. */
async function probe(asked: {
  address: string;
  path: string;
  everyMs: number;
  forMs: number;
}): Promise<LatencySummary> {
  const latencies = new Latencies();
  const { promise, resolve } = Promise.withResolvers<void>();
  const start = performance.now();
  let sent = 0;
  let open = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now() - start;
    for (; sent * asked.everyMs <= Math.min(nowMs, asked.forMs); sent++) {
      const intended = start + sent * asked.everyMs;
      open++;
      void download(asked).then(() => {
        latencies.add(performance.now() - intended);
        open--;
      });
    }
    if (nowMs < asked.forMs || open > 0) return;
    clearInterval(timer);
    resolve();
  }, 1);
  await promise;
  return latencies.summary();
}

interface Subscribers {
  readonly sockets: Socket[];
  bytes: number;
  events: number;
  latencies: Latencies;
}

let subscribers: Subscribers | undefined;
/** All subscribers read into it, so that reading costs little: they share the cores with the master. */
const READ_BUFFER = Buffer.alloc(64 * 1024);
const MAX_RECORD_BYTES = 512 * 1024 * 1024;
const SUBSCRIBE = JSON.stringify({ type: 'SUBSCRIBE' });

/**
 * Opens event streams of the operator API. All are read; one in `every` is also taken apart: its events are
 * counted, and the time since an update's own timestamp is taken.
 */
async function subscribe(asked: {
  address: string;
  clients: number;
  every: number;
}): Promise<void> {
  const current: Subscribers = { sockets: [], bytes: 0, events: 0, latencies: new Latencies() };
  subscribers = current;
  const [host, port] = asked.address.split(':');
  const head = `POST /api/v1 HTTP/1.1\r\nHost: ${asked.address}\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: ${SUBSCRIBE.length}\r\n\r\n${SUBSCRIBE}`;
  for (let index = 0; index < asked.clients; index++) {
    const first = Promise.withResolvers<void>();
    const takeApart = index % asked.every === 0 ? eventReader(current) : undefined;
    const socket = connect({
      port: Number(port),
      host,
      onread: {
        buffer: READ_BUFFER,
        callback: (length, buffer) => {
          current.bytes += length;
          // A copy: the next read goes into the same buffer.
          takeApart?.(Buffer.from(buffer.subarray(0, length)));
          first.resolve();
          return true;
        },
      },
    });
    current.sockets.push(socket);
    socket.on('error', (error) => process.stderr.write(`subscriber: ${error.message}\n`));
    socket.write(head);
    await first.promise;
  }
}

/** Takes HTTP chunks apart, then records. */
function eventReader(into: Subscribers): (chunk: Buffer) => void {
  let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  const records = createRecordReader({ maxRecordBytes: MAX_RECORD_BYTES });
  const decoder = new TextDecoder();
  /** The bytes of the next HTTP chunk, once it is there. */
  const nextChunk = (): Buffer | undefined => {
    const line = rest.indexOf('\r\n');
    if (line < 0) return undefined;
    const length = Number.parseInt(rest.toString('latin1', 0, line), 16);
    if (rest.length < line + length + 4) return undefined;
    const chunk = rest.subarray(line + 2, line + 2 + length);
    rest = rest.subarray(line + length + 4);
    return chunk;
  };
  const takeEvents = (): void => {
    for (let chunk = nextChunk(); chunk !== undefined; chunk = nextChunk()) {
      for (const record of records.push(chunk)) note(into, decoder.decode(record));
    }
  };
  let inHead = true;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (inHead) {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      rest = rest.subarray(end + 4);
      inHead = false;
    }
    takeEvents();
  };
}

function note(into: Subscribers, text: string): void {
  into.events++;
  const timestamp = /^\{"type":"TASK_UPDATED".*"timestamp":([\d.]+)/.exec(text)?.[1];
  if (timestamp !== undefined)
    into.latencies.add(Math.max(0.01, Date.now() - 1000 * Number(timestamp)));
}

/** Forgets what was counted so far. */
function resetSubscribers(): void {
  if (subscribers === undefined) return;
  Object.assign(subscribers, { bytes: 0, events: 0, latencies: new Latencies() });
}

function subscriberReport(): { bytes: number; events: number; latencyMs: LatencySummary } {
  const { bytes, events, latencies } = subscribers ?? {
    bytes: 0,
    events: 0,
    latencies: new Latencies(),
  };
  return { bytes, events, latencyMs: latencies.summary() };
}

function unsubscribe(): void {
  for (const socket of subscribers?.sockets ?? []) socket.destroy();
}

serve({
  plainServer,
  download,
  downloads,
  startPolling,
  stopPolling,
  probe,
  subscribe,
  resetSubscribers,
  subscriberReport,
  unsubscribe,
});
