/** `stoke spark install`, `list`, `remove`: the Sparks in Stoke's cache. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { withExamples, withJsonOption } from '../../command-options.ts';
import { applyCommon, type CliIo, type CommonOptions, hint, writeJson } from '../../io.ts';

interface InstallOptions extends CommonOptions {
  readonly archive?: string;
}

/** Adds the three commands. */
export function addInstallationCommands(parent: Command, io: CliIo): void {
  const install = parent
    .command('install')
    .summary('bring a Spark, and the Java it needs')
    .description('Bring a Spark distribution into the cache, and Java 17 if there is none.')
    .argument('[version]', 'such as 3.5.9; default: the newest that runs on every engine')
    .option('--archive <path-or-url>', 'use this archive instead of the Python package index');
  withExamples(withJsonOption(install), [
    'stoke spark install',
    'stoke spark install 3.5.1',
  ]).action((version: string | undefined, options: InstallOptions) =>
    installSpark(io, version, options),
  );
  const list = parent
    .command('list')
    .summary('list the Sparks in the cache')
    .description('List the Sparks in the cache.');
  withExamples(withJsonOption(list), [
    'stoke spark list',
    "stoke spark list --json | jq -r '.[].home'",
  ]).action((options: CommonOptions) => listSparks(io, options));
  const remove = parent
    .command('remove')
    .summary('remove a Spark from the cache')
    .description('Remove a Spark from the cache, also a broken one.')
    .argument('<version>', 'as in stoke spark list');
  withExamples(withJsonOption(remove), ['stoke spark remove 3.5.1']).action(
    (version: string, options: CommonOptions) => removeSpark(io, version, options),
  );
}

async function installContext(io: CliIo) {
  const [{ runTool, stokeCacheDir }, { StatusLine }, { setupProgress }] = await Promise.all([
    import('@stoke/spark'),
    import('../../output/status-line.ts'),
    import('../../output/setup-progress.ts'),
  ]);
  return {
    env: io.env,
    cacheDir: stokeCacheDir(io.env),
    clock: io.clock,
    run: runTool,
    signal: io.signal,
    onProgress: setupProgress(new StatusLine(io)),
  };
}

async function installSpark(
  io: CliIo,
  version: string | undefined,
  options: InstallOptions,
): Promise<void> {
  applyCommon(io, options);
  const context = await installContext(io);
  const spark = await import('@stoke/spark');
  const installed = await spark.installSpark({ version, archive: options.archive }, context);
  const java = await spark.ensureJava(context);
  if (options.json) {
    writeJson(io, { ...installed, javaHome: java.home });
    return;
  }
  io.stdout.write(
    `Spark ${installed.version} is in ${installed.home}\nJava 17 is in ${java.home}\n`,
  );
}

async function listSparks(io: CliIo, options: CommonOptions): Promise<void> {
  applyCommon(io, options);
  const spark = await import('@stoke/spark');
  const found = await spark.listSparks(spark.stokeCacheDir(io.env));
  if (options.json) {
    writeJson(io, found);
    return;
  }
  const { formatTable } = await import('../../output/table.ts');
  const rows = found.map(({ version, problem, home, source }) => [
    version,
    problem ?? 'ready',
    home,
    basename(source),
  ]);
  const heads = ['version', 'state', 'home', 'source'].map((head) => ({ head }));
  io.stdout.write(formatTable(heads, rows));
  if (found.length === 0) hint(io, [`No Spark in the cache yet. Try: ${io.program} spark install`]);
}

async function removeSpark(io: CliIo, version: string, options: CommonOptions): Promise<void> {
  applyCommon(io, options);
  const spark = await import('@stoke/spark');
  await spark.removeSpark(spark.stokeCacheDir(io.env), version);
  if (options.json) writeJson(io, { version, removed: true });
  else io.stdout.write(`Removed Spark ${version}\n`);
}
