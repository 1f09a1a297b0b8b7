/** Short commands without any engine: what they take by themselves, several at a time. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PlainLoop {
  readonly tasks: number;
  readonly width: number;
  /** Program and arguments of a run by its number. */
  readonly words: (number: number) => readonly string[];
}

/** Runs a command again and again and resolves with the seconds it took; rejects when one fails. */
export async function runPlainLoop({ tasks, width, words }: PlainLoop): Promise<number> {
  const startMs = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < tasks) {
      const [file = '', ...args] = words(next);
      next += 1;
      const [code] = await once(spawn(file, args, { stdio: 'ignore' }), 'exit');
      if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}`);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return (performance.now() - startMs) / 1000;
}

/** A bundle of the plainest container that does something, as `runc spec` describes it. */
export class PlainBundle {
  readonly #directory = mkdtempSync(join(tmpdir(), 'stoke-bundle-'));

  constructor() {
    const bin = join(this.#directory, 'rootfs/bin');
    mkdirSync(bin, { recursive: true });
    copyFileSync('/bin/busybox', join(bin, 'busybox'));
    const made = spawnSync('runc', ['spec', '--bundle', this.#directory], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`runc spec: ${made.stderr}`);
    const path = join(this.#directory, 'config.json');
    const config = JSON.parse(readFileSync(path, 'utf8')) as { process: object };
    const process = { ...config.process, args: ['/bin/busybox', 'true'], terminal: false };
    writeFileSync(path, JSON.stringify({ ...config, process }));
  }

  /** Runs and forgets a container. */
  words(number: number): readonly string[] {
    const root = join(this.#directory, 'state');
    const name = `stoke-bench-${process.pid}-${number}`;
    return ['runc', '--root', root, 'run', '--bundle', this.#directory, name];
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
