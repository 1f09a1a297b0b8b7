/** One mutated request as bytes: what it is follows from a seed and a number, so that it can be sent again. */
import { type Chance, createChance, mixSeed } from '../support/chance.ts';
import { type LiveIds, withLiveIds } from './live-ids.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateHead } from './mutate-head.ts';
import { mutateJson } from './mutate-json.ts';
import { mutateProtobuf } from './mutate-protobuf.ts';
import type { SeedRequest } from './seed-requests.ts';

/** How the body is framed; all but the first two are lies that end the connection. */
type Framing =
  | 'length'
  | 'chunked'
  | 'long'
  | 'short'
  | 'senseless'
  | 'both'
  | 'bad-chunk'
  | 'half';

const lies = ['long', 'short', 'senseless', 'both', 'bad-chunk', 'half'] as const;

/** A request that is about to be sent. */
export interface FuzzRequest {
  readonly number: number;
  readonly daemon: SeedRequest['daemon'];
  /** The request it was made from, and how. */
  readonly origin: string;
  readonly method: string;
  /** Whether the sender ends its side after it: there may be no answer. */
  readonly last: boolean;
  readonly toBytes: (live: LiveIds) => Buffer;
}

function mutateBody(request: SeedRequest, chance: Chance, other: Buffer): SeedRequest {
  const structured = chance.oneIn(3)
    ? undefined
    : (mutateJson(request.body, chance) ?? mutateProtobuf(request.body, chance));
  return { ...request, body: structured ?? mutateBytes(request.body, chance, other) };
}

function mutate(seed: SeedRequest, chance: Chance, other: Buffer): SeedRequest {
  // Some go as they are: what follows them meets books with tasks, reservations and quota in them.
  if (chance.oneIn(12)) return seed;
  const hasBody = seed.body.length > 0;
  let request = seed;
  if (hasBody && !chance.oneIn(6)) request = mutateBody(request, chance, other);
  if (!hasBody || chance.oneIn(4)) request = mutateHead(request, chance);
  if (!hasBody && chance.oneIn(12)) request = { ...request, method: 'POST', body: other };
  return request;
}

function framingFor(chance: Chance): Framing {
  if (chance.oneIn(40)) return chance.pick(lies);
  return chance.oneIn(20) ? 'chunked' : 'length';
}

function chunksOf(body: Buffer, chance: Chance): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const size = 1 + chance.below(Math.max(1, body.length / 2));
    const part = body.subarray(at, at + size);
    chunks.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
    at += size;
  }
  return chunks;
}

/** Framing headers and the framed body. */
function frame(framing: Framing, body: Buffer, chance: Chance): [headers: string, body: Buffer] {
  const length = `Content-Length: ${body.length}\r\n`;
  const chunked = 'Transfer-Encoding: chunked\r\n';
  const chunks = Buffer.concat(chunksOf(body, chance));
  switch (framing) {
    case 'length':
      return [body.length === 0 ? '' : length, body];
    case 'chunked':
      return [chunked, Buffer.concat([chunks, Buffer.from('0\r\n\r\n')])];
    case 'long':
      return [`Content-Length: ${body.length + 1 + chance.below(1e9)}\r\n`, body];
    case 'short':
      return [`Content-Length: ${chance.below(body.length + 1)}\r\n`, body];
    case 'senseless':
      return [
        `Content-Length: ${chance.pick(['-1', 'x', '1e3', '99999999999999999999', '+5', ''])}\r\n`,
        body,
      ];
    case 'both':
      return [length + chunked, Buffer.concat([chunks, Buffer.from('0\r\n\r\n')])];
    case 'bad-chunk':
      return [
        chunked,
        Buffer.concat([
          Buffer.from(chance.pick(['zz\r\n', 'ffffffffff\r\n', '-1\r\n', '5\r\nab'])),
          body,
        ]),
      ];
    case 'half':
      return [length, body.subarray(0, body.length / 2)];
  }
}

function serialize(
  request: SeedRequest,
  framing: Framing,
  seed: number,
): (live: LiveIds) => Buffer {
  return (live) => {
    const body = withLiveIds(request.body, live);
    const [headers, framed] = frame(framing, body, createChance(seed));
    const lines = request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const host = request.headers.some(([name]) => /^host$/i.test(name))
      ? ''
      : 'Host: 127.0.0.1\r\n';
    const head = `${request.method} ${request.path} HTTP/1.1\r\n${host}${lines}${headers}\r\n`;
    return Buffer.concat([withLiveIds(Buffer.from(head, 'latin1'), live), framed]);
  };
}

/** A link's messages follow the upgrade as they are, without a length. */
function linkBytes(request: SeedRequest): (live: LiveIds) => Buffer {
  const headers = request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = `${request.method} ${request.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`;
  return (live) => Buffer.concat([Buffer.from(head, 'latin1'), withLiveIds(request.body, live)]);
}

/** The request with this number. */
export function fuzzRequest(
  seeds: readonly SeedRequest[],
  seed: number,
  number: number,
): FuzzRequest {
  const own = mixSeed(seed, number);
  const chance = createChance(own);
  const first = chance.pick(seeds);
  const isLink = first.name.startsWith('link');
  const other = chance.pick(seeds).body;
  const request = isLink ? mutateBody(first, chance, other) : mutate(first, chance, other);
  const framing = framingFor(chance);
  const lying = framing !== 'length' && framing !== 'chunked';
  return {
    number,
    daemon: request.daemon,
    origin: `${first.name}, ${isLink ? 'link' : framing}`,
    method: request.method,
    last: isLink || lying,
    toBytes: isLink ? linkBytes(request) : serialize(request, framing, own),
  };
}
