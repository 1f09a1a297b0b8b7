/**
 * Second half of the launcher `stoke`: installs what is missing, then runs the CLI. With `--install-only` as the first
 * word, which any Node from 20 on can do, it ends there. Plain JavaScript on purpose.
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const modules = join(root, 'node_modules');
const stamp = join(modules, '.stoke-installed');
const lock = join(modules, '.stoke-installing');
const major = Number(process.versions.node.split('.')[0]);

function fail(message) {
  process.stderr.write(`stoke: ${message}\n`);
  process.exit(1);
}

const modifiedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** The files that say what must be installed. */
function manifests() {
  const folders = [root];
  for (const parent of [join(root, 'packages'), join(root, 'packages', 'providers')]) {
    if (existsSync(parent)) folders.push(...readdirSync(parent).map((name) => join(parent, name)));
  }
  return [
    join(root, 'package-lock.json'),
    ...folders.map((folder) => join(folder, 'package.json')),
  ];
}

/** Whether the installation is as new as what asks for it. */
function isInstalled() {
  const installedAt = Math.max(modifiedAt(stamp), modifiedAt(join(modules, '.package-lock.json')));
  return installedAt > 0 && manifests().every((path) => modifiedAt(path) <= installedAt);
}

/** Runs npm and shows what it printed only when it failed. */
function runNpm() {
  return new Promise((resolve) => {
    let output = '';
    const npm = spawn('npm', ['install', '--no-audit', '--no-fund'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (text) => (output += text));
    npm.on('error', (error) =>
      resolve(`npm could not be started (${error.message}); install npm 10 or newer`),
    );
    npm.on('close', (code) =>
      resolve(
        code === 0
          ? undefined
          : `npm install ended with exit code ${code}\n${output.split('\n').slice(-20).join('\n')}`,
      ),
    );
  });
}

/** Whether another launcher installs right now; a lock left by a dead one is removed. */
function isLockedByOther() {
  try {
    closeSync(openSync(lock, 'wx'));
    writeFileSync(lock, String(process.pid));
    return false;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const owner = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0);
  if (Date.now() - modifiedAt(lock) > 2000 && !existsSync(`/proc/${owner}`))
    rmSync(lock, { force: true });
  return true;
}

async function install() {
  const started = Date.now();
  mkdirSync(modules, { recursive: true });
  while (isLockedByOther()) {
    if (Date.now() - started > 600_000)
      fail(
        `Cannot install packages: another stoke has been installing them for 10 minutes; if none runs, remove '${lock}'`,
      );
    await delay(200);
    if (!existsSync(lock) && isInstalled()) return;
  }
  const what = 'stoke: installing packages (once, about 15 seconds) ... ';
  const seconds = (digits) => `${((Date.now() - started) / 1000).toFixed(digits)} s`;
  process.stderr.write(what);
  const tick = () => process.stderr.write(`\r${what}${seconds(0)}`);
  const ticking = process.stderr.isTTY ? setInterval(tick, 1000) : undefined;
  const problem = await runNpm();
  clearInterval(ticking);
  if (problem === undefined) writeFileSync(stamp, '');
  rmSync(lock, { force: true });
  const end = problem === undefined ? `done in ${seconds(1)}` : 'failed';
  process.stderr.write(process.stderr.isTTY ? `\r${what}${end}\n` : `${end}\n`);
  if (problem !== undefined) fail(`Cannot install packages: ${problem}`);
}

if (!isInstalled()) await install();
if (process.argv[2] !== '--install-only') await run();

async function run() {
  if (major < 24) {
    fail(
      `Node 24 or newer is needed: this is ${process.version}, and npm has no Node 24 for ${process.platform}-${process.arch}; install it from your system or nodejs.org, put it first on PATH and try again`,
    );
  }
  // Beside the packages, whose owner installed them: in a shared directory others could put code there.
  module.enableCompileCache?.(join(modules, '.cache', 'stoke'));
  await import(pathToFileURL(join(root, 'packages', 'cli', 'src', 'main.ts')).href);
}
