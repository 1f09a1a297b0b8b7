/** An agent inside a virtual machine, with containers of one OCI runtime, under a master outside. */
import { fileURLToPath } from 'node:url';
import { waitFor } from '@stoke/testing';
import type { VirtualMachine } from './virtual-machine.ts';

const main = fileURLToPath(new URL('../../../../packages/agent/src/main.ts', import.meta.url));
const patienceMs = 180_000;

export interface GuestAgentOptions {
  readonly runtime: string;
  readonly port: number;
  readonly masterPort: string;
  /** The control group that the agent itself is in, below the root; empty: the root. */
  readonly ownCgroup: string;
  /** Where Node.js keeps compiled programs, as seen inside. */
  readonly compileCache: string;
}

interface State {
  readonly id: string;
}

export class GuestAgent {
  readonly options: GuestAgentOptions;
  readonly workDir: string;
  readonly cgroupsRoot: string;
  readonly #machine: VirtualMachine;

  constructor(machine: VirtualMachine, options: GuestAgentOptions) {
    this.#machine = machine;
    this.options = options;
    this.workDir = `/disk/agent-${options.runtime}`;
    this.cgroupsRoot = `stoke-${options.runtime}`;
  }

  get url(): string {
    return this.#machine.url(this.options.port);
  }

  /** Starts the process, and resolves with the agent's id when the master has it. */
  async start(): Promise<string> {
    const { ownCgroup, compileCache } = this.options;
    const cgroup = `/sys/fs/cgroup/${ownCgroup}`;
    await this.#machine.run(
      [
        `mkdir -p ${cgroup} ${this.workDir}`,
        `rm -f ${this.workDir}/daemon.json`,
        `export NODE_COMPILE_CACHE=${compileCache}`,
        `setsid sh -c 'echo $$ >${cgroup}/cgroup.procs; echo $$ >${this.workDir}/pid; exec "$@"' sh ${this.#words().join(' ')} >>${this.workDir}/log 2>&1 &`,
      ].join('\n'),
    );
    return this.id();
  }

  #words(): readonly string[] {
    const { port, masterPort, runtime } = this.options;
    const { address, outside } = this.#machine;
    return [
      process.execPath,
      main,
      ...[`--ip=${address}`, `--port=${port}`, '--insecure', `--hostname=${runtime}`],
      ...[`--master=${outside}:${masterPort}`, `--work_dir=${this.workDir}`],
      ...['--resources="cpus:2;mem:1024;disk:1024"', '--containerizers=oci'],
      ...[`--oci_runtime=${runtime}`, `--cgroups_root=${this.cgroupsRoot}`],
      ...['--cgroups_enable_cfs', '--oci_max_processes=64'],
    ];
  }

  /** Waits until the agent answers and is known to the master; the error holds the end of its log. */
  async id(): Promise<string> {
    const look = async (): Promise<string | undefined> => {
      const answer = await fetch(`${this.url}/state`, { signal: AbortSignal.timeout(10_000) });
      const { id } = (await answer.json()) as State;
      return id === '' ? undefined : id;
    };
    try {
      return await waitFor(look, { what: 'the agent', timeoutMs: patienceMs, intervalMs: 500 });
    } catch (cause) {
      const log = await this.#machine.run(`tail -n 5 ${this.workDir}/log`);
      throw new Error(`The agent with ${this.options.runtime} does not serve: ${cause}\n${log}`);
    }
  }

  async kill(): Promise<void> {
    await this.#machine.run(`kill -9 $(cat ${this.workDir}/pid)`);
  }

  /** The text of a file that a task left in its sandbox. */
  sandboxText(taskId: string, file: string): Promise<string> {
    const runs = `${this.workDir}/slaves/latest/frameworks/*/executors/${taskId}/runs/latest`;
    return this.#machine.run(`cat ${runs}/${file}`);
  }

  /** The text of a file of a container's control group. */
  async cgroupText(containerId: string, file: string): Promise<string> {
    const path = `/sys/fs/cgroup/${this.cgroupsRoot}/${containerId}/${file}`;
    return (await this.#machine.run(`cat ${path}`)).trim();
  }

  async get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(30_000) });
    return (await answer.json()) as T;
  }
}
