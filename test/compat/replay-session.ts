/** Sessions of a recording, started again: their head, and what they wrote to each stream. */
import { AgentCall, AgentProcessIO, decodeBinary, decodeJson } from '@stoke/protocol';
import { waitFor } from '@stoke/testing';
import { compareHead } from './compare-answer.ts';
import { RawStream } from './raw-http.ts';
import { headerOf, type RecordedMessage, readRecording, recordsOf } from './recording.ts';
import type { Found } from './replay-call.ts';
import type { Translation } from './translation.ts';

/** A session, or somebody who listens to one. */
export interface ReplayedSession {
  /** Resolves when the first record came. */
  spoken(): Promise<void>;
  /** Resolves to what differs when the stream ended. */
  compare(): Promise<Found[]>;
}

/** Makes the call; resolves when the head of its answer is there. */
export async function startSession(options: {
  readonly group: string;
  readonly name: string;
  readonly translation: Translation;
}): Promise<ReplayedSession> {
  const { group, name, translation } = options;
  const request = translation.request(readRecording(`${group}/${name}.request`), AgentCall);
  const where = `${group}/${name}.stream`;
  const recorded = readRecording(where);
  let records = 0;
  const stream = new RawStream(translation.port(5051), request, () => {
    records += 1;
  });
  await stream.answered;
  return {
    spoken: async () => {
      await waitFor(() => records > 0, { what: `the first record of ${name}`, intervalMs: 5 });
    },
    compare: async () => {
      await stream.ended;
      const actual = stream.message();
      const differences = [
        ...compareHead(recorded, actual),
        ...compareText(textsOf(recorded), textsOf(actual)),
      ];
      return differences.map((it) => ({ ...it, where }));
    },
  };
}

type Texts = Readonly<Record<'STDOUT' | 'STDERR', string>>;

/** How the pieces were cut is chance. */
function textsOf(message: RecordedMessage): Texts {
  const type =
    headerOf(message.headers, 'Message-Content-Type') ?? headerOf(message.headers, 'Content-Type');
  const texts = { STDOUT: '', STDERR: '' };
  for (const record of recordsOf(message)) {
    const { data } =
      type === 'application/json'
        ? decodeJson(AgentProcessIO, record.toString('utf8'))
        : decodeBinary(AgentProcessIO, record);
    if (data?.type === 'STDOUT' || data?.type === 'STDERR') {
      texts[data.type] += Buffer.from(data.data ?? []).toString('utf8');
    }
  }
  return texts;
}

function compareText(recorded: Texts, actual: Texts) {
  return (['STDOUT', 'STDERR'] as const).flatMap((path) => {
    const [a, b] = [recorded[path], actual[path]].map((text) => text.replace(/pts\/\d+/, 'pts/N'));
    return a === b ? [] : [{ path, recorded: a, actual: b }];
  });
}
