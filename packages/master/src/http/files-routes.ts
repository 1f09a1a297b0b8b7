/** `/files/*` of the master: its log, under the virtual path `/master/log`. */
import { stat } from 'node:fs/promises';
import type { Answer } from './answer.ts';
import { jsonAnswer, NOT_FOUND, textAnswer } from './answer.ts';
import { type AttachedFiles, findFile, MAX_READ_BYTES, readPart } from './attached-files.ts';
import type { MasterRequest, Route } from './routes.ts';

/** Most that one download returns. */
const MAX_DOWNLOAD_BYTES = 64 * 1024 * 1024;

type Looked = { readonly file: string } | { readonly answer: Answer };

const MISSING = { status: 404, body: { type: 'text/plain; charset=utf-8', content: '' } } as const;

/** The real file of `?path=`. */
function look(files: AttachedFiles, request: MasterRequest): Looked {
  const path = request.query.get('path');
  if (path === null || path === '') {
    return { answer: textAnswer(400, "Expecting 'path=value' in query.\n") };
  }
  const found = findFile(files, path);
  if ('file' in found) return found;
  if (found.problem === 'missing') return { answer: MISSING };
  return { answer: textAnswer(400, `'${path}' is inaccessible.\n`) };
}

/** A whole number, or the answer that it is none. */
function numberOf(request: MasterRequest, name: string, fallback: number): number | Answer {
  const text = request.query.get(name);
  if (text === null) return fallback;
  if (!/^-?\d+$/.test(text)) {
    return textAnswer(400, `Failed to parse ${name}: Failed to convert '${text}' to number.\n`);
  }
  return Number(text);
}

async function readFile(files: AttachedFiles, request: MasterRequest): Promise<Answer> {
  const found = look(files, request);
  if ('answer' in found) return found.answer;
  const offset = numberOf(request, 'offset', -1);
  if (typeof offset !== 'number') return offset;
  const length = numberOf(request, 'length', -1);
  if (typeof length !== 'number') return length;
  if (offset < -1) return textAnswer(400, `Negative offset provided: ${offset}.\n`);
  const jsonp = request.query.get('jsonp') ?? undefined;
  const { size } = await stat(found.file);
  if (offset === -1) return jsonAnswer({ data: '', offset: size }, jsonp);
  if (offset >= size) return jsonAnswer({ data: '', offset }, jsonp);
  const wanted = length < 0 ? MAX_READ_BYTES : Math.min(length, MAX_READ_BYTES);
  const part = await readPart(found.file, offset, wanted);
  return jsonAnswer({ data: part.toString('utf8'), offset }, jsonp);
}

async function download(files: AttachedFiles, request: MasterRequest): Promise<Answer> {
  const found = look(files, request);
  if ('answer' in found) return found.answer === MISSING ? NOT_FOUND : found.answer;
  const { size } = await stat(found.file);
  const content = await readPart(found.file, 0, Math.min(size, MAX_DOWNLOAD_BYTES));
  return {
    status: 200,
    headers: { 'Content-Disposition': 'attachment; filename=log' },
    body: { type: 'text/plain', content },
  };
}

function browse(files: AttachedFiles, request: MasterRequest): Answer {
  const found = look(files, request);
  return 'answer' in found ? found.answer : jsonAnswer([], request.query.get('jsonp') ?? undefined);
}

export function filesRoutes(files: AttachedFiles): Route[] {
  const common = {
    realm: 'mesos-master-readonly',
    access: [{ action: 'access_mesos_logs' }],
    leaderOnly: false,
  } as const;
  return [
    { ...common, path: '/files/browse', handle: (request) => browse(files, request) },
    { ...common, path: '/files/read', handle: (request) => readFile(files, request) },
    { ...common, path: '/files/download', handle: (request) => download(files, request) },
    {
      ...common,
      path: '/files/debug',
      access: [{ action: 'get_endpoints', object: '/files/debug' }],
      handle: () => jsonAnswer(Object.fromEntries(files)),
    },
  ];
}
