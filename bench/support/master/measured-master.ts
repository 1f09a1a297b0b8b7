/** A master in a process of its own, watched from outside: memory, CPU time, stalls of its event loop. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { processCpuMs } from '../process-cpu.ts';

const main = fileURLToPath(new URL('../../../packages/master/src/main.ts', import.meta.url));
const probe = new URL('./event-loop-probe.ts', import.meta.url).href;

const START_TIMEOUT_MS = 60_000;
const STALLS_TIMEOUT_MS = 60_000;

export interface Stalls {
  readonly maxMs: number;
  readonly p99Ms: number;
  readonly heapUsedMiB: number;
  readonly heapTotalMiB: number;
  readonly externalMiB: number;
}

export class MeasuredMaster {
  readonly #folder = mkdtempSync(join(tmpdir(), 'stoke-bench-'));
  #child: ChildProcess | undefined;
  #address = '127.0.0.1:0';

  /** `host:port` */
  get address(): string {
    return this.#address;
  }

  get url(): string {
    return `http://${this.#address}`;
  }

  /** Starts the process, on the same port as before, and returns when it serves. */
  async start(): Promise<void> {
    const log = openSync(join(this.#folder, 'master.log'), 'a');
    const port = this.#address.split(':')[1];
    rmSync(join(this.#folder, 'daemon.json'), { force: true });
    const flags = [
      `--port=${port}`,
      `--work_dir=${this.#folder}`,
      '--cluster=bench',
      // What is measured is watched through the metrics, more often than twice a second.
      '--metrics_snapshot_rate_limit=',
    ];
    const profile = process.env.STOKE_BENCH_PROFILE;
    const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    this.#child = spawn(process.execPath, [...profiling, `--import=${probe}`, main, ...flags], {
      stdio: ['ignore', log, log],
      env: { ...process.env, STOKE_BENCH_PROBE: join(this.#folder, 'stalls.json') },
    });
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (performance.now() < deadline) {
      const url = this.#servedUrl();
      if (url !== undefined) {
        this.#address = new URL(url).host;
        return;
      }
      await delay(5);
    }
    throw new Error(`The master did not start:\n${this.#tail()}`);
  }

  #tail(): string {
    return readFileSync(join(this.#folder, 'master.log'), 'utf8').slice(-2000);
  }

  #servedUrl(): string | undefined {
    if (this.#child?.exitCode !== null) throw new Error(`The master ended:\n${this.#tail()}`);
    try {
      const file: unknown = JSON.parse(readFileSync(join(this.#folder, 'daemon.json'), 'utf8'));
      const { pid, url } = file as { pid: number; url: string };
      return pid === this.#child.pid ? url : undefined;
    } catch {
      return undefined;
    }
  }

  get #pid(): number {
    return this.#child?.pid ?? 0;
  }

  rssMiB(): number {
    const status = readFileSync(`/proc/${this.#pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
  }

  /** CPU time so far, in milliseconds. */
  cpuMs(): number {
    return processCpuMs(this.#pid);
  }

  /** How long its event loop stalled since the last call. */
  async stalls(): Promise<Stalls> {
    const file = join(this.#folder, 'stalls.json');
    rmSync(file, { force: true });
    this.#child?.kill('SIGUSR2');
    const deadline = performance.now() + STALLS_TIMEOUT_MS;
    while (performance.now() < deadline) {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as Stalls;
      } catch {
        await delay(5);
      }
    }
    throw new Error('The master does not tell its stalls');
  }

  async metrics(): Promise<Record<string, number>> {
    const answer = await fetch(`${this.url}/metrics/snapshot`);
    return (await answer.json()) as Record<string, number>;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Ends the process and removes its files. */
  async remove(): Promise<void> {
    await this.kill('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
