/** LIST_FILES and READ_FILE: the master's own log. */
import { stat } from 'node:fs/promises';
import type { Answer } from '../answer.ts';
import { textAnswer } from '../answer.ts';
import type { AttachedFiles, FoundFile } from '../attached-files.ts';
import { findFile, MAX_READ_BYTES, readPart } from '../attached-files.ts';
import type { CallHandlers, OperatorCall } from './operator-call.ts';
import { messageAnswer } from './operator-call.ts';

function refusal(path: string, found: Exclude<FoundFile, { file: string }>): Answer {
  if (found.problem === 'missing') return textAnswer(404, '');
  return textAnswer(400, `'${path}' is inaccessible.\n`);
}

function listFiles(files: AttachedFiles, { call, format }: OperatorCall): Answer {
  const path = call.list_files?.path ?? '';
  const found = findFile(files, path);
  if ('problem' in found) return refusal(path, found);
  // What is attached are files, and a file has nothing below it.
  return messageAnswer(format, { type: 'LIST_FILES', list_files: {} });
}

async function readFile(files: AttachedFiles, { call, format }: OperatorCall): Promise<Answer> {
  const { path = '', offset = 0, length } = call.read_file ?? {};
  const found = findFile(files, path);
  if ('problem' in found) return refusal(path, found);
  const { size } = await stat(found.file);
  const wanted = Math.min(length ?? MAX_READ_BYTES, MAX_READ_BYTES, Math.max(0, size - offset));
  const data = wanted === 0 ? new Uint8Array() : await readPart(found.file, offset, wanted);
  return messageAnswer(format, { type: 'READ_FILE', read_file: { size, data } });
}

export function fileCalls(files: AttachedFiles): CallHandlers {
  return {
    LIST_FILES: (call) => listFiles(files, call),
    READ_FILE: (call) => readFile(files, call),
  };
}
