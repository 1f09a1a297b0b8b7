/** `stoke master`, `stoke agent`, `stoke test`: programs of this repository, run in the foreground with their own flags. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { CliIo } from '../io.ts';

/** Its owner runs them: in a shared directory others could put code there. Without it Node makes JavaScript of the programs at each start. */
const compiledCode = fileURLToPath(
  new URL('../../../../node_modules/.cache/stoke', import.meta.url),
);

interface Program {
  readonly name: string;
  readonly summary: string;
  readonly file: string;
}

const programs: readonly Program[] = [
  {
    name: 'master',
    summary: 'run a master in the foreground, with the flags of Mesos',
    file: fileURLToPath(new URL('../../../master/src/main.ts', import.meta.url)),
  },
  {
    name: 'agent',
    summary: 'run an agent in the foreground, with the flags of Mesos',
    file: fileURLToPath(new URL('../../../agent/src/main.ts', import.meta.url)),
  },
  {
    name: 'test',
    summary: 'run all checks and tests of this repository',
    file: fileURLToPath(new URL('../../../../scripts/test.ts', import.meta.url)),
  },
];

const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGTERM: 15,
};

/** Adds the commands; their words are not ours to read, `--help` included. */
export function addProgramCommands(parent: Command, io: CliIo): void {
  for (const program of programs) {
    parent
      .command(program.name)
      .summary(program.summary)
      .description(program.summary)
      .argument('[words...]')
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action((words: string[]) => runProgram(io, program, words));
  }
}

/** The program gets the terminal; signals reach it through us when they were sent to us alone. */
async function runProgram(io: CliIo, program: Program, words: readonly string[]): Promise<void> {
  io.terminalLent = true;
  const child = spawn(process.execPath, [program.file, ...words], {
    cwd: io.cwd,
    env: { NODE_COMPILE_CACHE: compiledCode, ...io.env },
    stdio: 'inherit',
  });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
  for (const signal of signals) process.on(signal, forward);
  try {
    const [code, signal] = await once(child, 'exit');
    io.exitCode = code ?? 128 + (signalNumbers[String(signal)] ?? 0);
  } finally {
    for (const signal of signals) process.off(signal, forward);
    io.terminalLent = false;
  }
}
