/** `stoke-master`: reads flags, serves, ends cleanly on SIGTERM and SIGINT. */
import {
  createLogger,
  errorMessage,
  flagHelp,
  listenHttp,
  parseFlags,
  removeDaemonFile,
  systemClock,
  wantsHelp,
  writeDaemonFile,
} from '@stoke/kit';
import { configProblems, type MasterConfig, masterFlags } from './config.ts';
import { teeToFile } from './io/log-file.ts';
import { createMaster } from './server.ts';
import { MESOS_VERSION } from './version.ts';

function fail(status: number, lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`stoke-master: ${line}\n`);
  process.exit(status);
}

function readConfig(): MasterConfig {
  const argv = process.argv.slice(2);
  if (wantsHelp(argv)) {
    process.stdout.write(
      `${flagHelp('stoke-master --work_dir=DIR [--flag=value …]', masterFlags)}\n`,
    );
    process.exit(0);
  }
  const parsed = parseFlags(masterFlags, argv, process.env);
  if (!parsed.ok) fail(2, parsed.problems);
  const problems = configProblems(parsed.value);
  if (problems.length > 0) fail(2, problems);
  return parsed.value;
}

async function serve(config: MasterConfig): Promise<void> {
  const tee = config.log_dir === undefined ? {} : { destination: teeToFile(config.log_dir) };
  const log = createLogger({ component: 'master', level: config.logging_level, ...tee });
  const onFatal = (error: unknown): never => {
    log.fatal({ err: error }, 'master ends: it cannot go on');
    process.exit(1);
  };
  const master = createMaster({ config, clock: systemClock, log, onFatal });
  const port = await listenHttp(master.app, { ip: config.ip, port: config.port });
  master.start(port);
  const url = `http://${config.ip}:${port}`;
  const cluster = config.cluster === undefined ? {} : { cluster: config.cluster };
  await writeDaemonFile(config.work_dir, {
    kind: 'master',
    url,
    version: MESOS_VERSION,
    ...cluster,
  });
  log.info({ url, masterId: master.shell.state.info.id }, 'master serves');
  const stop = async (): Promise<void> => {
    await master.close();
    await removeDaemonFile(config.work_dir);
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
}

await serve(readConfig()).catch((error: unknown) => fail(1, [errorMessage(error)]));
