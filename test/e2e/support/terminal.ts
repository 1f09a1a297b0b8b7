/** A person at a real terminal: what is typed when, and what was seen. */
import { fileURLToPath } from 'node:url';
import { runCommand } from '@stoke/kit';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Done when the program has written something that the expression matches since the step before. */
export interface TerminalStep {
  readonly await?: string;
  readonly send?: string;
  readonly resize?: readonly [rows: number, columns: number];
  /** A number, for the program itself. */
  readonly signal?: number;
  /** Program and arguments, waited for. */
  readonly run?: readonly string[];
}

export interface AtTerminal {
  readonly code: number | undefined;
  readonly seen: string;
  /** Whether the program left the terminal as it found it. */
  readonly isRestored: boolean;
}

const patienceMs = 110_000;

/** `stoke` with these words in a terminal of 33 rows and 101 columns. */
export async function stokeAtTerminal(
  words: readonly string[],
  steps: readonly TerminalStep[],
): Promise<AtTerminal> {
  const ended = await runCommand({
    file: 'python3',
    args: [path('act-on-terminal.py'), JSON.stringify(steps), path('../../../stoke'), ...words],
    timeoutMs: patienceMs,
    maxOutputBytes: 64 * 1024 * 1024,
  });
  const { exitCode: code, stdout: seen, stderr } = ended;
  if (code === 99 || code === undefined) throw new Error(`${stderr}\n${seen.slice(-2000)}`);
  return { code, seen, isRestored: stderr.includes('terminal as before') };
}
