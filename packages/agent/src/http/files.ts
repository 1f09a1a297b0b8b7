/** `/files/browse|read|download|debug`: sandboxes and logs, as sandbox browsers read them. */

import { basename, extname } from 'node:path';
import { type Attachment, needFor, openAttached } from '../io/attached-files.ts';
import { type FileFacts, listEntries, longestRead, readPiece } from '../io/sandbox-files.ts';
import { type Answer, jsonAnswer, notFound, textAnswer } from './answer.ts';
import type { AgentRequest, Route } from './router.ts';

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
  const opened = await openAttached(attachments(), path);
  if (opened === undefined) return missing;
  try {
    const entries = await listEntries(opened, path);
    return jsonAnswer(entries.map(entryJson), jsonpOf(request));
  } finally {
    await opened.handle.close();
  }
}

function entryJson({ facts, path, user, group }: FileFacts): Record<string, unknown> {
  return {
    gid: group,
    mode: modeText(facts),
    mtime: Math.floor(facts.mtimeMs / 1000),
    nlink: facts.nlink,
    path,
    size: facts.size,
    uid: user,
  };
}

function modeText(facts: FileFacts['facts']): string {
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
  const opened = await openAttached(attachments(), path);
  if (opened === undefined) return missing;
  const { handle, facts } = opened;
  try {
    if (facts.isDirectory()) return textAnswer(400, 'Cannot read a directory.\n');
    if (start === -1) return jsonAnswer({ data: '', offset: facts.size }, jsonpOf(request));
    const bytes = await readPiece(handle, start, wanted === -1 ? longestRead : wanted);
    return jsonAnswer({ data: bytes.toString('utf8'), offset: start }, jsonpOf(request));
  } finally {
    await handle.close();
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
  const opened = await openAttached(attachments(), path);
  if (opened === undefined) return notFound;
  const { handle, facts, real } = opened;
  if (facts.isDirectory()) {
    await handle.close();
    return textAnswer(400, 'Cannot download a directory.\n');
  }
  const response = request.takeResponse();
  response.writeHead(200, {
    'Content-Disposition': `attachment; filename=${headerSafe(basename(real))}`,
    'Content-Length': facts.size,
    'Content-Type': mediaTypes[extname(real)] ?? 'application/octet-stream',
  });
  if (facts.size === 0) {
    await handle.close();
    response.end();
    return 'taken';
  }
  // A file that is being written may grow: no more is sent than was announced.
  const stream = handle.createReadStream({ start: 0, end: facts.size - 1 });
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
