/**
 * 100,000 mutated requests over all endpoints of a real master and a real agent: none crashes them, hangs, is
 * answered 5xx (but 501 and 503) or makes them grow. Every request follows from a seed and its number:
 * `STOKE_FUZZ_SEED=s STOKE_FUZZ_ONLY=n` sends one again, `STOKE_FUZZ_COUNT` sends more or fewer.
 */
import { readFileSync } from 'node:fs';
import { startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExecutorKeeper } from './fuzz/executor-keeper.ts';
import { type FuzzRequest, fuzzRequest } from './fuzz/fuzz-request.ts';
import { LiveFramework } from './fuzz/live-framework.ts';
import { ids, type LiveIds } from './fuzz/live-ids.ts';
import { type Outcome, RawExchange } from './fuzz/raw-exchange.ts';
import { seedRequests } from './fuzz/seed-requests.ts';
import { LinkAgent } from './support/link-agent.ts';

const seed = Number(process.env.STOKE_FUZZ_SEED ?? Date.now() % 1_000_000);
const only = process.env.STOKE_FUZZ_ONLY;
const count = Number(process.env.STOKE_FUZZ_COUNT ?? 100_000);
const connections = 8;
const answerBoundMs = 20_000;
const healthBoundMs = 10_000;
/** What a daemon may grow by between the first fifth of the run and its end. */
const growthBoundMiB = 200;
const hostname = 'fuzzed-agent';
const mostProblems = 20;
const sweepEvery = 1000;

let cluster: TestCluster;
let keeper: ExecutorKeeper;
let framework: LiveFramework;
let linkAgent: LinkAgent;
let live: () => LiveIds;

/** Ids as long as the placeholder, one after the other. */
function idsLike(placeholder: string): () => string {
  let next = 0;
  return () => `${(next++).toString(16).padStart(8, '0')}${placeholder.slice(8)}`;
}

/** Requests of the metrics would wait for one another. */
const anyNumberOfMetrics = '--metrics_snapshot_rate_limit=';

beforeAll(async () => {
  cluster = await startCluster({
    agents: 1,
    masterFlags: ['--allocation_interval=50ms', anyNumberOfMetrics],
    agentFlags: [
      `--hostname=${hostname}`,
      '--executor_registration_timeout=1hrs',
      anyNumberOfMetrics,
    ],
  });
  keeper = new ExecutorKeeper(cluster.master.url, hostname);
  const executorFramework = await keeper.ready();
  const port = portOf('master');
  linkAgent = new LinkAgent({ port, hostname: 'link-agent', nextId: idsLike(ids.agent) });
  framework = new LiveFramework({ port, nextId: idsLike(ids.framework) });
  live = () => ({
    agent: linkAgent.id,
    framework: framework.id,
    executorFramework,
    offer: framework.offers[0] ?? ids.offer,
    stream: framework.streamId,
  });
  await waitFor(() => framework.offers.length > 0, { what: 'the first offer' });
});

afterAll(async () => {
  framework.close();
  linkAgent.close();
  await keeper.end();
  await cluster.stop();
});

function daemonOf(kind: FuzzRequest['daemon']) {
  const daemon = kind === 'master' ? cluster.master : cluster.agents[0];
  if (daemon === undefined) throw new Error('the cluster has an agent');
  return daemon;
}

function portOf(kind: FuzzRequest['daemon']): number {
  return Number(new URL(daemonOf(kind).url).port);
}

function memoryMiB(kind: FuzzRequest['daemon']): number {
  const status = readFileSync(`/proc/${daemonOf(kind).pid}/status`, 'utf8');
  return Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]) / 1024;
}

/** What Mesos itself refuses with 500, by the recordings of its agent. */
const refusals =
  /^(Unknown root container|(Nested c|C)ontainer has not terminated yet|I\/O switchboard server was disabled for this container)/;

function isRight(outcome: Outcome, request: FuzzRequest): boolean {
  if ('problem' in outcome) return request.last && outcome.problem === 'closed';
  const { status, begin } = outcome;
  return status < 500 || status === 501 || status === 503 || refusals.test(begin);
}

/** What went wrong with a request, and how to send it again. */
function complaint(request: FuzzRequest, outcome: Outcome): string {
  const what = 'problem' in outcome ? outcome.problem : `status ${outcome.status} ${outcome.begin}`;
  const bytes = request.toBytes(live()).toString('latin1').slice(0, 600);
  return `${what}: STOKE_FUZZ_SEED=${seed} STOKE_FUZZ_ONLY=${request.number} (${request.daemon}, ${request.origin})\n${bytes}`;
}

/** A connection may be closed after an answer; a request that met this is sent again on a new one. */
async function sendTwice(exchange: RawExchange, request: FuzzRequest): Promise<Outcome> {
  const first = await exchange.send(request.toBytes(live()), request);
  if (request.last || !('problem' in first) || first.problem !== 'closed') return first;
  return await exchange.send(request.toBytes(live()), request);
}

/** Ends frameworks that a mutated SUBSCRIBE left behind: they wait for their scheduler, and cost time in every answer. */
async function sweepFrameworks(): Promise<void> {
  const { url } = cluster.master;
  const answer = await fetch(`${url}/frameworks`);
  const { frameworks } = (await answer.json()) as {
    frameworks: { id: string; connected: boolean }[];
  };
  for (const { id, connected } of frameworks) {
    if (connected) continue;
    const body = new URLSearchParams({ frameworkId: id });
    await (await fetch(`${url}/teardown`, { method: 'POST', body })).text();
  }
}

/** Numbers of requests still to be sent, shared by all connections. */
class Work {
  readonly problems: string[] = [];
  readonly statuses = new Map<number, number>();
  readonly #seeds = seedRequests();
  readonly #numbers: Iterator<number>;

  constructor(numbers: Iterable<number>) {
    this.#numbers = numbers[Symbol.iterator]();
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: connections }, () => this.#sendAll()));
  }

  async #sendAll(): Promise<void> {
    const to = {
      master: new RawExchange(portOf('master'), answerBoundMs),
      agent: new RawExchange(portOf('agent'), answerBoundMs),
    };
    for (let next = this.#numbers.next(); !next.done; next = this.#numbers.next()) {
      if (this.problems.length >= mostProblems) break;
      if (next.value % sweepEvery === 0) await sweepFrameworks();
      const request = fuzzRequest(this.#seeds, seed, next.value);
      const outcome = await sendTwice(to[request.daemon], request);
      const status = 'status' in outcome ? outcome.status : 0;
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      if (!isRight(outcome, request)) this.problems.push(complaint(request, outcome));
    }
    to.master.close();
    to.agent.close();
  }
}

function* numbersFrom(from: number, to: number): Generator<number> {
  for (let number = from; number < to; number += 1) yield number;
}

/** Asks both daemons for their health all the time; ends with the longest wait. */
async function watchHealth(isOver: () => boolean): Promise<number> {
  let longestMs = 0;
  while (!isOver()) {
    for (const kind of ['master', 'agent'] as const) {
      const start = performance.now();
      const signal = AbortSignal.timeout(healthBoundMs);
      const answer = await fetch(`${daemonOf(kind).url}/health`, { signal });
      expect(answer.status).toBe(200);
      longestMs = Math.max(longestMs, performance.now() - start);
    }
  }
  return longestMs;
}

/** Sends these requests while the health of the daemons is watched. */
async function fuzz(numbers: Iterable<number>): Promise<Work> {
  const work = new Work(numbers);
  let over = false;
  const health = watchHealth(() => over);
  const sent = work.run().finally(() => {
    over = true;
  });
  await Promise.all([sent, health]);
  return work;
}

/** Log lines of a daemon that tell of a bug: errors and worse. */
function errorsIn(kind: FuzzRequest['daemon']): string[] {
  const lines = readFileSync(daemonOf(kind).logFile, 'utf8').split('\n');
  return lines.filter((line) => /"level":(50|60|"error"|"fatal")/.test(line)).slice(0, 5);
}

function expectNoErrors(work: Work): void {
  const found = {
    problems: work.problems.slice(0, 5),
    masterLog: errorsIn('master'),
    agentLog: errorsIn('agent'),
  };
  expect(found, `seed ${seed}`).toEqual({ problems: [], masterLog: [], agentLog: [] });
}

test('mutated requests never crash, hang, confuse or bloat a master and an agent', async () => {
  if (only !== undefined) {
    expectNoErrors(await fuzz([Number(only)]));
    return;
  }
  const warmUp = Math.floor(count / 5);
  expectNoErrors(await fuzz(numbersFrom(0, warmUp)));
  const before = { master: memoryMiB('master'), agent: memoryMiB('agent') };
  const start = performance.now();
  const work = await fuzz(numbersFrom(warmUp, count));
  expectNoErrors(work);
  const seconds = (performance.now() - start) / 1000;
  const after = { master: memoryMiB('master'), agent: memoryMiB('agent') };
  console.info(
    `seed ${seed}: ${((count - warmUp) / seconds).toFixed(0)} requests/s, memory ${JSON.stringify({ before, after })}, statuses ${JSON.stringify(Object.fromEntries([...work.statuses].sort()))}`,
  );
  expect(after.master - before.master).toBeLessThan(growthBoundMiB);
  expect(after.agent - before.agent).toBeLessThan(growthBoundMiB);
  // The corpus reached the insides: not everything was refused at the door.
  expect(work.statuses.get(200) ?? 0).toBeGreaterThan(count / 50);
  expect(work.statuses.get(202) ?? 0).toBeGreaterThan(count / 100);
}, 900_000);
