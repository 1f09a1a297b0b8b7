/** Finds the jars that the JVM driver is compiled and tested with: those of a Spark, else Maven's. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** What Spark 3.5 brings; Mesos 1.4.3 is what it is built against, 1.11.0 the last one there is. */
const mesosVersions = ['1.4.3', '1.11.0'];
const libraries = [
  'org.slf4j:slf4j-api:2.0.7:jar',
  'org.apache.zookeeper:zookeeper:3.6.3:jar',
  'org.apache.zookeeper:zookeeper-jute:3.6.3:jar',
  'com.fasterxml.jackson.core:jackson-databind:2.15.2:jar',
  'com.fasterxml.jackson.core:jackson-core:2.15.2:jar',
  'com.fasterxml.jackson.core:jackson-annotations:2.15.2:jar',
  // For a ZooKeeper server inside the tests.
  'io.dropwizard.metrics:metrics-core:4.2.19:jar',
  'org.xerial.snappy:snappy-java:1.1.10.5:jar',
];
const junit = 'org.junit.platform:junit-platform-console-standalone:1.13.4:jar';
const mavenTimeoutMs = 300_000;

/** A problem that the person at the keyboard can solve; its message says how. */
export class SetupProblem extends Error {}

/** The jars to compile with, as paths, and where they come from. */
export interface ClassPath {
  readonly jars: readonly string[];
  readonly origin: string;
}

/** The jars of the Spark named, of SPARK_HOME, of Stoke's cache, or of Maven, in this order. */
export function findClassPath(sparkHome: string | undefined, cacheDir: string): ClassPath {
  if (sparkHome !== undefined) {
    const jars = sparkJars(sparkHome);
    if (jars !== undefined) return { jars, origin: sparkHome };
    throw new SetupProblem(
      `Cannot use the Spark in '${sparkHome}': its folder jars holds no mesos-*-shaded-protobuf.jar`,
    );
  }
  for (const home of sparkHomes()) {
    const jars = sparkJars(home);
    if (jars !== undefined) return { jars, origin: home };
  }
  const mesos = firstOf(mesosVersions, cacheDir);
  return { jars: [mesos, ...libraries.map((name) => fetchJar(name, cacheDir))], origin: 'Maven' };
}

/** JUnit's console launcher. */
export function findJunit(cacheDir: string): string {
  return fetchJar(junit, cacheDir);
}

function sparkHomes(): string[] {
  const named = process.env.SPARK_HOME;
  const base = process.env.XDG_CACHE_HOME;
  const cache = base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache');
  const cached = globSync(join(cache, 'stoke', 'spark', '3.5.*'))
    .sort()
    .reverse();
  return named === undefined ? cached : [named, ...cached];
}

function sparkJars(home: string): string[] | undefined {
  const jars = globSync(join(home, 'jars', '*.jar')).sort();
  return jars.some((jar) => /[\\/]mesos-[^\\/]*-shaded-protobuf\.jar$/.test(jar))
    ? jars
    : undefined;
}

function firstOf(versions: readonly string[], cacheDir: string): string {
  const cached = globSync(join(cacheDir, 'mesos-*-shaded-protobuf.jar')).sort()[0];
  if (cached !== undefined) return cached;
  let problem: unknown;
  for (const version of versions) {
    try {
      return fetchJar(`org.apache.mesos:mesos:${version}:jar:shaded-protobuf`, cacheDir);
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

function fetchJar(artifact: string, cacheDir: string): string {
  const [, name = '', version = '', , classifier] = artifact.split(':');
  const suffix = classifier === undefined ? '' : `-${classifier}`;
  const path = join(cacheDir, `${name}-${version}${suffix}.jar`);
  if (existsSync(path)) return path;
  mkdirSync(cacheDir, { recursive: true });
  process.stdout.write(`Fetching ${artifact} with Maven\n`);
  const args = [
    '-B',
    '-q',
    'dependency:copy',
    `-Dartifact=${artifact}`,
    `-DoutputDirectory=${cacheDir}`,
  ];
  const result = spawnSync('mvn', args, { encoding: 'utf8', timeout: mavenTimeoutMs });
  if (result.error !== undefined && 'code' in result.error && result.error.code === 'ENOENT') {
    throw new SetupProblem(
      `Cannot fetch ${artifact}: there is no Maven; install it (Debian: apt install maven), ` +
        `or, unless it is JUnit that is missing, give a Spark 3.5 with --spark-home or SPARK_HOME`,
    );
  }
  if (result.status !== 0 || !existsSync(path)) {
    const said = `${result.stdout}${result.stderr}`.trim().split('\n')[0] ?? '';
    throw new SetupProblem(`Cannot fetch ${artifact}: mvn ${args.join(' ')} failed: ${said}`);
  }
  return path;
}
