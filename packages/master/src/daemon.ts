/** The master as a process: serves, says where, ends cleanly on SIGTERM and SIGINT. */
import { mkdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import {
  createLogger,
  errorMessage,
  isDaemonAlive,
  listenHttp,
  readDaemonFile,
  removeDaemonFile,
  systemClock,
  trustCertificates,
  writeDaemonFile,
} from '@stoke/kit';
import { isAuthenticating, type MasterConfig } from './config.ts';
import { masterError } from './errors.ts';
import { teeToFile } from './io/log-file.ts';
import { createMaster } from './server.ts';
import { MESOS_VERSION } from './version.ts';

/** One process per work directory: two would write the same registry. */
async function claimWorkDir(workDir: string): Promise<void> {
  try {
    mkdirSync(workDir, { recursive: true });
  } catch (cause) {
    throw masterError('WORK_DIR_UNUSABLE', {
      message: `Cannot use work directory '${workDir}': ${errorMessage(cause)}; choose a writable one with --work_dir`,
      cause,
    });
  }
  const other = await readDaemonFile(workDir);
  if (other === undefined || other.pid === process.pid || !isDaemonAlive(other)) return;
  throw masterError('WORK_DIR_UNUSABLE', {
    message: `Cannot use work directory '${workDir}': the ${other.kind} with pid ${other.pid} uses it; stop that first, or choose another with --work_dir`,
    details: { pid: other.pid },
  });
}

const NO_LISTS =
  'nothing is allowed: authentication is on and there is no --acls; {"permissive":true} lets every known principal do everything';

/**
 * V8 lets its heap grow to several times what is alive before it collects. A master's books are big and live long:
 * a third as much again is enough, and costs little, since V8 marks beside the event loop.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=30');
}

/** Runs a master until a signal ends it. @throws AppError when it cannot start */
export async function runMaster(config: MasterConfig): Promise<void> {
  const tee = config.log_dir === undefined ? {} : { destination: teeToFile(config.log_dir) };
  const log = createLogger({ component: 'master', level: config.logging_level, ...tee });
  const onFatal = (error: unknown): never => {
    log.fatal({ err: error }, 'master ends: it cannot go on');
    process.exit(1);
  };
  keepHeapSmall();
  await claimWorkDir(config.work_dir);
  if (config.tls_ca !== undefined) trustCertificates(config.tls_ca);
  const master = createMaster({ config, clock: systemClock, log, onFatal });
  const port = await listenHttp(master.app, { ip: config.ip, port: config.port });
  master.start(port);
  const scheme = config.tls_cert === undefined ? 'http' : 'https';
  const url = `${scheme}://${config.ip}:${port}`;
  const cluster = config.cluster === undefined ? {} : { cluster: config.cluster };
  const about = { kind: 'master', url, version: MESOS_VERSION, ...cluster };
  await writeDaemonFile(config.work_dir, about);
  if (config.acls === undefined && isAuthenticating(config)) log.warn(NO_LISTS);
  log.info({ url, masterId: master.shell.state.info.id }, 'master serves');
  const stop = async (): Promise<void> => {
    await master.close();
    await removeDaemonFile(config.work_dir);
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
}
