/** A cluster whose agent runs its containers at a Docker Engine of the test's own, with a framework on it. */
import { join } from 'node:path';
import type {
  ContainerInfo,
  ContainerInfo_DockerInfo,
  TaskInfo,
  TaskStatus,
} from '@stoke/protocol';
import { type ClusterOptions, type Daemon, startCluster, type TestCluster } from '@stoke/testing';
import { type EngineOptions, TestEngine } from './docker-engine.ts';
import { sandboxText } from './sandbox.ts';
import { TaskRunner } from './task-runner.ts';

/** Fields of a task that runs in a container; by default of the one image that every engine has. */
export function inDocker(
  docker: Partial<ContainerInfo_DockerInfo> = {},
  info: Partial<ContainerInfo> = {},
): Partial<TaskInfo> {
  return {
    container: { type: 'DOCKER', docker: { image: 'busybox', ...docker }, ...info },
  };
}

export class DockerScene {
  readonly engine: TestEngine;
  readonly #name: string;
  #cluster: TestCluster | undefined;
  #tasks: TaskRunner | undefined;

  constructor(name: string, options: EngineOptions = {}) {
    this.#name = name;
    this.engine = new TestEngine(options);
  }

  async create(options: Pick<ClusterOptions, 'agentFlags' | 'agentResources'> = {}): Promise<void> {
    await this.engine.create();
    this.#cluster = await startCluster({
      ...options,
      masterFlags: ['--allocation_interval=100ms'],
      agentFlags: [
        '--containerizers=docker,mesos',
        `--docker_socket=${this.engine.socket}`,
        '--docker_remove_delay=0secs',
        ...(options.agentFlags ?? []),
      ],
    });
    this.#tasks = new TaskRunner(this.#name, this.#cluster.master.url);
  }

  async dispose(): Promise<void> {
    this.engine.freeze('SIGCONT');
    await this.#tasks?.end();
    await this.#cluster?.stop();
    await this.engine.dispose();
  }

  get tasks(): TaskRunner {
    if (this.#tasks === undefined) throw new Error('There is no scene yet');
    return this.#tasks;
  }

  get agent(): Daemon {
    if (this.#cluster === undefined) throw new Error('There is no scene yet');
    return this.#cluster.agent;
  }

  /** A path for the test's own use that goes away with the cluster. */
  path(name: string): string {
    return join(this.agent.workDir, '..', name);
  }

  /** Text that a task left in its sandbox. */
  text(of: TaskStatus | string, file: string): string {
    return sandboxText(this.agent, of, file);
  }
}
