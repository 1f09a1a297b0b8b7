/** Between a recording's ids, ports and paths and those of the cluster under test. */
import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import {
  type AnyMessageType,
  decodeBinary,
  decodeJson,
  encodeBinary,
  encodeJson,
  isAppError,
} from '@stoke/protocol';
import { headerOf, type RecordedMessage } from './recording.ts';

/** The user and group of today: recordings were made as root. */
const ownNames = [userInfo().username, execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()];

/** Knows for each recorded id, stream id or port what it is today. */
export class Translation {
  readonly #actual = new Map<string, string>();
  readonly #ports = new Map<number, number>();
  readonly #paths: (readonly [actual: string, neutral: string])[] = [];

  /** From now on `recorded` means `actual`. */
  learn(recorded: string | undefined, actual: string | undefined): void {
    if (recorded !== undefined && actual !== undefined) this.#actual.set(recorded, actual);
  }

  learnPort(recorded: number, actual: number): void {
    this.#ports.set(recorded, actual);
  }

  learnPath(actual: string, neutral: string): void {
    this.#paths.push([actual, neutral]);
  }

  /** The port of today for a recorded one. */
  port(recorded: number): number {
    return this.#ports.get(recorded) ?? recorded;
  }

  /** The recorded port for one of today. */
  recordedPort(actual: number): number {
    return [...this.#ports].find(([, it]) => it === actual)?.[0] ?? actual;
  }

  /** A recorded text with the ids of today. */
  toActual(text: string): string {
    let result = text;
    // The longest first: the id of a framework may begin with that of its master.
    for (const recorded of [...this.#actual.keys()].sort((a, b) => b.length - a.length)) {
      result = result.replaceAll(recorded, this.#actual.get(recorded) ?? recorded);
    }
    return result;
  }

  /** A recorded text without paths. */
  readonly neutralRecorded = (text: string): string =>
    text.replaceAll(/\/var\/lib\/mesos-golden\/agent\d/g, '<work_dir>');

  /** A text of today with the recorded ports and user, and without paths. */
  readonly neutralActual = (text: string): string => {
    const lines = text.split('\n');
    let result = lines.map((line) => (ownNames.includes(line) ? 'root' : line)).join('\n');
    for (const [actual, neutral] of this.#paths) result = result.replaceAll(actual, neutral);
    return result.replaceAll(/:(\d+)/g, (whole, port: string) => {
      const recorded = this.recordedPort(Number(port));
      return recorded === Number(port) ? whole : `:${recorded}`;
    });
  };

  /** The recorded request as bytes for today. */
  request(recorded: RecordedMessage, callType: AnyMessageType): Buffer {
    const body = this.#body(recorded, callType);
    const chunked = headerOf(recorded.headers, 'Transfer-Encoding') === 'chunked';
    const headers = recorded.headers.map(([name, value]) => {
      if (name.toLowerCase() === 'content-length') return `${name}: ${body.length}`;
      if (name.toLowerCase() === 'host') return `${name}: ${this.#host(value)}`;
      return `${name}: ${this.toActual(value)}`;
    });
    const head = [this.toActual(recorded.startLine), ...headers, '', ''].join('\r\n');
    if (!chunked) return Buffer.concat([Buffer.from(head), body]);
    const size = `${body.length.toString(16)}\r\n`;
    return Buffer.concat([Buffer.from(head + size), body, Buffer.from('\r\n0\r\n\r\n')]);
  }

  #host(value: string): string {
    const [host = '', port = '80'] = value.split(':');
    return `${host}:${this.port(Number(port))}`;
  }

  #body(recorded: RecordedMessage, callType: AnyMessageType): Buffer {
    const contentType = headerOf(recorded.headers, 'Content-Type');
    if (contentType !== 'application/x-protobuf') {
      return Buffer.from(this.toActual(recorded.body.toString('utf8')));
    }
    try {
      const text = encodeJson(callType, decodeBinary(callType, recorded.body));
      return Buffer.from(encodeBinary(callType, decodeJson(callType, this.toActual(text))));
    } catch (cause) {
      // What upstream could not read goes out as it is.
      if (isAppError(cause)) return recorded.body;
      throw cause;
    }
  }
}
