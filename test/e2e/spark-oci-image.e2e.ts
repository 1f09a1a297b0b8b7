/** The flights example with executors in an image of the project's own, in containers of an OCI runtime. */
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StokeSession, skipBecause, waitFor, whyNoOci } from '@stoke/testing';
import { expect, test } from 'vitest';
import { expectMemoryToHold } from './support/memory-hog.ts';
import { ownCgroups } from './support/own-cgroups.ts';

const cgroups = ownCgroups('spark-image');
const root = fileURLToPath(new URL('../..', import.meta.url));
const flights = join(root, 'examples/flights');
const data = join(root, 'node_modules/vega-datasets/data');

const missing = whyNoOci(['apt-get', 'dpkg-deb']);

/** A directory of images with that of Spark, which is made unless it is in the cache; and its name. */
function imagesWithSpark(scratch: string): { readonly images: string; readonly name: string } {
  const script = join(root, 'examples/images/spark/build-image.ts');
  const built = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect(built.status, built.stderr).toBe(0);
  const layout = built.stdout.trim();
  const version = /^spark-([\d.]+)-/.exec(basename(layout))?.[1] ?? '';
  mkdirSync(join(scratch, 'stoke'));
  symlinkSync(layout, join(scratch, `stoke/spark:${version}`));
  return { images: scratch, name: `stoke/spark:${version}` };
}

function setting(name: string, value: string): string[] {
  return ['-c', `${name}=${value}`];
}

test(
  'flights prints what it should with executors in an image, which see the data only, within their memory',
  skipBecause(missing),
  async () => {
    const session = new StokeSession();
    const scratch = mkdtempSync(join(tmpdir(), 'stoke-spark-image-'));
    const { images, name } = imagesWithSpark(scratch);
    const flags = ['containerizers=oci', 'oci_tmp=shared', 'image_providers=docker'];
    flags.push(`docker_registry=${images}`, `docker_store_dir=${scratch}/store`);
    flags.push(`cgroups_root=${cgroups.root}`, `oci_host_volumes=${data}:ro`);
    const words = flags.flatMap((flag) => ['--agent-flag', flag]);
    const size = ['--agents', '1', '--agent-cpus', '2', '--agent-mem', '3072'];
    try {
      const create = ['cluster', 'create', '-n', 'image', '-p', 'local', ...size, ...words];
      const made = await session.run(create);
      expect(made.code, made.stderr).toBe(0);
      const inImage = [
        ...setting('spark.mesos.containerizer', 'mesos'),
        ...setting('spark.mesos.executor.docker.image', name),
        ...setting('spark.mesos.executor.docker.volumes', `${data}:${data}:ro`),
        ...setting('spark.mesos.executor.home', '/opt/spark'),
        ...setting('spark.executorEnv.JAVA_HOME', '/usr/lib/jvm/java'),
        ...setting('spark.executorEnv.PYSPARK_PYTHON', 'python3'),
        ...setting('spark.executorEnv.PYTHONPATH', ''),
      ];
      const submit = ['cluster', 'submit', '-n', 'image', ...inImage];
      const job = session.run([...submit, join(flights, 'flights.py')]);
      await waitFor(() => cgroups.containers().length > 0, {
        what: 'a container',
        timeoutMs: 120_000,
      });
      const { code, stdout, stderr } = await job;
      expect(code, stderr).toBe(0);
      expect(stdout).toBe(readFileSync(join(flights, 'expected.txt'), 'utf8'));
      expect(globSync(join(scratch, 'store/layers/*'))).toHaveLength(2);
      await expectMemoryToHold(session, submit);
    } finally {
      await session.run(['cluster', 'kill', '-n', 'image']);
      session.dispose();
      rmSync(scratch, { recursive: true, force: true });
    }
    expect(cgroups.containers()).toEqual([]);
    cgroups.remove();
  },
);
