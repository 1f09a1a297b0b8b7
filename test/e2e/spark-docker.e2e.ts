/** Real Spark with its executors in the project's own image, at a real Docker Engine: the same answer, within limits. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StokeSession, skipBecause, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buildSparkImage,
  javaHomeInside,
  type SparkImage,
  sparkHomeInside,
} from '../../examples/images/spark/spark-image.ts';
import { TestEngine, whyNoDocker } from './support/docker-engine.ts';

const missing = whyNoDocker();

const repository = fileURLToPath(new URL('../..', import.meta.url));
const data = join(repository, 'node_modules/vega-datasets/data');
const flights = join(repository, 'examples/flights');

describe('Spark in Docker', skipBecause(missing), () => {
  /** What driver and executors share: the secret of each application lies here. */
  const shared = mkdtempSync(join(tmpdir(), 'stoke-shared-'));
  const engine = new TestEngine();
  const session = new StokeSession({ TMPDIR: shared });
  let image: SparkImage;

  beforeAll(async () => {
    image = await buildSparkImage({ env: process.env, onStep: () => undefined });
    await engine.create();
    engine.load(image.directory);
    const flags = ['containerizers=docker,mesos', `docker_socket=${engine.socket}`];
    flags.push('docker_remove_delay=0secs');
    const words = flags.flatMap((flag) => ['--agent-flag', flag]);
    const size = ['--agents', '2', '--agent-cpus', '2', '--agent-mem', '2048'];
    const create = ['cluster', 'create', '-n', 'docker', '-p', 'local', ...size, ...words];
    const made = await session.run(create);
    expect(made.code, made.stderr).toBe(0);
  });

  afterAll(async () => {
    await session.run(['cluster', 'kill', '-n', 'docker']);
    session.dispose();
    await engine.dispose();
    rmSync(shared, { recursive: true, force: true });
  });

  test('flights prints what it should, computed in containers of the image', async () => {
    const job = session.run([
      ...['cluster', 'submit', '-n', 'docker', ...inImage()],
      ...[join(flights, 'flights.py'), data],
    ]);
    const seen = await waitFor(() => runningContainer(), {
      what: 'an executor in a container',
      timeoutMs: 120_000,
    });
    const { code, stdout, stderr } = await job;
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(readFileSync(join(flights, 'expected.txt'), 'utf8'));
    expect(seen).toMatch(/^stoke\/spark:\S+ \d{9,} mesos-/);
    await waitFor(() => engine.containers().length === 0, { what: 'the containers to go' });
  });

  test('an executor of its own runs its tasks in a container of the image', async () => {
    const pi = join(repository, 'examples/pi');
    const job = session.run([
      ...['cluster', 'submit', '-n', 'docker', '--mode', 'fine', ...inImage()],
      join(pi, 'pi.py'),
    ]);
    const first = await waitFor(() => runningContainer(), {
      what: 'an executor in a container',
      timeoutMs: 120_000,
    });
    const { code, stdout, stderr } = await job;
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(readFileSync(join(pi, 'expected.txt'), 'utf8'));
    expect(first).toMatch(/^stoke\/spark:/);
    await waitFor(() => engine.containers().length === 0, { what: 'the containers to go' });
  });

  /** Settings by which executors run in the image, with what they have to see of this machine. */
  function inImage(): readonly string[] {
    const seen = [shared, data, join(repository, 'jvm/mesos-driver/dist')];
    const settings = {
      'spark.mesos.executor.docker.image': image.name,
      'spark.mesos.executor.docker.volumes': seen.map((path) => `${path}:${path}:ro`).join(','),
      'spark.mesos.executor.home': sparkHomeInside,
      'spark.executorEnv.JAVA_HOME': javaHomeInside,
      'spark.pyspark.python': 'python3',
      // Executors on one machine would look for each other's files, which containers do not share.
      'spark.shuffle.readHostLocalDisk': 'false',
    };
    return Object.entries(settings).flatMap(([key, value]) => ['--conf', `${key}=${value}`]);
  }

  /** Image, memory limit and name of one. */
  function runningContainer(): string | undefined {
    const [id] = engine.containers('--filter=status=running');
    if (id === undefined) return undefined;
    const format = '{{.Config.Image}} {{.HostConfig.Memory}} {{slice .Name 1}}';
    return engine.docker('inspect', `--format=${format}`, id).stdout.trim() || undefined;
  }
});
