/** Runs a program inside a Docker container ("Create an exec instance") and ends it when it is no longer wanted. */
import { z } from 'zod';
import type { InsideCommand } from '../containerizer.ts';
import { processesUnder, readProcessTable, signalProcess } from '../process-table.ts';
import { insideEnvironment } from './container-request.ts';
import type { DockerEngine } from './engine-client.ts';

const created = z.object({ Id: z.string() });
const inspected = z.object({
  Running: z.boolean(),
  ExitCode: z.int().nullish(),
  Pid: z.int().default(0),
});

export interface InsideRequest {
  readonly engine: DockerEngine;
  /** The container, by its name at the engine. */
  readonly name: string;
  readonly containerId: string;
  readonly command: InsideCommand;
  readonly signal: AbortSignal;
}

/** Answers the exit code; rejects with the signal's reason when that comes first. */
export async function runInContainer(request: InsideRequest): Promise<number> {
  const { engine, name, containerId, command, signal } = request;
  const { file, args, environment } = command;
  const inside = insideEnvironment({ environment, containerId, command: {}, container: undefined });
  const body = {
    Cmd: [file, ...args],
    Env: Object.entries(inside).map(([key, value]) => `${key}=${value}`),
    AttachStdout: true,
    AttachStderr: true,
  };
  const path = `/containers/${name}/exec`;
  const { Id } = created.parse((await engine.call({ method: 'POST', path, body, signal })).value);
  const endEarly = (): void => void endExec(engine, Id).catch(() => undefined);
  signal.addEventListener('abort', endEarly, { once: true });
  try {
    const start = { method: 'POST', path: `/exec/${Id}/start`, body: { Detach: false } } as const;
    const output = await engine.stream({ ...start, signal });
    // The output counts for nothing, but has to be taken for the program to go on.
    for await (const _chunk of output.chunks);
    signal.throwIfAborted();
    const ended = await engine.call({ path: `/exec/${Id}/json`, signal });
    return inspected.parse(ended.value).ExitCode ?? 1;
  } finally {
    signal.removeEventListener('abort', endEarly);
  }
}

/** The engine cannot end such a program: its processes are ended here, where engine and agent share a machine. */
async function endExec(engine: DockerEngine, id: string): Promise<void> {
  const { Running, Pid } = inspected.parse((await engine.call({ path: `/exec/${id}/json` })).value);
  if (!Running || Pid <= 1 || engine.address.socketPath === undefined) return;
  const below = processesUnder(readProcessTable(), [Pid]).get(Pid) ?? [];
  for (const pid of new Set([Pid, ...below.map((entry) => entry.pid)])) {
    signalProcess(pid, 'SIGKILL');
  }
}
