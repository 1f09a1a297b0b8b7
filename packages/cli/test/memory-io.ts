/** Surroundings of the CLI that live in memory, for its tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeClock } from '@stoke/kit';
import type { CliIo, Output } from '../src/io.ts';
import { runCli } from '../src/run-cli.ts';

function memory(isTty: boolean): Output & { readonly text: () => string } {
  let text = '';
  return {
    write(piece) {
      text += piece;
    },
    isTty,
    columns: 60,
    text: () => text,
  };
}

/** A user with an empty home; `dispose` removes it. */
export function memoryIo({ tty = false, env = {} }: MemoryOptions = {}) {
  const home = mkdtempSync(join(tmpdir(), 'stoke-cli-'));
  const stdout = memory(tty);
  const stderr = memory(tty);
  const stopping = new AbortController();
  const io: CliIo = {
    stdout,
    stderr,
    env: { HOME: home, PATH: process.env.PATH, ...env },
    cwd: home,
    program: 'stoke',
    clock: createFakeClock(),
    signal: stopping.signal,
    exitCode: 0,
    terminalLent: false,
    quiet: false,
    debug: false,
  };
  return {
    io,
    home,
    stopping,
    out: stdout.text,
    err: stderr.text,
    run: (...words: string[]) => runCli(io, words),
    dispose: () => rmSync(home, { recursive: true, force: true }),
  };
}

interface MemoryOptions {
  readonly tty?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}
