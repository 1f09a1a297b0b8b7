/** Brings the image of a task to the Docker Engine, with its progress told in the sandbox. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemErrorCode } from '@stoke/kit';
import { z } from 'zod';
import { agentError } from '../../errors.ts';
import { parseReference } from '../images/image-reference.ts';
import { loginFor, type RegistryLogin } from '../images/registry-login.ts';
import { appendLine } from '../sandbox-target.ts';
import { type DockerEngine, refusalText, stringAt } from './engine-client.ts';
import { createPullProgress, type PullProgress } from './pull-progress.ts';

const betweenLinesMs = 2_000;
const maxLoginBytes = 256 * 1024;
const maxLineLength = 1024 * 1024;
/** Where images without a registry in their name are. */
const hub = 'registry-1.docker.io';
const noLogins = '{}';
const brought = z.record(z.string(), z.unknown());
const text = z.string().optional();
const logins = z.record(z.string(), z.object({ auth: text, username: text, password: text }));

export interface PullerOptions {
  readonly engine: DockerEngine;
  readonly clock: Clock;
  /** Longest silence of a pull. */
  readonly stallTimeoutMs: number;
  /** The operator's logins, as docker login writes them. */
  readonly logins: string | undefined;
}

export interface PullRequest {
  readonly image: string;
  /** Ask the registry even if the image is there. */
  readonly force: boolean;
  readonly sandbox: string;
  readonly signal: AbortSignal;
}

export class ImagePuller {
  readonly #options: PullerOptions;

  constructor(options: PullerOptions) {
    this.#options = options;
  }

  /** @throws AppError `LAUNCH_FAILED` when it cannot be had; `DOCKER_UNREACHABLE` */
  async ensure(request: PullRequest): Promise<void> {
    const { image, force, signal } = request;
    const path = `/images/${image}/json`;
    if (!force && (await this.#options.engine.find({ path, signal })) !== undefined) return;
    try {
      await this.#pull(request);
    } catch (cause) {
      const said = refusalText(cause);
      if (said === undefined) throw cause;
      throw pullFailed(image, said, cause);
    }
  }

  async #pull({ image, sandbox, signal }: PullRequest): Promise<void> {
    const { engine, clock, stallTimeoutMs } = this.#options;
    const { registry = hub, repository, tag, digest } = parseReference(image);
    const login = await this.#login(registry, sandbox);
    const tell = (line: string): Promise<void> => appendLine(join(sandbox, 'stderr'), line);
    await tell(`Pulling image '${image}'`);
    const stalled = new AbortController();
    const late = (): void =>
      stalled.abort(pullFailed(image, `nothing came for ${stallTimeoutMs / 1000} s`));
    let timer = clock.setTimer(stallTimeoutMs, late);
    try {
      const stream = await engine.stream({
        method: 'POST',
        path: '/images/create',
        query: {
          fromImage: registry === hub ? repository : `${registry}/${repository}`,
          tag: digest ?? tag,
        },
        headers: login === undefined ? {} : { 'x-registry-auth': headerOf(login, registry) },
        timeoutMs: stallTimeoutMs,
        signal: AbortSignal.any([signal, stalled.signal]),
      });
      const progress = createPullProgress();
      let tellAtMs = clock.now() + betweenLinesMs;
      for await (const line of linesOf(stream.chunks)) {
        timer.cancel();
        timer = clock.setTimer(stallTimeoutMs, late);
        const failure = take(progress, line);
        if (failure !== undefined) throw pullFailed(image, failure);
        if (clock.now() < tellAtMs) continue;
        tellAtMs = clock.now() + betweenLinesMs;
        await tell(`Pulling image '${image}': ${progress.text()}`);
      }
      signal.throwIfAborted();
      stalled.signal.throwIfAborted();
      await tell(`Pulled image '${image}'`);
    } finally {
      timer.cancel();
    }
  }

  /** What the task brought wins over what the operator gave. */
  async #login(registry: string, sandbox: string): Promise<RegistryLogin | undefined> {
    for (const name of ['.docker/config.json', 'config.json', '.dockercfg']) {
      const login = loginFor(await readBrought(join(sandbox, name)), registry);
      if (login !== undefined) return login;
    }
    const { logins } = this.#options;
    return logins === undefined ? undefined : loginFor(logins, registry);
  }
}

/** The failure of a pull that the line tells, if it tells one. */
function take(progress: PullProgress, line: string): string | undefined {
  const message: unknown = JSON.parse(line);
  progress.take(message);
  return stringAt(message, 'error');
}

function pullFailed(image: string, reason: string, cause?: unknown): Error {
  return agentError('LAUNCH_FAILED', {
    message: `Cannot pull image '${image}': ${reason}`,
    cause,
  });
}

/** Base64 for URLs, but with padding: engines insist on it. */
function headerOf({ user, password }: RegistryLogin, serveraddress: string): string {
  const text = JSON.stringify({ username: user, password, serveraddress });
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

/** The logins in a file that was fetched into the sandbox. A link, or a file about something else, holds none. */
async function readBrought(path: string): Promise<string> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { size } = await file.stat();
      return size > maxLoginBytes ? noLogins : loginsIn(await file.readFile('utf8'));
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return noLogins;
    throw error;
  }
}

/** In the older file they stand at the top. */
function loginsIn(text: string): string {
  try {
    const { auths, ...others } = brought.parse(JSON.parse(text));
    return JSON.stringify({ auths: logins.parse(auths ?? others) });
  } catch {
    return noLogins;
  }
}

/** @throws RangeError for a line without an end */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLineLength) throw new RangeError('A line is too long');
    yield* lines.filter((line) => line.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}
