/** Requests and answers of ZooKeeper's client protocol (zookeeper.jute of Apache ZooKeeper 3.4 and later). */
import { zooKeeperError } from './errors.ts';
import { JuteReader, JuteWriter } from './jute.ts';

const protocolVersion = 0;
/** In a node's facts: when it was made and changed; versions of its children and rights; sizes and the last change below. */
const timesBytes = 4 * 8;
const otherVersionsBytes = 2 * 4;
const statTailBytes = 2 * 4 + 8;
const passwordBytes = 16;
const longBytes = 8;

const types = {
  create: 1,
  remove: 2,
  exists: 3,
  get: 4,
  set: 5,
  children: 8,
  sync: 9,
  ping: 11,
  check: 13,
  multi: 14,
  auth: 100,
  close: -11,
} as const;

/** Request numbers with a meaning of their own. */
export const xids = { event: -1, ping: -2, auth: -4 } as const;

/** Who may do what with a node; masks as ZooKeeper's `ZooDefs.Perms`. */
export interface Acl {
  readonly permissions: number;
  readonly scheme: string;
  readonly id: string;
}

const allPermissions = 31;
const readPermission = 1;
export const OPEN_ACL: readonly Acl[] = [
  { permissions: allPermissions, scheme: 'world', id: 'anyone' },
];
/** Its creator may do everything, all others may read. */
export const CREATOR_ACL: readonly Acl[] = [
  { permissions: allPermissions, scheme: 'auth', id: '' },
  { permissions: readPermission, scheme: 'world', id: 'anyone' },
];

export interface CreateOperation {
  readonly type: 'create';
  readonly path: string;
  readonly data: Uint8Array;
  readonly acl: readonly Acl[];
  /** Gone with the session. */
  readonly ephemeral?: boolean;
  /** Ten digits that count up are added to the name. */
  readonly sequential?: boolean;
}

/** What may be part of a transaction. */
export type Operation =
  | CreateOperation
  | { readonly type: 'set'; readonly path: string; readonly data: Uint8Array }
  | { readonly type: 'remove'; readonly path: string }
  /** Fails the transaction when the node is not there. */
  | { readonly type: 'check'; readonly path: string };

export type Request =
  | Operation
  | { readonly type: 'exists' | 'get' | 'children'; readonly path: string; readonly watch: boolean }
  | { readonly type: 'sync'; readonly path: string }
  | { readonly type: 'multi'; readonly operations: readonly Operation[] }
  | { readonly type: 'close' };

const anyVersion = -1;

export function encodeRequest(xid: number, request: Request): Buffer {
  const writer = new JuteWriter().int(xid).int(types[request.type]);
  if (request.type === 'multi') writeMulti(writer, request.operations);
  else writeBody(writer, request);
  return writer.toFrame();
}

function writeBody(writer: JuteWriter, request: Exclude<Request, { type: 'multi' }>): void {
  switch (request.type) {
    case 'close':
      return;
    case 'create':
      writeCreate(writer, request);
      return;
    case 'set':
      writer.text(request.path).buffer(request.data).int(anyVersion);
      return;
    case 'remove':
    case 'check':
      writer.text(request.path).int(anyVersion);
      return;
    case 'sync':
      writer.text(request.path);
      return;
    default:
      writer.text(request.path).bool(request.watch);
  }
}

function writeCreate(writer: JuteWriter, request: CreateOperation): void {
  writer.text(request.path).buffer(request.data).int(request.acl.length);
  for (const { permissions, scheme, id } of request.acl)
    writer.int(permissions).text(scheme).text(id);
  writer.int((request.ephemeral === true ? 1 : 0) + (request.sequential === true ? 2 : 0));
}

function writeMulti(writer: JuteWriter, operations: readonly Operation[]): void {
  for (const operation of operations) {
    writer.int(types[operation.type]).bool(false).int(-1);
    writeBody(writer, operation);
  }
  writer.int(-1).bool(true).int(-1);
}

export function encodePing(): Buffer {
  return new JuteWriter().int(xids.ping).int(types.ping).toFrame();
}

/** `login` is `user:password`. */
export function encodeLogin(login: string): Buffer {
  return new JuteWriter()
    .int(xids.auth)
    .int(types.auth)
    .int(0)
    .text('digest')
    .buffer(Buffer.from(login))
    .toFrame();
}

/** What identifies a session over connections. */
export interface SessionIdentity {
  readonly id: Buffer;
  readonly password: Buffer;
}

export const NEW_SESSION: SessionIdentity = {
  id: Buffer.alloc(longBytes),
  password: Buffer.alloc(passwordBytes),
};

export function encodeConnect(
  session: SessionIdentity,
  { lastZxid, timeoutMs }: { readonly lastZxid: Buffer; readonly timeoutMs: number },
): Buffer {
  return new JuteWriter()
    .int(protocolVersion)
    .raw(lastZxid)
    .int(timeoutMs)
    .raw(session.id)
    .buffer(session.password)
    .bool(false)
    .toFrame();
}

export interface Connected extends SessionIdentity {
  /** What the server agreed to; 0: the session is over. */
  readonly timeoutMs: number;
}

export function decodeConnect(frame: Buffer): Connected {
  const reader = new JuteReader(frame);
  reader.int();
  const timeoutMs = reader.int();
  return { timeoutMs, id: reader.raw(longBytes), password: reader.buffer() };
}

export interface Reply {
  readonly xid: number;
  readonly zxid: Buffer;
  readonly error: number;
  readonly body: JuteReader;
}

export function decodeReply(frame: Buffer): Reply {
  const reader = new JuteReader(frame);
  return { xid: reader.int(), zxid: reader.raw(longBytes), error: reader.int(), body: reader };
}

/** The path whose watch went off; empty for news of the session itself. */
export function decodeEvent(body: JuteReader): string {
  body.int();
  body.int();
  return body.text();
}

export interface NodeData {
  readonly data: Buffer;
  /** The session it lives with, if it is ephemeral; else zeros. */
  readonly owner: Buffer;
}

export function readNode(body: JuteReader): NodeData {
  return { data: body.buffer(), owner: readOwner(body) };
}

function readOwner(body: JuteReader): Buffer {
  body.raw(timesBytes);
  body.int();
  body.raw(otherVersionsBytes);
  const owner = body.raw(longBytes);
  body.raw(statTailBytes);
  return owner;
}

/** The first error in the answer to a transaction; 0 when all of it was done. */
export function readMulti(body: JuteReader): number {
  let error = 0;
  while (!body.isAtEnd) {
    const type = body.int();
    const done = body.bool();
    const number = body.int();
    if (done) return error;
    if (type === -1) {
      const found = body.int();
      // All parts but the guilty one are told that the whole was rolled back (0 or -2).
      if (found !== 0 && (error === 0 || error === rolledBack)) error = found;
    } else skipResult(body, type);
    if (number !== 0 && error === 0) error = number;
  }
  throw zooKeeperError('ZK_MALFORMED', {
    message: 'Cannot read the answer of ZooKeeper: a transaction has no end',
  });
}

const rolledBack = -2;

function skipResult(body: JuteReader, type: number): void {
  if (type === types.create) body.text();
  else if (type === types.set) readOwner(body);
}
