/**
 * Builds, checks or tests the JVM driver.
 *
 * Usage: npm run jvm [-- --check | --test] [--spark-home DIR]
 *   (nothing)   writes jvm/mesos-driver/dist/stoke-mesos-driver.jar, which is committed
 *   --check     fails if that jar is not what the sources give
 *   --test      runs the JUnit tests
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type ClassPath, findClassPath, findJunit, SetupProblem } from './jvm/class-path.ts';
import { storedZip, type ZipEntry } from './jvm/stored-zip.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const project = join(root, 'jvm', 'mesos-driver');
const jarPath = join(project, 'dist', 'stoke-mesos-driver.jar');
const cacheDir = join(root, 'node_modules', '.cache', 'stoke-jvm');
/** The javac whose bytes the committed jar holds. */
const javacMajor = 17;
const installJdk =
  'install a JDK 17 (Debian: apt install openjdk-17-jdk-headless) or set JAVA_HOME';
const digestEntry = 'META-INF/stoke-sources.sha256';
const javacOptions = ['--release', '8', '-encoding', 'UTF-8', '-g:source,lines', '-proc:none'];
const quietOptions = [
  '-Xlint:all,-options,-path,-deprecation,-processing,-try,-classfile',
  '-Werror',
];
const testTimeoutMs = 300_000;

interface Jdk {
  readonly java: string;
  readonly javac: string;
  readonly major: number;
}

function findJdk(): Jdk | undefined {
  const home = process.env.JAVA_HOME;
  const folders = home === undefined ? [''] : [join(home, 'bin', '/'), ''];
  for (const folder of folders) {
    const result = spawnSync(`${folder}javac`, ['-version'], { encoding: 'utf8' });
    const major = /javac (\d+)/.exec(`${result.stdout}${result.stderr}`)?.[1];
    if (result.status === 0 && major !== undefined) {
      return { java: `${folder}java`, javac: `${folder}javac`, major: Number(major) };
    }
  }
  return undefined;
}

function requireJdk(): Jdk {
  const jdk = findJdk();
  if (jdk === undefined) throw new SetupProblem(`Cannot find javac: ${installJdk}`);
  if (jdk.major < javacMajor) {
    throw new SetupProblem(`Cannot build with javac ${jdk.major}: ${installJdk}`);
  }
  return jdk;
}

function sources(folder: string): string[] {
  return globSync('**/*.java', { cwd: join(project, folder) }).sort();
}

/** Changes whenever a file that goes into the jar changes, or how it is compiled. */
function sourceDigest(): string {
  const hash = createHash('sha256').update(javacOptions.join(' '));
  for (const path of sources('src/main/java')) {
    hash.update(`\n${path}\n`).update(readFileSync(join(project, 'src/main/java', path)));
  }
  return `${hash.digest('hex')}\n`;
}

function compile(jdk: Jdk, request: { folders: string[]; jars: readonly string[]; out: string }) {
  const files = request.folders.flatMap((folder) =>
    sources(folder).map((path) => join(project, folder, path)),
  );
  mkdirSync(request.out, { recursive: true });
  const classPath = request.jars.join(delimiter);
  const options = [...javacOptions, ...quietOptions, '-cp', classPath, '-d', request.out];
  const result = spawnSync(jdk.javac, [...options, ...files], { encoding: 'utf8' });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout}${result.stderr}`);
  throw new SetupProblem(`Cannot compile ${request.folders.join(' and ')}: see above`);
}

/** The classes of the driver alone; `compile-only` holds declarations that other jars bring at run time. */
function compileMain(jdk: Jdk, classPath: ClassPath, out: string): void {
  compile(jdk, {
    folders: ['src/main/java', 'src/compile-only/java'],
    jars: classPath.jars,
    out,
  });
  for (const path of sources('src/compile-only/java')) {
    rmSync(join(out, path.replace(/\.java$/, '.class')));
  }
}

function buildJar(jdk: Jdk, classPath: ClassPath, work: string): Buffer {
  const out = join(work, 'classes');
  compileMain(jdk, classPath, out);
  const classes = globSync('**/*.class', { cwd: out }).map(
    (path): ZipEntry => ({ path, data: readFileSync(join(out, path)) }),
  );
  return storedZip([...classes, { path: digestEntry, data: Buffer.from(sourceDigest()) }]);
}

function build(work: string, sparkHome: string | undefined): void {
  const jdk = requireJdk();
  if (jdk.major !== javacMajor) {
    throw new SetupProblem(
      `Cannot build the jar that is committed with javac ${jdk.major}: its bytes are those of javac ${javacMajor}; ${installJdk}`,
    );
  }
  const classPath = findClassPath(sparkHome, cacheDir);
  const jar = buildJar(jdk, classPath, work);
  mkdirSync(join(project, 'dist'), { recursive: true });
  writeFileSync(jarPath, jar);
  process.stdout.write(
    `Wrote ${jarPath} (${jar.length} bytes) with the jars of ${classPath.origin}\n`,
  );
}

function check(work: string, sparkHome: string | undefined): void {
  const stale = `Cannot accept ${jarPath}: it is not what the sources give; run npm run jvm and commit it`;
  if (!existsSync(jarPath)) throw new SetupProblem(stale);
  const committed = readFileSync(jarPath);
  // Entries are stored, so the digest stands in the archive as it is.
  if (!committed.includes(sourceDigest())) throw new SetupProblem(stale);
  const jdk = findJdk();
  if (jdk === undefined || jdk.major < javacMajor) {
    process.stdout.write(
      `The jar belongs to the sources. Skipped comparing its bytes: there is no javac ${javacMajor}; ${installJdk}\n`,
    );
    return;
  }
  const classPath = findClassPath(sparkHome, cacheDir);
  const jar = buildJar(jdk, classPath, work);
  if (jdk.major !== javacMajor) {
    process.stdout.write(
      `The sources compile. Skipped comparing bytes: javac ${jdk.major} is not the javac ${javacMajor} of the jar\n`,
    );
    return;
  }
  if (!jar.equals(committed)) throw new SetupProblem(stale);
  process.stdout.write(`The jar is what the sources give (${jar.length} bytes)\n`);
}

function test(work: string, sparkHome: string | undefined): boolean {
  const jdk = requireJdk();
  const classPath = findClassPath(sparkHome, cacheDir);
  const launcher = findJunit(cacheDir);
  const jar = join(work, 'stoke-mesos-driver.jar');
  const testClasses = join(work, 'test-classes');
  writeFileSync(jar, buildJar(jdk, classPath, work));
  const all = [jar, ...classPath.jars, launcher];
  compile(jdk, { folders: ['src/test/java'], jars: all, out: testClasses });
  cpSync(join(project, 'src', 'test', 'resources'), testClasses, { recursive: true });
  const args = ['-cp', [testClasses, ...all].join(delimiter)];
  args.push('org.junit.platform.console.ConsoleLauncher', 'execute', '--disable-banner');
  args.push(`--scan-classpath=${testClasses}`, '--details=tree', '--disable-ansi-colors');
  const result = spawnSync(jdk.java, args, {
    encoding: 'utf8',
    timeout: testTimeoutMs,
    maxBuffer: 64 * 1024 * 1024,
  });
  const output = `${result.stdout}${result.stderr}`;
  const count = (what: string): number =>
    Number(new RegExp(`\\[\\s*(\\d+) tests ${what}`).exec(output)?.[1] ?? Number.NaN);
  const passed = count('successful');
  const failed = count('failed');
  const ok = result.status === 0 && failed === 0 && passed > 0;
  process.stdout.write(ok ? result.stdout.replace(/\n\nTest run finished[\s\S]*/, '\n') : output);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return ok;
}

function main(): number {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean' },
      test: { type: 'boolean' },
      'spark-home': { type: 'string' },
    },
  });
  const work = mkdtempSync(join(tmpdir(), 'stoke-jvm-'));
  try {
    if (values.check === true) check(work, values['spark-home']);
    if (values.test === true) return test(work, values['spark-home']) ? 0 : 1;
    if (values.check !== true) build(work, values['spark-home']);
    return 0;
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

process.exitCode = main();
