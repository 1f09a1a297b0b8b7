/** Operator calls of a recording, made again. */
import {
  AgentCall,
  AgentResponse,
  type AnyMessageType,
  decodeBinary,
  encodeJson,
  MasterCall,
  MasterResponse,
} from '@stoke/protocol';
import type { Json } from './compare.ts';
import { compareAnswer } from './compare-answer.ts';
import { exchange } from './raw-http.ts';
import { headerOf, type RecordedMessage, readRecording, recordingsOf } from './recording.ts';
import type { Found } from './replay-call.ts';
import type { Translation } from './translation.ts';

/** Where the recorded master listened; agents had other ports. */
const masterPort = 5050;

/** Answers whose lists depend on the program: flags and metrics are compared by their shape. */
const SHAPE_ONLY = { get_flags: 'flags', get_metrics: 'metrics' } as const;

/** Makes one recorded operator call and compares the answer. */
export async function replayOperatorCall(options: {
  readonly group: string;
  readonly name: string;
  readonly translation: Translation;
}): Promise<Found[]> {
  const { group, name, translation } = options;
  const recorded = readRecording(`${group}/${name}.request`);
  const port = Number(headerOf(recorded.headers, 'Host')?.split(':')[1]);
  const isAgent = port !== masterPort;
  const bytes = translation.request(recorded, isAgent ? AgentCall : MasterCall);
  const answer = await exchange(translation.port(port), bytes);
  const expected = readRecording(`${group}/${name}.response`);
  const type: AnyMessageType = isAgent ? AgentResponse : MasterResponse;
  const [a, b] = [shapeOf(expected, type), shapeOf(answer, type)];
  const differences = compareAnswer(a, b, { translation, type });
  return differences.map((it) => ({ ...it, where: `${group}/${name}.response` }));
}

/** Makes every recorded operator call of the group whose name begins so, in the order of their names. */
export async function replayOperatorGroup(
  group: string,
  translation: Translation,
  prefix = '',
): Promise<Found[]> {
  const found: Found[] = [];
  for (const path of recordingsOf(group, '.request')) {
    const name = path.slice(group.length + 1, -'.request'.length);
    if (!name.startsWith(prefix)) continue;
    found.push(...(await replayOperatorCall({ group, name, translation })));
  }
  return found;
}

/** The answer as JSON, with one entry in place of a list that is the program's own. */
function shapeOf(message: RecordedMessage, type: AnyMessageType): RecordedMessage {
  const [payload, list] =
    Object.entries(SHAPE_ONLY).find(([key]) => bodyOf(message, type).includes(`"${key}"`)) ?? [];
  if (payload === undefined || list === undefined) return message;
  const json = JSON.parse(bodyOf(message, type)) as Record<string, Record<string, Json[]>>;
  const [first] = json[payload]?.[list] ?? [];
  const entries = Object.entries((first ?? {}) as Record<string, Json>);
  const shape = Object.fromEntries(entries.map(([key, value]) => [key, typeof value]));
  const body = Buffer.from(JSON.stringify({ ...json, [payload]: { [list]: [shape] } }));
  const headers = message.headers.map(([name, value]) =>
    name.toLowerCase() === 'content-type' && value === 'application/x-protobuf'
      ? ([name, 'application/json'] as const)
      : ([name, value] as const),
  );
  return { ...message, headers, body };
}

function bodyOf(message: RecordedMessage, type: AnyMessageType): string {
  if (headerOf(message.headers, 'Content-Type') !== 'application/x-protobuf') {
    return message.body.toString('utf8');
  }
  return encodeJson(type, decodeBinary(type, message.body));
}
