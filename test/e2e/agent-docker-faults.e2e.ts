/** A Docker Engine that stops, hangs and is restarted under running tasks: clear states, no lost task, no hang. */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskStatus } from '@stoke/protocol';
import { skipBecause, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoDocker } from './support/docker-engine.ts';
import { DockerScene, inDocker } from './support/docker-scene.ts';

const missing = whyNoDocker();

const terminal = /FINISHED|FAILED|KILLED|LOST|GONE|DROPPED|ERROR/;

/** An agent whose containers are at an engine that the tests hurt. */
class FaultScene extends DockerScene {
  /** Starts a container and answers when it runs. */
  async runs(id: string, command: string): Promise<TaskStatus> {
    await this.tasks.launch([{ id, command, more: inDocker() }]);
    return this.tasks.seen(id, 'TASK_RUNNING');
  }

  ends(): TaskStatus[] {
    return this.tasks.updates.filter(({ state }) => terminal.test(state));
  }

  /** Hurts the engine and resolves when the agent has noticed it. */
  async hurt(how: () => Promise<void> | void): Promise<void> {
    const told = (): number => this.agent.log(10_000).split('docker engine is away').length;
    const before = told();
    await how();
    await waitFor(() => told() > before, { what: 'the agent to notice', timeoutMs: 60_000 });
  }
}

describe('an engine that ends its containers with it', skipBecause(missing), () => {
  const scene = new FaultScene('docker-faults');
  const { engine } = scene;
  beforeAll(() => scene.create());
  afterAll(() => scene.dispose());

  test('while it is down its tasks count as running, and then they end as they did', async () => {
    await scene.runs('crashed', 'sleep 1000');
    await scene.runs('to-kill', 'sleep 1000');
    await scene.hurt(() => engine.end('SIGKILL'));
    await scene.tasks.kill('to-kill');
    await scene.tasks.seen('to-kill', 'TASK_KILLING');
    await scene.tasks.launch([{ id: 'beside', command: 'exit 3' }]);
    const beside = await scene.tasks.seen('beside', 'TASK_FAILED');
    expect(beside.message).toBe('Command exited with status 3');
    expect(scene.ends()).toEqual([beside]);
    await scene.tasks.launch([{ id: 'waiting', command: 'exit 4', more: inDocker() }]);
    await engine.start();
    const { message } = await scene.tasks.seen('crashed', 'TASK_FAILED');
    expect(message).toMatch(/^Container exited with status \d+$/);
    await scene.tasks.seen('to-kill', 'TASK_KILLED');
    const waiting = await scene.tasks.seen('waiting', 'TASK_FAILED');
    expect(waiting.message).toBe('Container exited with status 4');
  });

  test('when it is stopped its tasks end with their own codes', async () => {
    await scene.runs('stopped', 'trap "exit 9" TERM; while :; do sleep 0.1; done');
    await engine.end('SIGTERM');
    await engine.start();
    const { message } = await scene.tasks.seen('stopped', 'TASK_FAILED');
    expect(message).toBe('Container exited with status 9');
  });

  test('while it hangs nothing else does, and afterwards all is made up for', async () => {
    await scene.runs('ends-meanwhile', 'echo first; sleep 4; echo last; exit 7');
    await scene.runs('killed-meanwhile', 'sleep 1000');
    await scene.hurt(() => engine.freeze('SIGSTOP'));
    await scene.tasks.kill('killed-meanwhile');
    await scene.tasks.seen('killed-meanwhile', 'TASK_KILLING');
    await scene.tasks.launch([{ id: 'meanwhile', command: 'exit 3' }]);
    await scene.tasks.seen('meanwhile', 'TASK_FAILED');
    expect((await fetch(`${scene.agent.url}/health`)).status).toBe(200);
    await scene.agent.crashAndRestart();
    engine.freeze('SIGCONT');
    const ended = await scene.tasks.seen('ends-meanwhile', 'TASK_FAILED');
    expect(ended.message).toBe('Container exited with status 7');
    expect(scene.text('ends-meanwhile', 'stdout')).toBe('first\nlast\n');
    await scene.tasks.seen('killed-meanwhile', 'TASK_KILLED');
  });

  test('a launch does not wait for ever for it', async () => {
    await engine.end('SIGTERM');
    await scene.tasks.launch([{ id: 'in-vain', command: 'true', more: inDocker() }]);
    const failed = await waitFor(
      () => scene.ends().find(({ task_id }) => task_id.value === 'in-vain'),
      { what: 'the launch to be given up', timeoutMs: 90_000 },
    );
    expect(failed).toMatchObject({
      state: 'TASK_FAILED',
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
      message: expect.stringContaining(`Cannot reach the Docker Engine at '${engine.socket}'`),
    });
    await engine.start();
    const records = (): number => globSync(join(scene.agent.workDir, 'meta/docker/*')).length;
    await waitFor(() => records() === 0, { what: 'the records to go', timeoutMs: 60_000 });
    expect(engine.containers()).toEqual([]);
  });
});

describe('an engine that lets its containers go on', skipBecause(missing), () => {
  const scene = new FaultScene('docker-faults', { liveRestore: true });
  const { engine } = scene;
  beforeAll(() => scene.create());
  afterAll(() => scene.dispose());

  test('is killed, with the agent too, and no task notices', async () => {
    const running = await scene.runs(
      'counts',
      'i=0; while [ $i -lt 60 ]; do echo $i; i=$((i+1)); sleep 0.2; done; exit 6',
    );
    await waitFor(() => scene.text('counts', 'stdout').includes('\n5\n'), {
      what: 'the count to begin',
    });
    await scene.hurt(() => engine.end('SIGKILL'));
    expect(existsSync(`/proc/${running.container_status?.executor_pid}`)).toBe(true);
    await scene.agent.signal('SIGKILL');
    await engine.start();
    await scene.agent.start();
    const ended = await scene.tasks.seen('counts', 'TASK_FAILED');
    expect(ended.message).toBe('Container exited with status 6');
    const all = Array.from({ length: 60 }, (_, i) => `${i}\n`).join('');
    expect(scene.text('counts', 'stdout')).toBe(all);
  });
});
