/** What `stoke master` does: reads its flags, then runs. */
import { flushCompileCache } from 'node:module';
import { errorMessage, flagHelp, parseFlags, wantsHelp, withLibprocessNames } from '@stoke/kit';
import { configProblems, type MasterConfig, masterFlags } from './config.ts';
import { runMaster } from './daemon.ts';

const USAGE = 'stoke master --work_dir=DIR [--flag=value …]';

function fail(status: number, lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`stoke master: ${line}\n`);
  process.exit(status);
}

function readConfig(): MasterConfig {
  const argv = process.argv.slice(2);
  if (wantsHelp(argv)) {
    process.stdout.write(`${flagHelp(USAGE, masterFlags)}\n`);
    process.exit(0);
  }
  const parsed = parseFlags(masterFlags, argv, withLibprocessNames(process.env));
  if (!parsed.ok) fail(2, parsed.problems);
  const problems = configProblems(parsed.value);
  if (problems.length > 0) fail(2, problems);
  return parsed.value;
}

await runMaster(readConfig()).catch((error: unknown) => fail(1, [errorMessage(error)]));
// Now, not at the end: a process that is killed has none.
flushCompileCache();
