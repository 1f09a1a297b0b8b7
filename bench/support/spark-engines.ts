/** The engines that bench/spark.ts compares, each of two workers with one core: started, and stopped again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { requestHttp } from '@stoke/kit';
import type { SparkTarget } from '@stoke/spark';

/** An engine that takes applications. */
export interface Engine {
  readonly name: string;
  readonly target: SparkTarget;
  stop(): Promise<void>;
}

/** What the engines are started with. */
export interface EngineContext {
  readonly folder: string;
  readonly sparkHome: string;
  readonly javaHome: string;
}

const READY_TIMEOUT_MS = 60_000;
const WORKERS = 2;
const WORKER_MEMORY_MB = 3072;

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Spark's own threads, without any cluster. */
export function localEngine(): Engine {
  const target = { kind: 'local', threads: WORKERS } as const;
  return { name: 'local', target, stop: async () => undefined };
}

/** Our master and two agents. */
export async function startOurs({ folder }: EngineContext): Promise<Engine> {
  const processes = new Processes(join(folder, 'ours'));
  const port = 25_050;
  const daemon = (kind: string, name: string, flags: string[]): Promise<void> =>
    processes.start(name, process.execPath, [
      join(repository, 'packages', kind, 'src', 'main.ts'),
      `--work_dir=${join(folder, 'ours', name)}`,
      ...flags,
    ]);
  await daemon('master', 'master', [`--port=${port}`, '--cluster=bench']);
  for (let index = 1; index <= WORKERS; index += 1) {
    await daemon('agent', `agent${index}`, [
      `--master=127.0.0.1:${port}`,
      '--port=0',
      `--resources=cpus:1;mem:${WORKER_MEMORY_MB}`,
    ]);
  }
  const agents = `http://127.0.0.1:${port}/metrics/snapshot`;
  await processes.until(agents, (answer) => field(answer, 'master/slaves_active') === WORKERS);
  const driverJar = join(repository, 'jvm', 'mesos-driver', 'dist', 'stoke-mesos-driver.jar');
  const master = `127.0.0.1:${port}`;
  return {
    name: 'ours',
    target: { kind: 'mesos', master, driverJar, mode: 'coarse' },
    stop: () => processes.stop(),
  };
}

/** Spark's standalone master and two workers. */
export async function startStandalone(context: EngineContext): Promise<Engine> {
  const processes = new Processes(join(context.folder, 'standalone'));
  const env = { ...process.env, SPARK_HOME: context.sparkHome, JAVA_HOME: context.javaHome };
  const deploy = (name: string, main: string, args: string[]): Promise<void> =>
    processes.start(
      name,
      join(context.sparkHome, 'bin', 'spark-class'),
      [`org.apache.spark.deploy.${main}`, '--host', '127.0.0.1', ...args],
      env,
    );
  const port = 25_077;
  const uiPort = 25_080;
  await deploy('master', 'master.Master', ['--port', `${port}`, '--webui-port', `${uiPort}`]);
  const page = `http://127.0.0.1:${uiPort}/json/`;
  await processes.until(page, () => true);
  for (let index = 1; index <= WORKERS; index += 1) {
    const work = join(context.folder, 'standalone', `work${index}`);
    await deploy(`worker${index}`, 'worker.Worker', [
      ...['--cores', '1', '--memory', `${WORKER_MEMORY_MB}m`, '--webui-port', '0'],
      ...['--work-dir', work, `spark://127.0.0.1:${port}`],
    ]);
  }
  await processes.until(page, (answer) => field(answer, 'aliveworkers') === WORKERS);
  return {
    name: 'standalone',
    target: { kind: 'standalone', master: `127.0.0.1:${port}` },
    stop: () => processes.stop(),
  };
}

/** The processes of one engine, with a log file each. */
class Processes {
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  async start(
    name: string,
    file: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = process.env,
  ): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const log = await open(join(this.#folder, `${name}.log`), 'w');
    const child = spawn(file, args, { env, stdio: ['ignore', log.fd, log.fd] });
    this.#children.push(child);
    await once(child, 'spawn');
    await log.close();
  }

  /** Asks an address until its JSON answer is as wanted. */
  async until(url: string, isReady: (answer: unknown) => boolean): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    for (;;) {
      const answer = await getJson(url);
      if (answer !== undefined && isReady(answer)) return;
      const dead = this.#children.find((child) => child.exitCode !== null);
      if (dead !== undefined || performance.now() > deadline) {
        await this.stop();
        const reason =
          dead === undefined ? 'it took too long' : `${dead.spawnargs.join(' ')} ended`;
        throw new Error(`Cannot start the engine: ${reason}; its logs are in ${this.#folder}`);
      }
      await delay(100);
    }
  }

  async stop(): Promise<void> {
    for (const child of this.#children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    }
  }
}

/** Undefined until the address answers with JSON. */
async function getJson(url: string): Promise<unknown> {
  try {
    const answer = await requestHttp({ url, timeoutMs: 2000 });
    return answer.status === 200 ? JSON.parse(answer.body.toString('utf8')) : undefined;
  } catch {
    return undefined;
  }
}

function field(answer: unknown, name: string): unknown {
  if (typeof answer !== 'object' || answer === null) return undefined;
  return Object.entries(answer).find(([key]) => key === name)?.[1];
}
