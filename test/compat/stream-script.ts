/** What happened on a recorded stream, in order: events that came and calls made meanwhile. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECORDINGS } from './recording.ts';

/** One line of a NAME.stream.md. */
export type ScriptStep =
  | { readonly kind: 'event'; readonly seconds: number; readonly type: string }
  | {
      readonly kind: 'call';
      readonly seconds: number;
      readonly type: string;
      /** File of the call, when it has one of its own. */
      readonly name: string | undefined;
    }
  | { readonly kind: 'end'; readonly seconds: number; readonly by: 'server' | 'client' };

/** The steps of `group/name`. */
export function readScript(path: string): ScriptStep[] {
  const text = readFileSync(join(RECORDINGS, `${path}.stream.md`), 'utf8');
  return text.split('\n').flatMap((line) => {
    const [, seconds = '', what = ''] = /^\| ([\d.]+) \|[^|]*\|[^|]*\| (.*?) \|$/.exec(line) ?? [];
    return stepOf(Number(seconds), what);
  });
}

function stepOf(seconds: number, what: string): ScriptStep[] {
  const [, event] = /^event (\w+)/.exec(what) ?? [];
  if (event !== undefined) return [{ kind: 'event', seconds, type: event }];
  const [, call, name] = /^-- call (\w+)(?: \((.+)\))?/.exec(what) ?? [];
  if (call !== undefined) return [{ kind: 'call', seconds, type: call, name }];
  if (what.startsWith('last chunk')) return [{ kind: 'end', seconds, by: 'server' }];
  if (what.startsWith('closed by the client')) return [{ kind: 'end', seconds, by: 'client' }];
  return [];
}
