/**
 * Copies the output of a container from the engine's log into its sandbox. What the files hold already is a prefix
 * of the log, so after a break, also one of the agent, it goes on exactly where it ended.
 */
import { constants } from 'node:fs';
import { chown, type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, errorMessage, type HttpStream, type Logger } from '@stoke/kit';
import { isAppError } from '@stoke/protocol';
import { agentError } from '../../errors.ts';
import type { DockerEngine } from './engine-client.ts';
import { LogFrames, type LogPiece } from './log-frames.ts';
import { pause } from './pause.ts';

const firstRetryMs = 100;
const longestRetryMs = 5_000;
const streams = ['stdout', 'stderr'] as const;

/** How long each file was before the container wrote the first byte. */
export type LogStarts = Readonly<Record<LogPiece['stream'], number>>;

export interface FollowerOptions {
  readonly engine: DockerEngine;
  readonly clock: Clock;
  readonly log: Logger;
  /** The container, by its name at the engine. */
  readonly name: string;
  readonly directory: string;
  readonly starts: LogStarts;
  /** Whether the container has a terminal: its output is then not taken apart by the engine. */
  readonly tty: boolean;
  /** What is known of the container already; undefined: it has to be asked for. */
  readonly wasOver: boolean | undefined;
  /** Whether the container is over, so that the end of the log is its end; rejects when the engine is away. */
  readonly isOver: () => Promise<boolean>;
}

/** Makes the files of a sandbox and answers how long they are. */
export async function prepareLogs(
  directory: string,
  owner: { readonly uid: number; readonly gid: number } | undefined,
): Promise<LogStarts> {
  const sizes = { stdout: 0, stderr: 0 };
  for (const name of streams) {
    const file = await openLog(directory, name);
    sizes[name] = (await file.stat()).size;
    await file.close();
    if (owner !== undefined) await chown(join(directory, name), owner.uid, owner.gid);
  }
  return sizes;
}

/** A task may put what it likes in place of the file; it is written only if it is a plain one. */
async function openLog(directory: string, name: LogPiece['stream']): Promise<FileHandle> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  const flags = O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_WRONLY;
  const path = join(directory, name);
  const file = await open(path, flags, 0o644);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw agentError('SANDBOX_FAILED', { message: `Cannot write '${path}': it is no plain file` });
}

export class LogFollower {
  readonly #options: FollowerOptions;
  readonly #written: Record<LogPiece['stream'], number> = { stdout: 0, stderr: 0 };
  readonly #stop = new AbortController();
  /** Settles when all output is written, or it is stopped. */
  readonly finished: Promise<void>;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.finished = this.#follow();
  }

  /** Gives up; what is not written yet is written by the next one. */
  stop(): void {
    this.#stop.abort();
  }

  async #follow(): Promise<void> {
    const { log, name, directory } = this.#options;
    let files: Record<LogPiece['stream'], FileHandle> | undefined;
    try {
      files = {
        stdout: await openLog(directory, 'stdout'),
        stderr: await openLog(directory, 'stderr'),
      };
      for (const stream of streams) await this.#measure(stream, files[stream]);
      await this.#repeat(files);
    } catch (error) {
      if (!this.#stop.signal.aborted) {
        log.warn({ container: name, reason: errorMessage(error) }, 'output not written');
      }
    } finally {
      await files?.stdout.close();
      await files?.stderr.close();
    }
  }

  async #measure(stream: LogPiece['stream'], file: FileHandle): Promise<void> {
    const { size } = await file.stat();
    this.#written[stream] = Math.max(0, size - this.#options.starts[stream]);
  }

  /** Until the container is over and its log read to the end. */
  async #repeat(files: Record<LogPiece['stream'], FileHandle>): Promise<void> {
    let retryMs = firstRetryMs;
    // Known before the log is read: what was written before the end is in the log then.
    let wasOver = this.#options.wasOver;
    while (!this.#stop.signal.aborted) {
      wasOver ??= await this.#ask();
      const bytes = wasOver === undefined ? undefined : await this.#copy(files, wasOver);
      if (wasOver === true && bytes !== undefined) return;
      retryMs = bytes === undefined ? Math.min(retryMs * 2, longestRetryMs) : firstRetryMs;
      // A log that came to its end is mostly that of a container that did.
      wasOver = bytes === undefined ? undefined : await this.#ask();
      if (wasOver === true) continue;
      await pause(this.#options.clock, retryMs, this.#stop.signal);
      wasOver = undefined;
    }
  }

  async #ask(): Promise<boolean | undefined> {
    try {
      return await this.#options.isOver();
    } catch (error) {
      this.#options.log.debug({ reason: errorMessage(error) }, 'engine away while following');
      return undefined;
    }
  }

  /** One reading of the log from its start; undefined when it broke off. */
  async #copy(
    files: Record<LogPiece['stream'], FileHandle>,
    isOver: boolean,
  ): Promise<number | undefined> {
    let stream: HttpStream | undefined;
    const seen = { stdout: 0, stderr: 0 };
    try {
      stream = await this.#open(isOver);
      const frames = new LogFrames();
      for await (const chunk of stream.chunks) {
        const pieces: LogPiece[] = this.#options.tty
          ? [{ stream: 'stdout', bytes: chunk }]
          : frames.push(chunk);
        for (const piece of pieces) {
          const skip = Math.max(0, this.#written[piece.stream] - seen[piece.stream]);
          seen[piece.stream] += piece.bytes.length;
          const news = piece.bytes.subarray(skip);
          if (news.length === 0) continue;
          await files[piece.stream].writeFile(news);
          this.#written[piece.stream] += news.length;
        }
      }
      return seen.stdout + seen.stderr;
    } catch (error) {
      this.#stop.signal.throwIfAborted();
      if (!isAppError(error) || !error.retryable) throw error;
      this.#options.log.debug({ reason: errorMessage(error) }, 'log broke off');
      return undefined;
    } finally {
      stream?.close();
    }
  }

  #open(isOver: boolean): Promise<HttpStream> {
    const { engine, name } = this.#options;
    const query = { stdout: '1', stderr: '1', follow: isOver ? '0' : '1' };
    const { signal } = this.#stop;
    return engine.stream({ path: `/containers/${name}/logs`, query, signal });
  }
}
