/** The tree of commands. Only names and help are loaded here; what a command needs is loaded when it runs. */
import { Command } from 'commander';
import { addAttachCommand } from './commands/attach.ts';
import { addAddCommand } from './commands/cluster/add.ts';
import { addCreateCommand } from './commands/cluster/create.ts';
import { addInfoCommand } from './commands/cluster/info.ts';
import { addKillCommand } from './commands/cluster/kill.ts';
import { addListCommand } from './commands/cluster/list.ts';
import { addRemoveCommand } from './commands/cluster/remove.ts';
import { addServiceCommands } from './commands/cluster/service.ts';
import { addStartCommand } from './commands/cluster/start.ts';
import { addSubmitCommand } from './commands/cluster/submit.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addProgramCommands } from './commands/daemons.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addExecCommand } from './commands/exec.ts';
import { addLogsCommand } from './commands/logs.ts';
import { addSimulateCommand } from './commands/simulate.ts';
import { addInstallationCommands } from './commands/spark/installations.ts';
import { addSparkProgramCommands } from './commands/spark/submit.ts';
import { addWhyCommand } from './commands/why.ts';
import type { CliIo } from './io.ts';
import { version } from './version.ts';

const firstSteps: readonly (readonly [words: string, what: string])[] = [
  ['demo', 'a real job, seen working'],
  ['cluster create -n dev', 'a cluster of your own'],
  ['cluster submit -n dev examples/flights/flights.py', 'a job on it'],
  ['spark shell -n dev', 'a shell on it'],
  ['cluster kill -n dev', 'its end'],
];

const exitCodes = `
Exit codes:
  0    it is done, or help was asked for
  1    it failed; the line on stderr says why and what to do next
  2    the words are wrong; --help of the command says which there are
  130  Ctrl-C (143 after TERM, 129 after HUP)
  cluster submit, Spark's programs, exec and attach end with the code of what they ran`;

function closingWords({ program }: CliIo): string {
  const width = Math.max(...firstSteps.map(([words]) => words.length));
  const lines = firstSteps.map(([words, what]) => `  ${program} ${words.padEnd(width)}  ${what}`);
  return `\nFirst steps:\n${lines.join('\n')}\n${exitCodes}`;
}

/** Before any command connects to anything: what `--ca` names is trusted. */
async function trustGivenCertificates(_program: Command, command: Command): Promise<void> {
  const { ca } = command.opts<{ readonly ca?: string }>();
  if (ca === undefined) return;
  const { trustCertificates } = await import('@stoke/kit');
  trustCertificates(ca);
}

/** The whole program; commander's own errors are thrown, not exited on. */
export function createProgram(io: CliIo): Command {
  const program = new Command('stoke')
    .description(
      'One command to run Spark, and the services and jobs around it, on whatever cluster you have.',
    )
    .version(version, '-V, --version', 'show the version')
    .enablePositionalOptions()
    .addHelpText('after', closingWords(io))
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns,
      getErrHelpWidth: () => io.stderr.columns,
    })
    .exitOverride()
    .hook('preAction', trustGivenCertificates);
  const cluster = program
    .command('cluster')
    .summary('make, look at, change and end clusters, and run jobs on them')
    .description('Make, look at, change and end clusters, and run jobs on them.')
    .enablePositionalOptions();
  addCreateCommand(cluster, io);
  addAddCommand(cluster, io);
  addRemoveCommand(cluster, io);
  addServiceCommands(cluster, io);
  addKillCommand(cluster, io);
  addStartCommand(cluster, io);
  addInfoCommand(cluster, io);
  addListCommand(cluster, io);
  addSubmitCommand(cluster, io);
  const spark = program
    .command('spark')
    .summary('bring Spark, and use its own programs on a cluster')
    .description('Bring Spark, and use its own programs on a cluster.')
    .enablePositionalOptions();
  addInstallationCommands(spark, io);
  addSparkProgramCommands(spark, io);
  addDemoCommand(program, io);
  addExecCommand(program, io);
  addAttachCommand(program, io);
  addLogsCommand(program, io);
  addWhyCommand(program, io);
  addSimulateCommand(program, io);
  addProgramCommands(program, io);
  addCompletionCommand(program, io);
  return program;
}
