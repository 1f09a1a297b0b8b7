/** `/files/browse|read|download|debug`: sandboxes and logs, as sandbox browsers read them. */

import { createReadStream, type Stats } from 'node:fs';
import { lstat, open, readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { type Attachment, needFor, resolveAttached } from '../io/attached-files.ts';
import { readNames } from '../io/users.ts';
import { type Answer, jsonAnswer, notFound, textAnswer } from './answer.ts';
import type { AgentRequest, Route } from './router.ts';

/** Reads never give more than sixteen pages. */
const longestRead = 16 * 4096;
const realm = 'mesos-agent-readonly';
const noPath = textAnswer(400, "Expecting 'path=value' in query.\n");
/** As Mesos: nothing but the status says that the path is not there. */
const missing: Answer = {
  status: 404,
  body: { type: 'text/plain; charset=utf-8', content: '' },
};

export interface FilesOptions {
  readonly attachments: () => Iterable<Attachment>;
}

export function filesRoutes(options: FilesOptions): Route[] {
  const route = (
    name: string,
    handle: (options: FilesOptions, request: AgentRequest) => Promise<Answer>,
  ): Route => ({
    path: `/files/${name}`,
    prefixed: false,
    realm,
    access: 'checked',
    handle: (request) => deniedPath(options, request) ?? handle(options, request),
  });
  return [
    route('browse', browse),
    route('read', read),
    route('download', download),
    { ...route('debug', debug), access: [{ action: 'get_endpoints', object: '/files/debug' }] },
  ];
}

/** The 403 of somebody who may not read what the path leads to. */
function deniedPath({ attachments }: FilesOptions, request: AgentRequest): Answer | undefined {
  const need = needFor(attachments(), request.query.get('path') ?? '');
  return need === undefined ? undefined : request.denied([need]);
}

function jsonpOf(request: AgentRequest): string | undefined {
  return request.query.get('jsonp') ?? undefined;
}

async function browse({ attachments }: FilesOptions, request: AgentRequest): Promise<Answer> {
  const path = request.query.get('path');
  if (path === null || path === '') return noPath;
  const real = await resolveAttached(attachments(), path);
  if (real === undefined) return missing;
  if (!(await stat(real)).isDirectory()) return jsonAnswer([], jsonpOf(request));
  const names = (await readdir(real)).sort();
  const describe = fileDescriber();
  const entries = await Promise.all(
    names.map(async (name) => {
      const facts = await lstat(join(real, name)).catch(() => undefined);
      return facts === undefined ? [] : [describe(join(path, name), facts)];
    }),
  );
  return jsonAnswer(entries.flat(), jsonpOf(request));
}

/** Users and groups are shown by name, as `ls -l` does. */
function fileDescriber(): (path: string, facts: Stats) => Record<string, unknown> {
  const users = readNames('/etc/passwd');
  const groups = readNames('/etc/group');
  return (path, facts) => ({
    gid: groups.get(facts.gid) ?? String(facts.gid),
    mode: modeText(facts),
    mtime: Math.floor(facts.mtimeMs / 1000),
    nlink: facts.nlink,
    path,
    size: facts.size,
    uid: users.get(facts.uid) ?? String(facts.uid),
  });
}

function modeText(facts: Stats): string {
  const kind = facts.isDirectory() ? 'd' : facts.isSymbolicLink() ? 'l' : '-';
  const bits = [...'rwxrwxrwx'].map((letter, index) =>
    (facts.mode & (0o400 >> index)) === 0 ? '-' : letter,
  );
  return kind + bits.join('');
}

type ParsedNumber = { readonly value: number | undefined } | { readonly refusal: Answer };

function numberIn(query: URLSearchParams, name: 'offset' | 'length'): ParsedNumber {
  const text = query.get(name);
  if (text === null) return { value: undefined };
  if (/^-?\d+$/.test(text)) return { value: Number(text) };
  return {
    refusal: textAnswer(400, `Failed to parse ${name}: Failed to convert '${text}' to number.\n`),
  };
}

async function read({ attachments }: FilesOptions, request: AgentRequest): Promise<Answer> {
  const path = request.query.get('path');
  if (path === null || path === '') return noPath;
  const offset = numberIn(request.query, 'offset');
  if ('refusal' in offset) return offset.refusal;
  const length = numberIn(request.query, 'length');
  if ('refusal' in length) return length.refusal;
  const wanted = length.value ?? -1;
  const start = offset.value ?? -1;
  if (start < -1) return textAnswer(400, `Negative offset provided: ${start}.\n`);
  if (wanted < -1) return textAnswer(400, `Negative length provided: ${wanted}.\n`);
  const real = await resolveAttached(attachments(), path);
  if (real === undefined) return missing;
  const facts = await stat(real);
  if (facts.isDirectory()) return textAnswer(400, 'Cannot read a directory.\n');
  // Opening a pipe would wait for its writer, and hold one of the few threads meanwhile.
  if (!facts.isFile()) return textAnswer(400, `'${path}' is inaccessible.\n`);
  if (start === -1) return jsonAnswer({ data: '', offset: facts.size }, jsonpOf(request));
  const bytes = await readBytes(
    real,
    start,
    wanted === -1 ? longestRead : Math.min(wanted, longestRead),
  );
  return jsonAnswer({ data: bytes.toString('utf8'), offset: start }, jsonpOf(request));
}

async function readBytes(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.gz': 'application/gzip',
  '.html': 'text/html',
  '.json': 'application/json',
  '.log': 'text/plain',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.xml': 'application/xml',
  '.zip': 'application/zip',
};

async function download({ attachments }: FilesOptions, request: AgentRequest): Promise<Answer> {
  const path = request.query.get('path');
  if (path === null || path === '') return noPath;
  const real = await resolveAttached(attachments(), path);
  if (real === undefined) return notFound;
  const facts = await stat(real);
  if (facts.isDirectory()) return textAnswer(400, 'Cannot download a directory.\n');
  if (!facts.isFile()) return textAnswer(400, `'${path}' is inaccessible.\n`);
  const response = request.takeResponse();
  response.writeHead(200, {
    'Content-Disposition': `attachment; filename=${headerSafe(basename(real))}`,
    'Content-Length': facts.size,
    'Content-Type': mediaTypes[extname(real)] ?? 'application/octet-stream',
  });
  if (facts.size === 0) {
    response.end();
    return 'taken';
  }
  // A file that is being written may grow: no more is sent than was announced.
  const stream = createReadStream(real, { start: 0, end: facts.size - 1 });
  stream.once('error', (error) => response.destroy(error));
  response.once('close', () => stream.destroy());
  stream.pipe(response);
  return 'taken';
}

function headerSafe(name: string): string {
  return name.replace(/[^\x20-\x7e]|["\\;]/g, '_');
}

async function debug({ attachments }: FilesOptions): Promise<Answer> {
  const paths = [...attachments()].map(([virtual, real]) => [virtual, real] as const);
  return jsonAnswer(Object.fromEntries(paths), undefined);
}
