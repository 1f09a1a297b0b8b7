/** LIST_FILES and READ_FILE: sandboxes and the log, by the same paths as /files. */
import type { FileInfo } from '@stoke/protocol';
import { type Attachment, openAttached } from '../../io/attached-files.ts';
import { type FileFacts, listEntries, longestRead, readPiece } from '../../io/sandbox-files.ts';
import { type Answer, textAnswer } from '../answer.ts';
import { type CallHandlers, messageAnswer, type OperatorCall } from './operator-call.ts';

const nanosecondsPerSecond = 1_000_000_000;
const missing = textAnswer(404, '');

export type Attachments = () => Iterable<Attachment>;

async function listFiles(attachments: Attachments, { call, media }: OperatorCall): Promise<Answer> {
  const path = call.list_files?.path ?? '';
  const opened = await openAttached(attachments(), path);
  if (opened === undefined) return missing;
  try {
    const infos = (await listEntries(opened, path)).map(fileInfo);
    const list_files = infos.length === 0 ? {} : { file_infos: infos };
    return messageAnswer(media.accept, { type: 'LIST_FILES', list_files });
  } finally {
    await opened.handle.close();
  }
}

function fileInfo({ path, facts, user, group }: FileFacts): FileInfo {
  const seconds = Math.floor(facts.mtimeMs / 1000);
  return {
    path,
    nlink: facts.nlink,
    size: facts.size,
    mtime: { nanoseconds: seconds * nanosecondsPerSecond },
    mode: facts.mode,
    uid: user,
    gid: group,
  };
}

async function readFile(attachments: Attachments, { call, media }: OperatorCall): Promise<Answer> {
  const { path = '', offset = 0, length = longestRead } = call.read_file ?? {};
  const opened = await openAttached(attachments(), path);
  if (opened === undefined) return missing;
  const { handle, facts } = opened;
  try {
    if (facts.isDirectory()) return textAnswer(400, 'Cannot read a directory.\n');
    const data = await readPiece(handle, offset, length);
    const read_file = { size: facts.size, data };
    return messageAnswer(media.accept, { type: 'READ_FILE', read_file });
  } finally {
    await handle.close();
  }
}

export function fileCalls(attachments: Attachments): CallHandlers {
  return {
    LIST_FILES: (call) => listFiles(attachments, call),
    READ_FILE: (call) => readFile(attachments, call),
  };
}
