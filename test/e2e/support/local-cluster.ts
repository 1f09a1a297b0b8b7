/** A local cluster made by the `stoke` command, and the handles to hurt it: its daemons, its executors. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { basicAuthorization, type Credential, readCredential } from '@stoke/kit';
import { type StokeSession, waitFor } from '@stoke/testing';

export interface DaemonFile {
  readonly kind: 'master' | 'agent';
  readonly pid: number;
  readonly url: string;
}

interface WireTask {
  readonly id: string;
  readonly state: string;
  readonly slave_id: string;
  readonly resources: { readonly cpus: number; readonly mem: number };
}

export interface WireFramework {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly tasks: readonly WireTask[];
  readonly completed_tasks: readonly WireTask[];
  readonly used_resources: { readonly cpus: number; readonly mem: number };
}

export interface MasterState {
  readonly slaves: readonly {
    readonly id: string;
    readonly active: boolean;
    readonly pid: string;
  }[];
  readonly frameworks: readonly WireFramework[];
}

export class LocalCluster {
  readonly name: string;
  readonly session: StokeSession;

  constructor(session: StokeSession, name: string) {
    this.session = session;
    this.name = name;
  }

  daemons(kind: 'master' | 'agent'): DaemonFile[] {
    return globSync(`stoke/local/${this.name}/**/daemon.json`, { cwd: this.session.stateHome })
      .sort()
      .map(
        (path) =>
          JSON.parse(readFileSync(join(this.session.stateHome, path), 'utf8')) as DaemonFile,
      )
      .filter((daemon) => daemon.kind === kind);
  }

  get masterUrl(): string {
    const [master] = this.daemons('master');
    if (master === undefined) throw new Error(`Cluster '${this.name}' has no master`);
    return master.url;
  }

  /** Who may use the cluster. */
  get credential(): Credential {
    return readCredential(join(this.session.stateHome, 'stoke', 'local', this.name, 'credential'));
  }

  /** Asks a daemon of the cluster as its owner. */
  fetch(url: string): Promise<Response> {
    const headers = { authorization: basicAuthorization(this.credential) };
    return fetch(url, { headers, signal: AbortSignal.timeout(5000) });
  }

  async state(): Promise<MasterState> {
    return (await (await this.fetch(`${this.masterUrl}/state`)).json()) as MasterState;
  }

  /** Resolves with the framework once it runs tasks on at least `agents` agents. */
  runningOn(agents: number, timeoutMs = 60_000): Promise<WireFramework> {
    return waitFor(
      async () =>
        (await this.state()).frameworks.find((framework) => {
          const running = framework.tasks.filter((task) => task.state === 'TASK_RUNNING');
          return new Set(running.map((task) => task.slave_id)).size >= agents;
        }),
      { what: `executors on ${agents} agents`, timeoutMs },
    );
  }
}

/** Processes whose command line contains every one of `words`. */
export function processes(...words: readonly string[]): number[] {
  return globSync('/proc/[0-9]*/cmdline').flatMap((path) => {
    try {
      const line = readFileSync(path, 'utf8').replaceAll('\0', ' ');
      return words.every((word) => line.includes(word)) ? [Number(path.split('/')[2])] : [];
    } catch {
      return []; // the process ended while we looked
    }
  });
}
