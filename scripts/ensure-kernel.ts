/** Brings Debian's kernel for virtual machines into the cache folder, without installing it; says why when it cannot. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cacheDir } from './cache-dir.ts';

/** Names the newest one by what it depends on. */
const metaPackage = 'linux-image-cloud-amd64';

export interface Kernel {
  readonly image: string;
  /** The directory of its modules, which `modprobe` knows their way in. */
  readonly modules: string;
}

export function findKernel(): Kernel | undefined {
  const folder = cacheDir('kernel');
  const [image] = globSync(join(folder, 'boot', 'vmlinuz-*'));
  if (image === undefined) return undefined;
  return {
    image,
    modules: join(folder, 'lib', 'modules', basename(image).slice('vmlinuz-'.length)),
  };
}

function run(file: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${file} ${args[0]}: ${error?.message ?? stderr.trim()}`);
}

function download(folder: string): void {
  const depends = run('apt-cache', ['depends', '--important', metaPackage], folder);
  const [, name] = /Depends: (linux-image-\S+)/.exec(depends) ?? [];
  if (name === undefined) throw new Error(`no package is named by ${metaPackage}`);
  run('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', name], folder);
  const [archive = ''] = globSync(join(folder, '*.deb'));
  run('dpkg-deb', ['--extract', archive, '.'], folder);
  rmSync(archive);
  const [modules = ''] = globSync(join(folder, 'lib', 'modules', '*'));
  run('busybox', ['depmod', '-b', folder, basename(modules)], folder);
}

/** Brings it once; returns the reason when it cannot. The folder appears whole or not at all. */
export function ensureKernel(): string | undefined {
  if (findKernel() !== undefined) return undefined;
  if (process.arch !== 'x64') return `there is none for ${process.arch}`;
  mkdirSync(cacheDir(''), { recursive: true });
  const staged = mkdtempSync(join(cacheDir(''), '.kernel-'));
  try {
    download(staged);
    if (!existsSync(cacheDir('kernel'))) renameSync(staged, cacheDir('kernel'));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}
