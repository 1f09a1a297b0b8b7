/** The output of a task, read from its sandbox as it grows. */
import type { AgentState } from '@stoke/client';
import { requestHttp } from '@stoke/kit';
import { AppError } from '@stoke/protocol';
import type { CliIo } from '../io.ts';
import { type AgentAddress, callAgentUnbounded, shellCode } from './agent-session.ts';
import type { FoundTask } from './find-task.ts';
import { taskError } from './task-error.ts';
import { writeOut } from './terminal.ts';

const lookAgainMs = 200;

interface Reader {
  readonly stream: 'STDOUT' | 'STDERR';
  readonly path: string;
  offset: number;
}

export interface Following {
  readonly task: FoundTask;
  readonly headers: Readonly<Record<string, string>>;
  readonly from: 'start' | 'end';
  readonly follows: boolean;
}

/** Writes it out; the exit code of the task when its end was waited for and is known. */
export async function followTask(io: CliIo, following: Following): Promise<number | undefined> {
  const { task, headers, from, follows } = following;
  const agent = { url: task.agentUrl, headers };
  const directory = await sandboxOf(agent, task);
  const readers: Reader[] = [
    { stream: 'STDOUT', path: `${directory}/stdout`, offset: 0 },
    { stream: 'STDERR', path: `${directory}/stderr`, offset: 0 },
  ];
  if (from === 'end') for (const reader of readers) reader.offset = await sizeOf(agent, reader);
  const end = follows ? waitForEnd(agent, task, io.signal) : Promise.resolve(undefined);
  let ended = false;
  const settled = end.finally(() => {
    ended = true;
  });
  settled.catch(() => undefined);
  for (let isLast = !follows; !io.signal.aborted; isLast = ended) {
    for (const reader of readers) await copyRest(agent, reader);
    if (isLast) break;
    await Promise.race([settled.catch(() => undefined), pause(io)]);
  }
  return io.signal.aborted ? undefined : settled;
}

function pause({ clock, signal }: CliIo): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(lookAgainMs, resolve);
    signal.addEventListener('abort', () => {
      timer.cancel();
      resolve();
    });
  });
}

/** The exit code of a task once it ended; undefined when nobody knows it. */
export async function waitForEnd(
  agent: AgentAddress,
  { container }: FoundTask,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (container === undefined) return undefined;
  const call = { type: 'WAIT_CONTAINER', wait_container: { container_id: container } } as const;
  try {
    const { wait_container } = await callAgentUnbounded(agent, call, signal);
    return shellCode(wait_container?.exit_status);
  } catch (error) {
    // It ended before it was asked for.
    if (error instanceof AppError && error.details?.status === 404) return undefined;
    throw error;
  }
}

async function sandboxOf(agent: AgentAddress, task: FoundTask): Promise<string> {
  const state = (await getJson(agent, '/state')) as AgentState;
  const frameworks = [...state.frameworks, ...state.completed_frameworks];
  const executors = frameworks
    .filter(({ id }) => id === task.frameworkId)
    .flatMap((framework) => [...framework.executors, ...framework.completed_executors]);
  const holds = (tasks: readonly { readonly id: string }[]): boolean =>
    tasks.some(({ id }) => id === task.id);
  const executor = executors.find((one) => holds([...one.tasks, ...one.completed_tasks]));
  if (executor === undefined) {
    const message = `Cannot find the sandbox of task '${task.id}': the agent knows it no more`;
    throw taskError('TASK_UNKNOWN', message);
  }
  const isNested = task.container?.parent !== undefined;
  return isNested
    ? `${executor.directory}/containers/${task.container?.value}`
    : executor.directory;
}

async function sizeOf(agent: AgentAddress, { path }: Reader): Promise<number> {
  const answer = await readPiece(agent, path, -1);
  return answer?.offset ?? 0;
}

async function copyRest(agent: AgentAddress, reader: Reader): Promise<void> {
  for (;;) {
    const data = await downloadPiece(agent, reader);
    if (data.length === 0) return;
    reader.offset += data.length;
    await writeOut(reader.stream, data);
  }
}

/** READ_FILE gives bytes as they are; text may be cut in the middle of a letter. */
async function downloadPiece(agent: AgentAddress, { path, offset }: Reader): Promise<Uint8Array> {
  try {
    const { read_file } = await callAgentUnbounded(agent, {
      type: 'READ_FILE',
      read_file: { path, offset },
    });
    return read_file?.data ?? new Uint8Array();
  } catch (error) {
    // Not written yet.
    if (error instanceof AppError && error.details?.status === 404) return new Uint8Array();
    throw error;
  }
}

async function readPiece(
  agent: AgentAddress,
  path: string,
  offset: number,
): Promise<{ readonly offset: number } | undefined> {
  const query = new URLSearchParams({ path, offset: String(offset) });
  const found = (await getJson(agent, `/files/read?${query}`)) as { offset: number } | undefined;
  return found;
}

async function getJson({ url, headers }: AgentAddress, path: string): Promise<unknown> {
  const answer = await requestHttp({ url: url + path, headers });
  if (answer.status === 404) return undefined;
  if (answer.status === 200) return JSON.parse(answer.body.toString('utf8'));
  const said = answer.body.toString('utf8').trim();
  const message = `Cannot read from the agent: it says ${answer.status} ${said}`;
  throw taskError('SESSION_REFUSED', message);
}
