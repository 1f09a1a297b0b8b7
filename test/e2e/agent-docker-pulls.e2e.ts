/** Images that tasks in Docker containers need: pulled with the login that goes with them, and never waited for in vain. */
import { writeFileSync } from 'node:fs';
import { skipBecause, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoDocker } from './support/docker-engine.ts';
import { DockerScene, inDocker } from './support/docker-scene.ts';
import { FakeRegistry } from './support/fake-registry.ts';
import type { TaskRunner } from './support/task-runner.ts';

const missing = whyNoDocker();

describe('the docker containerizer', skipBecause(missing), () => {
  const scene = new DockerScene('agent-docker-pulls');
  const { engine } = scene;
  let tasks: TaskRunner;

  beforeAll(async () => {
    const auth = Buffer.from('ann:secret').toString('base64');
    const login = JSON.stringify({ auths: { '127.0.0.1:1': { auth } } });
    const agentFlags = ['--fetcher_stall_timeout=3secs', `--docker_config=${login}`];
    await scene.create({ agentFlags });
    tasks = scene.tasks;
  });

  afterAll(() => scene.dispose());

  test('images are pulled with the login that the task brings, and progress stands in the sandbox', async () => {
    const registry = new FakeRegistry(engine.busyboxArchive, 'bob:hunter2');
    const image = await registry.start();
    try {
      const auth = Buffer.from('bob:hunter2').toString('base64');
      const config = scene.path('config.json');
      writeFileSync(config, JSON.stringify({ auths: { [image.split('/')[0] ?? '']: { auth } } }));
      const command = { value: 'true', uris: [{ value: `file://${config}` }] };
      const more = { ...inDocker({ image }), command };
      await tasks.launch([{ id: 'login', command: '', more }]);
      const done = await tasks.seen('login', 'TASK_FINISHED');
      expect(scene.text(done, 'stderr')).toContain(`Pulled image '${image}'\n`);
      await tasks.launch([{ id: 'no-pull', command: 'true', more: inDocker({ image }) }]);
      await tasks.seen('no-pull', 'TASK_FINISHED');
      expect(registry.pulls).toBe(1);
      const forced = { ...inDocker({ image, force_pull_image: true }), command };
      await tasks.launch([{ id: 'forced', command: '', more: forced }]);
      await tasks.seen('forced', 'TASK_FINISHED');
      expect(registry.pulls).toBe(2);
      const refused = inDocker({ image, force_pull_image: true });
      await tasks.launch([{ id: 'refused', command: 'true', more: refused }]);
      const failed = await tasks.seen('refused', 'TASK_FAILED');
      expect(failed.reason).toBe('REASON_CONTAINER_LAUNCH_FAILED');
      expect(failed.message).toContain(`Cannot pull image '${image}'`);
    } finally {
      registry.stop();
    }
  });

  test('a pull that stalls fails in time, and one that is killed ends at once', async () => {
    const registry = new FakeRegistry(engine.busyboxArchive);
    registry.stalls = true;
    const image = await registry.start();
    const fresh = inDocker({ image });
    try {
      await tasks.launch([{ id: 'stalled', command: 'true', more: fresh }]);
      const failed = await tasks.seen('stalled', 'TASK_FAILED');
      expect(failed.message).toContain(`Cannot pull image '${image}': nothing came for 3 s`);
      await tasks.launch([{ id: 'killed', command: 'true', more: fresh }]);
      const pulling = (): boolean => scene.text('killed', 'stderr').includes('Pulling image');
      await waitFor(pulling, { what: 'the pull to begin' });
      await tasks.kill('killed');
      await tasks.seen('killed', 'TASK_KILLED');
    } finally {
      registry.stop();
    }
  });
});
