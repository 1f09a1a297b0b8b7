/** Connects the user's own streams with those of a session, until one of them ends. */
import { type CliIo, hint } from '../io.ts';
import type { AgentSession } from './agent-session.ts';
import { TerminalInput, type TerminalOptions, terminalSize, writeOut } from './terminal.ts';

export interface SessionRun extends Omit<TerminalOptions, 'onDetach'> {
  readonly session: AgentSession;
  /** Whether the picture of a terminal is to be painted again. */
  readonly repaints: boolean;
}

/** False when the user left before its end, by the keys for it or by a signal. */
export async function runSession(io: CliIo, run: SessionRun): Promise<boolean> {
  const { session, isTerminal, readsInput } = run;
  const over = new AbortController();
  let hasLeft = false;
  const leave = (): void => {
    hasLeft = true;
    session.close();
  };
  const input = new TerminalInput({ ...run, onDetach: leave });
  io.signal.addEventListener('abort', leave);
  io.terminalLent = isTerminal && readsInput && process.stdin.isTTY;
  try {
    input.start();
    if (run.repaints) repaint(input);
    const sent = isTerminal || readsInput ? session.send(input, over.signal) : undefined;
    const told = sent?.catch((error: unknown) => {
      // The end of the command ends its input too: only its own end counts.
      if (io.debug && !over.signal.aborted) hint(io, [String(error)]);
    });
    for await (const { stream, data } of session.output()) await writeOut(stream, data);
    input.stop();
    over.abort();
    await told;
  } catch (error) {
    // What comes next is not for the line that was being typed.
    if (io.terminalLent) hint(io, ['']);
    throw error;
  } finally {
    input.stop();
    over.abort();
    io.terminalLent = false;
    io.signal.removeEventListener('abort', leave);
  }
  return !hasLeft;
}

/** Programs paint when the size of their terminal changes, so it does for a moment. */
function repaint(input: TerminalInput): void {
  const { rows, columns } = terminalSize();
  input.resize({ rows: rows + 1, columns });
  input.resize({ rows, columns });
}
