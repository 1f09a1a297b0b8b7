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
  | { readonly kind: 'note'; readonly seconds: number; readonly what: string }
  | { readonly kind: 'end'; readonly seconds: number; readonly by: 'server' | 'client' };

/** The steps of `group/name`. */
export function readScript(path: string): ScriptStep[] {
  const text = readFileSync(join(RECORDINGS, `${path}.stream.md`), 'utf8');
  const steps = text.split('\n').flatMap((line) => {
    const [, seconds = '', what = ''] = /^\| ([\d.]+) \|[^|]*\|[^|]*\| (.*?) \|$/.exec(line) ?? [];
    return stepOf(Number(seconds), what);
  });
  return causesFirst(steps);
}

/** Notes were written when the deed was done: what it caused at once may stand before them. */
function causesFirst(steps: readonly ScriptStep[]): ScriptStep[] {
  const result: ScriptStep[] = [];
  for (const step of steps) {
    let at = result.length;
    while (step.kind === 'note' && isEffect(result[at - 1], step.seconds)) at -= 1;
    result.splice(at, 0, step);
  }
  return result;
}

function isEffect(step: ScriptStep | undefined, noteSeconds: number): boolean {
  return step?.kind === 'event' && noteSeconds - step.seconds < 0.01;
}

function stepOf(seconds: number, what: string): ScriptStep[] {
  const [, event] = /^event (\w+)/.exec(what) ?? [];
  if (event !== undefined) return [{ kind: 'event', seconds, type: event }];
  const [, call, name] = /^-- call (\w+)(?: \((.+)\))?/.exec(what) ?? [];
  if (call !== undefined) return [{ kind: 'call', seconds, type: call, name }];
  if (what.startsWith('-- ')) return [{ kind: 'note', seconds, what: what.slice('-- '.length) }];
  if (what.startsWith('last chunk')) return [{ kind: 'end', seconds, by: 'server' }];
  if (what.startsWith('closed by the client')) return [{ kind: 'end', seconds, by: 'client' }];
  return [];
}
