/** Single calls: a recorded one made again, or one of our own. */
import {
  type AnyMessageType,
  ExecutorCall,
  encodeBinary,
  encodeJson,
  SchedulerCall,
} from '@stoke/protocol';
import type { Difference } from './compare.ts';
import { compareAnswer } from './compare-answer.ts';
import { exchange } from './raw-http.ts';
import { hasRecording, headerOf, readRecording } from './recording.ts';
import type { Translation } from './translation.ts';

/** A difference and the file it is in. */
export interface Found extends Difference {
  readonly where: string;
}

/** Makes one recorded call, to the daemon it was made to, and compares the answer. */
export async function replayCall(options: {
  readonly group: string;
  readonly name: string;
  readonly translation: Translation;
}): Promise<Found[]> {
  const { group, name, translation } = options;
  const recorded = readRecording(`${group}/${name}.request`);
  const type = recorded.startLine.includes('/executor') ? ExecutorCall : SchedulerCall;
  const port = Number(headerOf(recorded.headers, 'Host')?.split(':')[1] ?? 5050);
  const request = translation.request(recorded, type);
  const answer = await exchange(translation.port(port), request);
  if (!hasRecording(`${group}/${name}.response`)) return [];
  const expected = readRecording(`${group}/${name}.response`);
  const where = `${group}/${name}.response`;
  const anyNumbers = name.includes('metrics') || name.includes('stats');
  const differences = compareAnswer(expected, answer, { translation, anyNumbers });
  return differences.map((it) => ({ ...it, where }));
}

/** The bytes of a call of our own. */
export function callBytes<T>(
  call: T,
  options: {
    readonly streamId?: string;
    readonly type: AnyMessageType;
    readonly format: 'json' | 'protobuf';
    readonly authorization?: string | undefined;
  },
): Buffer {
  const json = options.format === 'json';
  const body = json
    ? Buffer.from(encodeJson(options.type, call))
    : Buffer.from(encodeBinary(options.type, call));
  const head = [
    'POST /api/v1/scheduler HTTP/1.1',
    'Host: 127.0.0.1',
    `Content-Type: application/${json ? 'json' : 'x-protobuf'}`,
    ...(options.authorization === undefined ? [] : [`Authorization: ${options.authorization}`]),
    ...(options.streamId === undefined ? [] : [`Mesos-Stream-Id: ${options.streamId}`]),
    `Content-Length: ${body.length}`,
    '',
    '',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head), body]);
}
