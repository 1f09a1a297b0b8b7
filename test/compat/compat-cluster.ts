/** A master and agents with the flags under which the recordings were made, on free ports. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon, waitFor } from '@stoke/testing';
import { Translation } from './translation.ts';

/** Recorded ports of the agents, with what they offer. */
const AGENTS = {
  5051: {
    resources: 'cpus:4;mem:4096;disk:8192;ports:[31000-31099, 31200-31299]',
    attributes: 'rack:r1;zone:z1;slots:4;range:[1-10]',
  },
  5052: {
    resources: 'cpus:2;mem:2048;disk:4096;ports:[32000-32099];cpus(static):1;mem(static):256',
    attributes: 'rack:r2;float:1.5',
  },
  5053: {
    resources: 'cpus:1;mem:512;disk:1024;ports:[33000-33009]',
    attributes: 'rack:r3',
  },
} as const;

/** A running cluster; `stop` leaves nothing behind. */
export class CompatCluster {
  readonly root = mkdtempSync(join(tmpdir(), 'stoke-compat-'));
  readonly master: Daemon;
  readonly agents: Daemon[] = [];

  readonly #headers: Readonly<Record<string, string>>;

  /** `authorization` is shown when the cluster itself is looked at. */
  constructor(
    options: { readonly masterFlags?: readonly string[]; readonly authorization?: string } = {},
  ) {
    const { authorization, masterFlags = [] } = options;
    this.#headers = authorization === undefined ? {} : { Authorization: authorization };
    this.master = new Daemon({
      kind: 'master',
      workDir: join(this.root, 'master'),
      flags: [
        '--hostname=localhost',
        '--cluster=golden',
        '--registry=in_memory',
        `--log_dir=${join(this.root, 'log')}`,
        ...masterFlags,
      ],
    });
  }

  /** Knows the ports and paths of this cluster; ids are learned during a replay. */
  translation(): Translation {
    const translation = new Translation();
    translation.learnPort(5050, portOf(this.master));
    for (const [at, agent] of this.agents.entries()) {
      translation.learnPort(5051 + at, portOf(agent));
      translation.learnPath(agent.workDir, '<work_dir>');
    }
    return translation;
  }

  /** Starts the master and both agents, or those whose recorded ports are given. */
  async start(
    options: {
      readonly ports?: readonly (keyof typeof AGENTS)[];
      readonly agentFlags?: readonly string[];
    } = {},
  ): Promise<void> {
    await this.master.start();
    for (const port of options.ports ?? ([5051, 5052] as const)) {
      await this.#startAgent(port, options.agentFlags ?? []);
      await this.#registered(this.agents.length);
    }
  }

  /** Starts one more agent; `translation` learns its port. */
  async add(port: keyof typeof AGENTS, translation: Translation): Promise<Daemon> {
    const agent = await this.#startAgent(port, []);
    translation.learnPort(port, portOf(agent));
    translation.learnPath(agent.workDir, '<work_dir>');
    return agent;
  }

  async #startAgent(port: keyof typeof AGENTS, flags: readonly string[]): Promise<Daemon> {
    const { resources, attributes } = AGENTS[port];
    const agent = new Daemon({
      kind: 'agent',
      workDir: join(this.root, `agent${port}`),
      flags: [
        '--hostname=localhost',
        `--master=127.0.0.1:${portOf(this.master)}`,
        `--resources=${resources}`,
        `--attributes=${attributes}`,
        ...flags,
      ],
    });
    this.agents.push(agent);
    await agent.start();
    return agent;
  }

  async #registered(count: number): Promise<void> {
    const look = async () => {
      const answer = await fetch(`${this.master.url}/state`, { headers: this.#headers });
      const state = (await answer.json()) as { slaves: { active: boolean }[] };
      return state.slaves.filter((it) => it.active).length === count;
    };
    await waitFor(look, { what: `${count} registered agents` });
  }

  /** What the daemons said last, for the message of a failure. */
  logs(): string {
    return [this.master, ...this.agents].map((it) => `${it.kind}:\n${it.log(25)}`).join('\n');
  }

  async stop(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.signal('SIGUSR1')));
    await this.master.signal('SIGTERM');
    rmSync(this.root, { recursive: true, force: true });
  }
}

function portOf(daemon: Daemon): number {
  return Number(new URL(daemon.url).port);
}
