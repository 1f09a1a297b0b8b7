/** Scenario D1: the registry's store: commits of many writers together, and what a crash leaves. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { openStore } from '@stoke/kit';
import { Latencies, type LatencySummary } from '@stoke/simulator';

export interface RegistrySize {
  readonly records: number;
  readonly writers: number;
  readonly crashes: number;
}

export interface RegistryResult extends RegistrySize {
  /** One writer that waits for every record: one commit each. */
  readonly onePerCommitPerSecond: number;
  readonly groupedPerSecond: number;
  readonly ratio: number;
  readonly commitMs: LatencySummary;
  /** Records acknowledged before a kill -9, over all crashes, and those not found afterwards. */
  readonly acknowledged: number;
  readonly lost: number;
}

/** As large as an agent's entry. */
const RECORD = new Uint8Array(600).fill(120);

export async function registry(size: RegistrySize): Promise<RegistryResult> {
  const folder = await mkdtemp(join(tmpdir(), 'stoke-bench-registry-'));
  try {
    const onePerCommit = await floor(join(folder, 'floor.db'), Math.ceil(size.records / 50));
    const { perSecond, commitMs } = await grouped(join(folder, 'grouped.db'), size);
    let acknowledged = 0;
    let lost = 0;
    for (let crash = 0; crash < size.crashes; crash++) {
      const outcome = await crashOnce(join(folder, `crash-${crash}.db`), 20 + 30 * crash);
      acknowledged += outcome.acknowledged;
      lost += outcome.lost;
    }
    return {
      ...size,
      onePerCommitPerSecond: Math.round(onePerCommit),
      groupedPerSecond: Math.round(perSecond),
      ratio: Math.round((10 * perSecond) / onePerCommit) / 10,
      commitMs,
      acknowledged,
      lost,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function floor(path: string, records: number): Promise<number> {
  const store = openStore(path);
  const start = performance.now();
  for (let index = 0; index < records; index++) {
    await store.write([{ type: 'put', key: `agent/${index}`, value: RECORD }]);
  }
  const perSecond = (1000 * records) / (performance.now() - start);
  await store.close();
  return perSecond;
}

async function grouped(
  path: string,
  { records, writers }: RegistrySize,
): Promise<{ perSecond: number; commitMs: LatencySummary }> {
  const store = openStore(path);
  const latencies = new Latencies();
  let next = 0;
  const write = async (): Promise<void> => {
    while (next < records) {
      const key = `agent/${next++}`;
      const start = performance.now();
      await store.write([{ type: 'put', key, value: RECORD }]);
      latencies.add(performance.now() - start);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: writers }, write));
  const perSecond = (1000 * records) / (performance.now() - start);
  await store.close();
  return { perSecond, commitMs: latencies.summary() };
}

/** A process writes and says what was acknowledged, until it is killed. */
async function crashOnce(
  path: string,
  afterMs: number,
): Promise<{ acknowledged: number; lost: number }> {
  const writer = fileURLToPath(new URL('./registry-writer.ts', import.meta.url));
  const child = spawn(process.execPath, [writer, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
    said += text;
  });
  await once(child, 'close');
  // The last line may be cut.
  const keys = said.split('\n').slice(0, -1);
  const store = openStore(path);
  const lost = keys.filter((key) => store.get(key) === undefined).length;
  await store.close();
  return { acknowledged: keys.length, lost };
}
