/** Shows a running plan: a line a finished step, and the step at work in the status line. */
import type { PlanEvent } from '@stoke/cluster';
import type { CliIo } from '../io.ts';
import { paint } from './color.ts';
import { formatElapsed } from './format.ts';
import { StatusLine } from './status-line.ts';

/** Steps quicker than this are not worth a line of their own without a terminal. */
const worthALineMs = 100;
/** Without a terminal, how often a step may say how far it is. */
const sayEveryMs = 2000;

/** A listener for `runPlan`; told nothing, it prints nothing. */
export function planProgress(io: CliIo): (event: PlanEvent) => void {
  const status = new StatusLine(io);
  let lastSaid = io.clock.now();
  const tick = paint(io, io.stderr, 'green', '✓');
  const cross = paint(io, io.stderr, 'red', '✗');
  return (event) => {
    switch (event.type) {
      case 'started':
      case 'undoing':
        status.set(`  ${event.type === 'undoing' ? 'Undo: ' : ''}${event.title} …`);
        return;
      case 'progress':
        status.set(`  ${event.title}: ${event.detail}`);
        if (!status.isLive && io.clock.now() - lastSaid >= sayEveryMs) {
          lastSaid = io.clock.now();
          status.say(`  ${event.title}: ${event.detail}`);
        }
        return;
      case 'done':
        status.set('');
        if (status.isLive || event.durationMs >= worthALineMs) {
          status.say(`${tick} ${event.title} (${formatElapsed(event.durationMs)})`);
        }
        return;
      case 'failed':
        status.set('');
        status.say(`${cross} ${event.title}`);
        return;
      case 'undone':
        status.set('');
        status.say(`  Undone: ${event.title}`);
        return;
      case 'undo-failed':
        status.set('');
        status.say(`${cross} Cannot undo '${event.title}': ${event.detail ?? ''}`);
    }
  };
}
