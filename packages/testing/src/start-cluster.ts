/** A real embedded cluster for tests: master and agents as processes on free ports, in a directory that goes away. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon } from './daemon.ts';
import { waitFor } from './wait-for.ts';

export interface ClusterOptions {
  readonly agents?: number;
  /** Mesos notation, for each agent. */
  readonly agentResources?: string;
  readonly masterFlags?: readonly string[];
  readonly agentFlags?: readonly string[];
  /** Shown when the cluster itself is looked at. */
  readonly authorization?: string;
  /** Whether its processes stay out of reach of the terminal's Ctrl-C. */
  readonly detached?: boolean;
}

interface MasterState {
  readonly slaves: readonly { readonly id: string; readonly active: boolean }[];
}

/** The handle of a running test cluster; `stop` leaves no process and no directory behind. */
export class TestCluster {
  readonly root: string;
  readonly master: Daemon;
  readonly agents: Daemon[] = [];
  readonly #options: ClusterOptions;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.root = mkdtempSync(join(tmpdir(), 'stoke-cluster-'));
    this.master = new Daemon({
      kind: 'master',
      workDir: join(this.root, 'master'),
      flags: ['--cluster=test', ...(options.masterFlags ?? [])],
      detached: options.detached ?? false,
    });
  }

  /** The first agent, which is the only one unless the test says otherwise. */
  get agent(): Daemon {
    const [first] = this.agents;
    if (first === undefined) throw new Error('The cluster has no agent');
    return first;
  }

  /** Starts one more agent and resolves when the master counts it as active. */
  async addAgent(flags: readonly string[] = []): Promise<Daemon> {
    const agent = this.#newAgent(flags);
    await agent.start();
    await this.waitForAgents(this.agents.length);
    return agent;
  }

  /** One more agent, not started, that lacks those of its flags that are named. */
  addAgentWithout(names: readonly string[]): Daemon {
    return this.#newAgent([], names);
  }

  #newAgent(flags: readonly string[], without: readonly string[] = []): Daemon {
    const isWanted = (flag: string): boolean =>
      !without.some((name) => flag.startsWith(`${name}=`));
    const agent = new Daemon({
      kind: 'agent',
      workDir: join(this.root, `agent-${this.agents.length + 1}`),
      flags: [
        `--master=${new URL(this.master.url).host}`,
        `--resources=${this.#options.agentResources ?? 'cpus:2;mem:2048;disk:4096;ports:[31000-31999]'}`,
        ...(this.#options.agentFlags ?? []).filter(isWanted),
        ...flags,
      ],
      detached: this.#options.detached ?? false,
    });
    this.agents.push(agent);
    return agent;
  }

  async start(): Promise<void> {
    await this.master.start();
    const count = this.#options.agents ?? 1;
    await Promise.all(Array.from({ length: count }, () => this.#newAgent([]).start()));
    await this.waitForAgents(count);
  }

  async state<T = MasterState>(): Promise<T> {
    const { authorization } = this.#options;
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const signal = AbortSignal.timeout(5000);
    const answer = await fetch(`${this.master.url}/state`, { headers, signal });
    return (await answer.json()) as T;
  }

  async waitForAgents(count: number, timeoutMs = 20_000): Promise<void> {
    await waitFor(
      async () => (await this.state()).slaves.filter((agent) => agent.active).length === count,
      { what: `${count} active agents`, timeoutMs },
    );
  }

  /** Ends every task and process, then removes the directory. */
  async stop(): Promise<void> {
    for (const agent of this.agents) await agent.signal('SIGCONT');
    await Promise.all(this.agents.map((agent) => agent.signal('SIGUSR1')));
    await this.master.signal('SIGTERM');
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Starts a master and agents; the caller stops the cluster, also after a failed test. */
export async function startCluster(options: ClusterOptions = {}): Promise<TestCluster> {
  const cluster = new TestCluster(options);
  try {
    await cluster.start();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}
