/**
 * A Debian root file system out of packages alone: apt chooses, fetches and checks them, tar unpacks them, and no
 * script of theirs runs. So it takes neither root nor a chroot, and the same packages give the same files.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface DebianRequest {
  /** What the root is for; what these depend on comes along. */
  readonly packages: readonly string[];
  /** Dependencies that only scripts of packages need, or that nothing here uses. */
  readonly leftOut: readonly string[];
  /** Where the root is made; must not exist. */
  readonly root: string;
  /** Keeps the fetched packages for the next time. */
  readonly cacheDir: string;
}

/** Directories that are links since Debian 12; packages still ship files below the old names. */
const merged = ['bin', 'sbin', 'lib', 'lib64'];
/** Nobody reads these in a container. */
const unread = ['doc', 'man', 'info', 'locale', 'lintian', 'bug', 'i18n', 'common-licenses'];
const emptyDirectories = ['dev', 'proc', 'sys', 'run', 'tmp', 'mnt/mesos/sandbox', 'var/tmp'];

/** Makes the root and answers with the file names of its packages, which name their versions. */
export async function makeDebianRoot(request: DebianRequest): Promise<readonly string[]> {
  const { root } = request;
  const files = await fetchPackages(request);
  for (const name of merged) {
    await mkdir(join(root, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(root, name));
  }
  for (const file of files) await unpack(join(request.cacheDir, 'archives', file), root);
  for (const name of emptyDirectories) await mkdir(join(root, name), { recursive: true });
  await finish(root);
  for (const name of unread) {
    await rm(join(root, 'usr/share', name), { recursive: true, force: true });
  }
  return files;
}

/** Asks apt as if nothing were installed here, so that the answer does not depend on this machine. */
async function fetchPackages(request: DebianRequest): Promise<readonly string[]> {
  const { cacheDir, packages, leftOut } = request;
  const status = join(cacheDir, 'no-packages');
  const archives = join(cacheDir, 'archives');
  // apt names only what it would fetch, so it is asked where nothing is.
  const nothing = join(cacheDir, 'no-archives');
  for (const place of [archives, nothing]) await mkdir(join(place, 'partial'), { recursive: true });
  await writeFile(status, '');
  const settings = [`Dir::State::status=${status}`, 'APT::Install-Recommends=0'];
  settings.push('Debug::NoLocking=1', 'APT::Sandbox::User=root');
  const install = (place: string, word: string): string => {
    const options = [...settings, `Dir::Cache::archives=${place}`].flatMap((one) => ['-o', one]);
    return run('apt-get', ['-qq', '-y', ...options, 'install', word, ...packages]);
  };
  const fetched = install(nothing, '--print-uris')
    .split('\n')
    .filter((line) => line.startsWith("'"));
  const names = fetched.map((line) => line.split(' ')[1] ?? '');
  const present = new Set(await readdir(archives));
  if (names.some((name) => !present.has(name))) {
    install(archives, '--download-only');
  }
  return names.filter((name) => !leftOut.includes(name.split('_')[0] ?? '')).sort();
}

function run(file: string, args: readonly string[]): string {
  const ended = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (ended.status === 0) return ended.stdout;
  const said = ended.error?.message ?? ended.stderr.trim();
  throw new Error(`Cannot run '${file}': ${said}; it takes Debian 12 and a fresh 'apt-get update'`);
}

/** What is a link in the root stays one: files that a package has below /lib go to /usr/lib. */
async function unpack(archive: string, root: string): Promise<void> {
  const reader = spawn('dpkg-deb', ['--fsys-tarfile', archive], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const args = ['-x', '-p', '--no-same-owner', '--keep-directory-symlink', '-C', root];
  const writer = spawn('tar', args, { stdio: [reader.stdout, 'inherit', 'inherit'] });
  const codes = await Promise.all([once(reader, 'exit'), once(writer, 'exit')]);
  if (codes.some(([code]) => code !== 0)) throw new Error(`Cannot unpack '${archive}'`);
}

/** The little that scripts of the packages would have done and that programs miss. */
async function finish(root: string): Promise<void> {
  for (const name of ['passwd', 'group']) {
    await cp(join(root, `usr/share/base-passwd/${name}.master`), join(root, `etc/${name}`));
  }
  const [java = ''] = await readdir(join(root, 'usr/lib/jvm')).then((all) =>
    all.filter((name) => name.startsWith('java-17-openjdk-')),
  );
  const [triplet = ''] = await readdir(join(root, 'usr/lib')).then((all) =>
    all.filter((name) => name.endsWith('-linux-gnu')),
  );
  await link(root, '/usr/lib/jvm/java', java);
  await link(root, '/usr/bin/java', '../lib/jvm/java/bin/java');
  await link(root, '/usr/bin/sh', 'dash');
  await link(root, '/usr/bin/awk', 'mawk');
  for (const name of ['blas', 'lapack']) {
    await link(root, `/usr/lib/${triplet}/lib${name}.so.3`, `${name}/lib${name}.so.3`);
  }
  await writeFile(
    join(root, 'etc/nsswitch.conf'),
    'passwd: files\ngroup: files\nhosts: files dns\n',
  );
  await gatherCertificates(root);
}

async function link(root: string, path: string, target: string): Promise<void> {
  const place = join(root, path);
  if (existsSync(place)) return;
  await mkdir(dirname(place), { recursive: true });
  await symlink(target, place);
}

async function gatherCertificates(root: string): Promise<void> {
  const directory = join(root, 'usr/share/ca-certificates/mozilla');
  const names = (await readdir(directory)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  await mkdir(join(root, 'etc/ssl/certs'), { recursive: true });
  await writeFile(join(root, 'etc/ssl/certs/ca-certificates.crt'), texts.join(''));
}
