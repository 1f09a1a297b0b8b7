/** Plays the executor of a recording again: does on each event what the recorded one did. */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  decodeBinary,
  ExecutorCall,
  ExecutorEvent,
  fromJsonValue,
  toJsonValue,
} from '@stoke/protocol';
import { waitFor } from '@stoke/testing';
import { compareJson, type Json } from './compare.ts';
import { compareHead } from './compare-answer.ts';
import { RawStream } from './raw-http.ts';
import {
  headerOf,
  RECORDINGS,
  type RecordedMessage,
  readRecording,
  recordingsOf,
  recordsOf,
} from './recording.ts';
import { type Found, replayCall } from './replay-call.ts';
import type { Translation } from './translation.ts';

/** What the recorded executor was called. */
const RECORDED_PROGRAM = '/var/lib/mesos-golden/bin/golden-executor';

/** The process an agent starts: it shows its environment and lives until it is told to end. */
export class ExecutorProcess {
  readonly #program: string;
  readonly #environment: string;
  readonly #exit: string;

  constructor(root: string) {
    this.#program = join(root, 'executor.sh');
    this.#environment = join(root, 'executor.environment');
    this.#exit = join(root, 'executor.exit');
    const script = [
      '#!/bin/sh',
      `env > ${this.#environment}.part && mv ${this.#environment}.part ${this.#environment}`,
      `while [ ! -e ${this.#exit} ]; do sleep 0.05; done`,
    ].join('\n');
    writeFileSync(this.#program, `${script}\n`);
    chmodSync(this.#program, 0o755);
    rmSync(this.#environment, { force: true });
    rmSync(this.#exit, { force: true });
  }

  /** Puts this program in the place of the recorded one. */
  learn(translation: Translation): void {
    translation.learn(RECORDED_PROGRAM, this.#program);
    translation.learnPath(this.#program, RECORDED_PROGRAM);
  }

  /** Resolves to the environment once the agent started the process. */
  async environment(): Promise<Record<string, string>> {
    const look = () => existsSync(this.#environment);
    await waitFor(look, { what: 'the executor process', intervalMs: 5 });
    return parseEnvironment(readFileSync(this.#environment, 'utf8'));
  }

  exit(): void {
    writeFileSync(this.#exit, '');
  }
}

/** `NAME=value` lines; other lines are not of the environment. */
export function parseEnvironment(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => /^[A-Z_]+=/.test(line));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** What one executor replay needs. */
export interface ExecutorReplayOptions {
  /** Group and folder: `executor/executor-side-json`. */
  readonly group: string;
  readonly translation: Translation;
  readonly process: ExecutorProcess;
}

interface Arrived {
  readonly event: ExecutorEvent;
  readonly json: Json;
}

/** Serves as the executor until SHUTDOWN and resolves to what differed from the recording. */
export async function replayExecutor(options: ExecutorReplayOptions): Promise<Found[]> {
  return await new ExecutorReplay(options).run();
}

class ExecutorReplay {
  readonly #options: ExecutorReplayOptions;
  readonly #recorded: RecordedMessage;
  readonly #found: Found[] = [];
  readonly #events: Arrived[] = [];
  readonly #shutdown = Promise.withResolvers<void>();
  /** Calls go out one after the other. */
  #calls: Promise<void> = Promise.resolve();

  constructor(options: ExecutorReplayOptions) {
    this.#options = options;
    this.#recorded = readRecording(`${options.group}/00-subscribe.stream`);
  }

  async run(): Promise<Found[]> {
    const { group, translation, process } = this.#options;
    this.#compareEnvironment(await process.environment());
    const request = readRecording(`${group}/00-subscribe.request`);
    const stream = new RawStream(
      translation.port(5051),
      translation.request(request, ExecutorCall),
      (record) => this.#arrived(this.#decode(record)),
    );
    this.#add('00-subscribe.stream', compareHead(this.#recorded, await stream.answered));
    await this.#shutdown.promise;
    await this.#calls;
    stream.close();
    process.exit();
    this.#compareEvents();
    return this.#found;
  }

  #add(name: string, differences: readonly Omit<Found, 'where'>[]): void {
    const where = `${this.#options.group}/${name}`;
    this.#found.push(...differences.map((it) => ({ ...it, where })));
  }

  #decode(record: Buffer): Arrived {
    if (headerOf(this.#recorded.headers, 'Content-Type')?.endsWith('json')) {
      const json = JSON.parse(record.toString('utf8')) as Json;
      return { event: fromJsonValue(ExecutorEvent, json), json };
    }
    const event = decodeBinary(ExecutorEvent, record);
    return { event, json: toJsonValue(ExecutorEvent, event) as Json };
  }

  #arrived(arrived: Arrived): void {
    this.#events.push(arrived);
    const { event } = arrived;
    this.#calls = this.#calls.then(() => this.#react(event));
    this.#calls.catch((cause: unknown) => this.#shutdown.reject(cause));
  }

  async #react(event: ExecutorEvent): Promise<void> {
    if (event.launch !== undefined) {
      await this.#call(`update-${event.launch.task.task_id.value}-TASK_RUNNING`);
    } else if (event.launch_group !== undefined) {
      for (const task of event.launch_group.task_group.tasks ?? []) {
        await this.#call(`update-${task.task_id.value}-TASK_RUNNING`);
      }
    } else if (event.kill !== undefined) {
      await this.#call(`update-${event.kill.task_id.value}-TASK_KILLED`);
    } else if (event.message !== undefined) {
      await this.#answer(Buffer.from(event.message.data).toString('utf8'));
    } else if (event.type === 'SHUTDOWN') this.#shutdown.resolve();
  }

  async #answer(message: string): Promise<void> {
    const [word, taskId] = message.split(' ');
    if (word === 'finish') await this.#call(`update-${taskId}-TASK_FINISHED`);
    else if (word === 'errors') await this.#probeErrors();
    else await this.#call('message');
  }

  /** Sends every recorded call that is wrong in some way, then says that it is done. */
  async #probeErrors(): Promise<void> {
    const { group, translation } = this.#options;
    for (const path of recordingsOf(group, '.request')) {
      const name = path.slice(group.length + 1, -'.request'.length);
      if (!name.startsWith('error-')) continue;
      this.#found.push(...(await replayCall({ group, name, translation })));
    }
    await this.#call('message', 'done');
  }

  /** Makes the recorded call whose file name ends so. */
  async #call(ending: string, data?: string): Promise<void> {
    const { group, translation } = this.#options;
    const path = recordingsOf(group, `-${ending}.request`).find((it) => /\/\d\d-[^/]+$/.test(it));
    if (path === undefined) throw new Error(`No recorded call ${ending} in ${group}`);
    const name = path.slice(group.length + 1, -'.request'.length);
    if (data !== undefined) {
      translation.learn('ZWNobyBmcm9tIGV4ZWN1dG9y', Buffer.from(data).toString('base64'));
    }
    this.#found.push(...(await replayCall({ group, name, translation })));
  }

  #compareEnvironment(actual: Record<string, string>): void {
    const path = join(RECORDINGS, this.#options.group, 'environment.txt');
    const recorded = parseEnvironment(readFileSync(path, 'utf8'));
    // From the recording executor's interpreter, and from the shell of ours.
    const { LC_CTYPE: _, ...expected } = recorded;
    const { PWD: _pwd, OLDPWD: _oldpwd, SHLVL: _shlvl, _: _self, ...ours } = actual;
    this.#add('environment.txt', compareJson(expected, ours, this.#neutral()));
  }

  #neutral() {
    const { neutralRecorded, neutralActual } = this.#options.translation;
    return { recorded: neutralRecorded, actual: neutralActual };
  }

  /** Events of one kind and task are compared in order; there may not be more or fewer. */
  #compareEvents(): void {
    const recorded = bySubject(recordsOf(this.#recorded).map((it) => this.#decode(it)));
    const actual = bySubject(this.#events);
    for (const subject of new Set([...recorded.keys(), ...actual.keys()])) {
      const list = (events: Arrived[] | undefined): Json => (events ?? []).map(({ json }) => json);
      this.#add(
        `00-subscribe.stream ${subject}`,
        compareJson(list(recorded.get(subject)), list(actual.get(subject)), this.#neutral()),
      );
    }
  }
}

function bySubject(events: readonly Arrived[]): Map<string, Arrived[]> {
  return Map.groupBy(events, ({ event }) => {
    const task = event.launch?.task.task_id ?? event.kill?.task_id ?? event.acknowledged?.task_id;
    return `${event.type} ${task?.value ?? ''}`.trim();
  });
}
