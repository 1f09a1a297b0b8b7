/** The image of Spark's executors: what is in it, and where it is kept. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';
import { cachedSparkHome, DEFAULT_SPARK_VERSION, stokeCacheDir } from '@stoke/spark';
import { makeDebianRoot } from './debian-root.ts';
import { writeImageLayout } from './image-layout.ts';

const sources = ['debian-root.ts', 'image-layout.ts', 'spark-image.ts'];
const keyLength = 12;

/** A shell, Java, and Python with what Spark's machine learning wants; ps for those who look inside. */
const packages = [
  ...['base-files', 'base-passwd', 'bash', 'coreutils', 'dash', 'findutils', 'grep', 'sed'],
  ...['openjdk-17-jre-headless', 'procps', 'python3', 'python3-numpy'],
];
const leftOut = [
  ...['perl', 'perl-modules-5.36', 'libperl5.36', 'usrmerge', 'libfile-find-rule-perl'],
  ...['libnumber-compare-perl', 'libtext-glob-perl', 'libgdbm6', 'libgdbm-compat4'],
];

/** An image in the cache: an OCI layout, and an archive for `docker load` when it is packed by tar. */
export interface SparkImage {
  readonly directory: string;
  readonly name: string;
  readonly sparkVersion: string;
}

export interface BuildRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Build even if it is there, to get newer packages. */
  readonly fresh?: boolean;
  readonly onStep: (line: string) => void;
}

/** Where Spark is inside. */
export const sparkHomeInside = '/opt/spark';
/** Where Java is inside. */
export const javaHomeInside = '/usr/lib/jvm/java';

/** Answers at once when the image is there. Two that build at the same time do so twice, and the later one wins. */
export async function buildSparkImage(request: BuildRequest): Promise<SparkImage> {
  const { env, onStep } = request;
  const cacheDir = stokeCacheDir(env);
  const sparkVersion = DEFAULT_SPARK_VERSION;
  const home = cachedSparkHome(cacheDir, sparkVersion);
  if (!existsSync(home)) {
    throw new Error(`Cannot build the image: Spark is not in ${home}; run 'stoke spark install'`);
  }
  const name = `stoke/spark:${sparkVersion}`;
  const directory = join(cacheDir, 'images', `spark-${sparkVersion}-${recipeKey(home)}`);
  const image = { directory, name, sparkVersion };
  if (existsSync(join(directory, 'index.json')) && request.fresh !== true) return image;
  await build({ ...image, cacheDir, home, onStep });
  return image;
}

interface Build extends SparkImage {
  readonly cacheDir: string;
  readonly home: string;
  readonly onStep: (line: string) => void;
}

async function build({ directory, name, cacheDir, home, onStep }: Build): Promise<void> {
  const images = join(cacheDir, 'images');
  await mkdir(images, { recursive: true });
  const scratch = await mkdtemp(join(images, '.build-'));
  try {
    const root = join(scratch, 'root');
    onStep('Unpacking Debian packages …');
    const aptDir = join(cacheDir, 'debian');
    const contents = await makeDebianRoot({ packages, leftOut, root, cacheDir: aptDir });
    onStep('Packing layers …');
    const layout = join(scratch, 'layout');
    await writeImageLayout(layout, {
      layers: [
        { directory: root, at: '' },
        // When and from where it was installed differs from machine to machine.
        { directory: home, at: sparkHomeInside.slice(1), without: ['stoke-install.json'] },
      ],
      name,
      architecture: arch() === 'x64' ? 'amd64' : arch(),
      config: {
        Env: [
          `PATH=${sparkHomeInside}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
          `JAVA_HOME=${javaHomeInside}`,
          `SPARK_HOME=${sparkHomeInside}`,
          'PYSPARK_PYTHON=python3',
          'LANG=C.UTF-8',
        ],
        Cmd: ['/bin/bash'],
        WorkingDir: sparkHomeInside,
      },
    });
    await writeFile(join(layout, 'packages.txt'), `${contents.join('\n')}\n`);
    await rm(directory, { recursive: true, force: true });
    await rename(layout, directory);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Changes with this recipe and with the jars of Spark. */
function recipeKey(home: string): string {
  const hash = createHash('sha256');
  for (const name of sources) hash.update(readFileSync(join(import.meta.dirname, name)));
  hash.update(readdirSync(join(home, 'jars')).sort().join('\n'));
  return hash.digest('hex').slice(0, keyLength);
}
