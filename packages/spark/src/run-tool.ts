/** Runs a short helper program (pip, mvn, apt-get, java -version) and gives its text. */

import { runCommand } from '@stoke/kit';
import type { Environment } from './cache-dir.ts';

/** What a helper program said; `ok` means it ended with status 0. */
export interface ToolResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** The command line as one could paste it. */
  readonly command: string;
}

/** How to run a helper; never throws, a program that is absent is a result that is not ok. */
export type RunTool = (
  file: string,
  args: readonly string[],
  options: {
    readonly env: Environment;
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
  },
) => Promise<ToolResult>;

/** Runs a real program. */
export const runTool: RunTool = async (file, args, { env, timeoutMs = 60_000, signal }) => {
  const ended = await runCommand({
    file,
    args,
    env,
    timeoutMs,
    signal,
    maxOutputBytes: 1024 * 1024,
  });
  return {
    ok: ended.cause === 'exit' && ended.exitCode === 0,
    stdout: ended.stdout,
    stderr: ended.error === undefined ? ended.stderr : ended.error.message,
    command: ended.command,
  };
};

/** The last lines of a helper's complaint, for an error message. */
export function lastLines(result: ToolResult, count = 3): string {
  const text = result.stderr.trim() === '' ? result.stdout : result.stderr;
  return text.trim().split('\n').slice(-count).join(' | ');
}
