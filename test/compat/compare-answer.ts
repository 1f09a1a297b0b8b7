/** Compares whole HTTP answers: status, the headers clients rely on, and the body by its type. */
import { gunzipSync } from 'node:zlib';
import { type AnyMessageType, decodeBinary, toJsonValue } from '@stoke/protocol';
import { compareJson, type Difference, type Json } from './compare.ts';
import { headerOf, type RecordedMessage, statusOf, validJson } from './recording.ts';
import type { Translation } from './translation.ts';

/** Headers whose value is part of the contract, and those of which only the presence is. */
const VALUES = [
  'Content-Type',
  'Allow',
  'WWW-Authenticate',
  'Content-Encoding',
  'Content-Disposition',
];
const PRESENCE = ['Location', 'Mesos-Stream-Id', 'Transfer-Encoding'];

/** What a body is read as, when it is protobuf. */
export interface CompareOptions {
  readonly translation: Translation;
  readonly type?: AnyMessageType;
  /** Measurements: their names are compared, not their values. */
  readonly anyNumbers?: boolean;
}

/** Differences of two answers; streams are compared by their head only. */
export function compareHead(recorded: RecordedMessage, actual: RecordedMessage): Difference[] {
  const differences: Difference[] = [];
  const add = (path: string, a: Json | undefined, b: Json | undefined): void => {
    if (a !== b) differences.push({ path, recorded: a, actual: b });
  };
  add('status', statusOf(recorded), statusOf(actual));
  for (const name of VALUES) {
    add(`header ${name}`, headerOf(recorded.headers, name), headerOf(actual.headers, name));
  }
  for (const name of PRESENCE) {
    const [a, b] = [recorded, actual].map((it) => headerOf(it.headers, name) !== undefined);
    add(`header ${name}`, a, b);
  }
  return differences;
}

/** Differences of two whole answers. */
export function compareAnswer(
  recorded: RecordedMessage,
  actual: RecordedMessage,
  options: CompareOptions,
): Difference[] {
  const head = compareHead(recorded, actual);
  // A body of another kind cannot be compared: the head says so already.
  if (head.some(({ path }) => path === 'header Content-Type')) {
    return [...head, { path: 'body', recorded: bodyText(recorded), actual: bodyText(actual) }];
  }
  return [...head, ...compareBodies(recorded, actual, options)];
}

function compareBodies(
  recorded: RecordedMessage,
  actual: RecordedMessage,
  { translation, type, anyNumbers }: CompareOptions,
): Difference[] {
  const neutral = { recorded: translation.neutralRecorded, actual: translation.neutralActual };
  const contentType = headerOf(recorded.headers, 'Content-Type') ?? '';
  const read = (message: RecordedMessage): Json => {
    if (message.body.length === 0) return '';
    if (contentType.startsWith('application/json')) {
      const reviver = (_key: string, value: Json) => (typeof value === 'number' ? 0 : value);
      return JSON.parse(validJson(bodyText(message)), anyNumbers ? reviver : undefined) as Json;
    }
    if (contentType.startsWith('text/javascript')) return jsonpOf(bodyText(message));
    if (type === undefined || !contentType.startsWith('application/x-protobuf')) {
      return translation.neutralActual(translation.toActual(bodyText(message)));
    }
    return toJsonValue(type, decodeBinary(type, message.body)) as Json;
  };
  return compareJson({ body: read(recorded) }, { body: read(actual) }, neutral);
}

/** `name(<JSON>);` taken apart. */
function jsonpOf(text: string): Json {
  const [, name = '', json = 'null', end = ''] = /^(\w+)\((.*)\)(;?)$/s.exec(text) ?? [];
  return { name, value: JSON.parse(json) as Json, end };
}

function bodyText(message: RecordedMessage): string {
  const encoding = headerOf(message.headers, 'Content-Encoding');
  return (encoding === 'gzip' ? gunzipSync(message.body) : message.body).toString('utf8');
}
