/** What the agent's process does: reads its flags, starts, obeys signals, ends. */
import { flushCompileCache } from 'node:module';
import { resolve } from 'node:path';
import {
  createLogger,
  errorMessage,
  flagHelp,
  type Logger,
  parseFlags,
  removeDaemonFile,
  systemClock,
  trustCertificates,
  wantsHelp,
  withLibprocessNames,
  writeDaemonFile,
} from '@stoke/kit';
import { parseAttributes } from '@stoke/resources';
import { Agent } from './agent.ts';
import { type AgentConfig, agentFlags, configProblems, isAuthenticating } from './config.ts';
import { revocableResources } from './core/oversubscription.ts';
import { diskRootProblems } from './io/disk-roots.ts';
import { configuredGpus } from './io/gpus/gpu-devices.ts';
import { measureHost, offeredResources } from './io/host-facts.ts';
import { claimWorkDir } from './io/work-dir.ts';
import { describeMaster, isZooKeeper, masterAddress } from './master-address.ts';
import { buildInfo } from './version.ts';

const usage = 'stoke agent --master=host:port --work_dir=DIR [--flag=value …]';
const usageExit = 2;
const failureExit = 1;
const noLists =
  'nothing is allowed: authentication is on and there is no --acls; {"permissive":true} lets every known principal do everything';

function refuse(problems: readonly string[]): never {
  for (const problem of problems) process.stderr.write(`stoke agent: ${problem}\n`);
  process.exit(usageExit);
}

async function startAgent(config: AgentConfig, log: Logger): Promise<void> {
  await claimWorkDir(config.work_dir);
  if (config.tls_ca !== undefined) trustCertificates(config.tls_ca);
  const found = configuredGpus(config);
  if (!found.ok) return refuse([found.problem]);
  const host = { ...measureHost(config.work_dir), gpus: found.gpus?.cards.length };
  const offered = offeredResources(config.resources, { defaultRole: config.default_role, host });
  const attributes = parseAttributes(config.attributes);
  if (!offered.ok) {
    const rest = attributes.ok ? [] : attributes.problems.map((one) => `--attributes: ${one}`);
    return refuse([...offered.problems.map((one) => `--resources: ${one}`), ...rest]);
  }
  if (!attributes.ok)
    return refuse(attributes.problems.map((problem) => `--attributes: ${problem}`));
  const disks = diskRootProblems(resolve(config.work_dir), offered.wire);
  if (disks.length > 0) return refuse(disks.map((problem) => `--resources: ${problem}`));
  const revocable = revocableResources(config.oversubscribed_resources);
  if (!revocable.ok) {
    return refuse(revocable.problems.map((problem) => `--oversubscribed_resources: ${problem}`));
  }
  const end = async (code: number): Promise<void> => {
    await agent.close();
    await removeDaemonFile(config.work_dir);
    process.exit(code);
  };
  const die = (error: unknown): void => {
    log.fatal({ err: error }, 'agent failed');
    process.exit(failureExit);
  };
  const agent = new Agent({
    config,
    resources: offered.wire,
    oversubscribed: revocable.wire,
    attributes: attributes.attributes,
    gpus: found.gpus,
    clock: systemClock,
    log,
    onExit: (code) => void end(code).catch(die),
    onFatal: die,
  });
  process.once('SIGTERM', () => void end(0).catch(die));
  process.once('SIGINT', () => void end(0).catch(die));
  process.once('SIGUSR1', () => agent.shutDown(true));
  process.once('uncaughtException', die);
  process.once('unhandledRejection', die);
  const port = await agent.start();
  const url = `${config.tls_cert === undefined ? 'http' : 'https'}://${config.ip}:${port}`;
  const master = masterAddress(config);
  const masterUrl = `${master.secure ? 'https' : 'http'}://${master.host}`;
  await writeDaemonFile(config.work_dir, {
    kind: 'agent',
    url,
    ...(!isZooKeeper(config.master) && { masterUrl }),
    version: buildInfo.version,
  });
  if (config.acls === undefined && isAuthenticating(config)) log.warn(noLists);
  log.info({ url, master: describeMaster(config.master) }, 'agent serves');
  // Now, not at the end: a process that is killed has none.
  flushCompileCache();
}

const argv = process.argv.slice(2);
if (wantsHelp(argv)) {
  process.stdout.write(`${flagHelp(usage, agentFlags)}\n`);
  process.exit(0);
}
const flags = parseFlags(agentFlags, argv, withLibprocessNames(process.env));
if (!flags.ok) refuse(flags.problems);
const problems = configProblems(flags.value);
if (problems.length > 0) refuse(problems);
const log = createLogger({ component: 'agent', level: flags.value.logging_level });
startAgent(flags.value, log).catch((error: unknown) => {
  log.fatal({ err: error }, 'agent did not start');
  process.stderr.write(`stoke agent: ${errorMessage(error)}\n`);
  process.exit(failureExit);
});
