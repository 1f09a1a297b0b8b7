/** Spark's own master and workers as processes: what starts them, kept beside them, and how they are found again. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClusterFolder, clusterError, type Environment } from '@stoke/cluster';
import {
  findProcesses,
  type ProcessIdentity,
  type ProcessWords,
  type StartedDaemon,
  startDaemon,
  systemErrorCode,
  tailLog,
  writeFileAtomic,
} from '@stoke/kit';
import { z } from 'zod';

/** Where everything of these clusters listens. */
export const loopback = '127.0.0.1';

const serviceSchema = z.object({
  kind: z.enum(['master', 'worker']),
  /** `spark-class` of the distribution. */
  file: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  /** Of its protocol, its page with JSON, and the master's submission API. */
  ports: z.object({ rpc: z.number(), web: z.number(), rest: z.number().optional() }),
  cpus: z.number(),
  memMb: z.number(),
  createdAt: z.number(),
});

/** How one process is started: the same role a unit file has for a service. */
export type Service = Readonly<z.infer<typeof serviceSchema>>;

/** A process of the cluster: `master`, or a host's worker. */
export interface ServicePart {
  readonly name: string;
  readonly folder: ClusterFolder;
  readonly workDir: string;
}

/** The master's part. */
export function masterPart(folder: ClusterFolder): ServicePart {
  return { name: 'master', folder, workDir: folder.masterWorkDir };
}

/** The part of a host. */
export function workerPart(folder: ClusterFolder, host: string): ServicePart {
  return { name: host, folder, workDir: folder.agentWorkDir(host) };
}

const servicePath = (part: ServicePart): string => join(part.workDir, 'service.json');

/** Reads how the part is started; undefined when its making was interrupted. */
export async function readService(part: ServicePart): Promise<Service | undefined> {
  try {
    return serviceSchema.parse(JSON.parse(await readFile(servicePath(part), 'utf8')));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether a process is the part itself, by a word that only we give it. */
function isPart(part: ServicePart): (words: ProcessWords) => boolean {
  return ({ commandLine }) => commandLine.includes(marker(part));
}

function marker(part: ServicePart): string {
  return `-Dstoke.part=${part.workDir}`;
}

/** Whether a process belongs to the folder: the parts, and executors and drivers, which inherit the variable. */
export function belongsTo(path: string): (words: ProcessWords) => boolean {
  return ({ environment }) =>
    environment.some(
      (one) => one === `STOKE_PART=${path}` || one.startsWith(`STOKE_PART=${path}/`),
    );
}

/** The running process of the part. */
export function findPart(part: ServicePart): ProcessIdentity | undefined {
  return findProcesses(isPart(part))[0];
}

/** What is needed to describe a new part. */
export interface NewService {
  readonly part: ServicePart;
  readonly sparkHome: string;
  readonly javaHome: string;
  readonly createdAt: number;
  readonly cpus: number;
  readonly memMb: number;
}

/** Variables that Spark's daemons need; the rest of the user's environment is not theirs. */
function daemonEnvironment(
  created: NewService,
  options: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    JAVA_HOME: created.javaHome,
    SPARK_HOME: created.sparkHome,
    SPARK_LOCAL_IP: loopback,
    SPARK_DAEMON_MEMORY: '512m',
    SPARK_DAEMON_JAVA_OPTS: `"${marker(created.part)}"`,
    STOKE_PART: created.part.workDir,
    ...options,
  };
}

/** A master with its submission API on, that knows its applications and workers again after a crash. */
export function masterService(created: NewService, ports: Required<Service['ports']>): Service {
  const recovery = join(created.part.workDir, 'recovery');
  return {
    kind: 'master',
    file: join(created.sparkHome, 'bin', 'spark-class'),
    args: [
      'org.apache.spark.deploy.master.Master',
      ...['--host', loopback, '--port', String(ports.rpc), '--webui-port', String(ports.web)],
    ],
    env: daemonEnvironment(created, {
      SPARK_MASTER_OPTS: [
        '-Dspark.master.rest.enabled=true',
        `-Dspark.master.rest.port=${ports.rest}`,
        '-Dspark.deploy.recoveryMode=FILESYSTEM',
        `"-Dspark.deploy.recoveryDirectory=${recovery}"`,
      ].join(' '),
    }),
    ports,
    cpus: 0,
    memMb: 0,
    createdAt: created.createdAt,
  };
}

/** A worker that can be decommissioned. */
export function workerService(
  created: NewService,
  ports: { readonly rpc: number; readonly web: number },
  masterPort: number,
): Service {
  return {
    kind: 'worker',
    file: join(created.sparkHome, 'bin', 'spark-class'),
    args: [
      'org.apache.spark.deploy.worker.Worker',
      ...['--host', loopback, '--port', String(ports.rpc), '--webui-port', String(ports.web)],
      ...['--cores', String(created.cpus), '--memory', `${created.memMb}M`],
      ...['--work-dir', join(created.part.workDir, 'work')],
      `spark://${loopback}:${masterPort}`,
    ],
    env: daemonEnvironment(created, { SPARK_WORKER_OPTS: '-Dspark.decommission.enabled=true' }),
    ports,
    cpus: created.cpus,
    memMb: created.memMb,
    createdAt: created.createdAt,
  };
}

/** Writes the description down; the part can be started again from it. */
export async function saveService(part: ServicePart, service: Service): Promise<void> {
  await writeFileAtomic(servicePath(part), `${JSON.stringify(service, null, 2)}\n`);
}

/** Starts the process of a part. */
export async function startService(
  part: ServicePart,
  service: Service,
  env: Environment,
): Promise<StartedDaemon> {
  return startDaemon({
    file: service.file,
    args: service.args,
    env: { PATH: env.PATH, HOME: env.HOME, USER: env.USER, LANG: env.LANG, ...service.env },
    cwd: part.workDir,
    logFile: part.folder.logFile(part.name),
  });
}

/** The error for a part that ended or did not serve, with the end of its log. */
export async function notServing(part: ServicePart, reason: string): Promise<Error> {
  const logFile = part.folder.logFile(part.name);
  const last = await tailLog(logFile);
  return clusterError('DAEMON_NOT_STARTED', {
    message: `Cannot start '${part.name}' of cluster '${part.folder.name}': ${reason}${last === '' ? '' : `\n${last}`}`,
    details: { part: part.name, logFile },
  });
}
