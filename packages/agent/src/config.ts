/** Flags of the agent: Mesos's names and defaults; only those that do something. */
import { statSync } from 'node:fs';
import {
  aclsFlag,
  bytesFlag,
  domainFlag,
  durationFlag,
  logLevels,
  pathFlag,
  rateFlags,
  tlsFlags,
  tlsProblems,
} from '@stoke/kit';
import { z } from 'zod';
import { parseEngineAddress } from './io/docker/engine-client.ts';
import { gpuFlagProblems } from './io/gpus/gpu-devices.ts';
import { masterProblems } from './master-address.ts';

const logLevel = z
  .string()
  .transform((level) => level.toLowerCase().replace('warning', 'warn'))
  .pipe(z.enum(logLevels));

const variables = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'expected a JSON object of strings' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), z.string()));

/** One schema for flags, environment (`MESOS_<FLAG>`) and `--help`. */
export const agentFlags = z.object({
  master: z
    .string()
    .min(1)
    .describe(
      'The master, host:port, https://host:port or zk://host:port,…/path; or file:///path of a file that says it',
    ),
  work_dir: pathFlag().describe('Directory of sandboxes, of the checkpoints and of daemon.json'),
  ip: z.string().default('127.0.0.1').describe('Address to listen on'),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(5051)
    .describe('Port to listen on; 0: a free one, kept over restarts'),
  hostname: z
    .string()
    .optional()
    .describe('Name that frameworks and clients are told; default: the address'),
  resources: z
    .string()
    .default('')
    .describe(
      'What is offered: cpus:4;mem:2048;ports:[31000-32000]; the rest is detected, within the limits of the control group of the agent',
    ),
  oversubscribed_resources: z
    .string()
    .default('')
    .describe(
      'Revocable resources offered on top of --resources to frameworks with REVOCABLE_RESOURCES: cpus:2;mem:512',
    ),
  attributes: z.string().default('').describe('What frameworks may choose by: rack:r1;zone:z1'),
  domain: domainFlag()
    .optional()
    .describe('Fault domain: {"fault_domain":{"region":{"name":"eu"},"zone":{"name":"a"}}}'),
  default_role: z
    .string()
    .default('*')
    .describe('Role that --resources without one are reserved to'),
  acls: aclsFlag()
    .optional()
    .describe(
      'Access control lists, JSON or file:///path: who may do what; see the security guide',
    ),
  zk_session_timeout: durationFlag()
    .prefault('10secs')
    .describe('Time-out of the session with ZooKeeper, when --master names one'),
  credential: pathFlag()
    .optional()
    .describe('File {"principal","secret"}, or both on a line, that the agent shows its master'),
  http_credentials: pathFlag()
    .optional()
    .describe('File {"credentials":[{"principal","secret"}]}, or a principal and a secret a line'),
  jwt_secret_key: pathFlag()
    .optional()
    .describe('File with the key of bearer tokens; default: a key of its own, for executors only'),
  authenticate_http_executors: z
    .boolean()
    .default(false)
    .describe('Executors need the token that the agent gives them'),
  authenticate_http_readonly: z
    .boolean()
    .default(false)
    .describe('Reading endpoints need credentials'),
  authenticate_http_readwrite: z
    .boolean()
    .default(false)
    .describe('Changing endpoints need credentials'),
  ...rateFlags,
  ...tlsFlags,
  insecure: z.boolean().default(false).describe('Serve other machines without authentication'),
  logging_level: logLevel.default('info').describe('Least level that is logged'),
  external_log_file: pathFlag()
    .optional()
    .describe('File with the log of this agent, served as /slave/log'),
  switch_user: z.boolean().default(true).describe('As root: run tasks as the user they name'),
  executor_environment_variables: variables
    .prefault('{}')
    .describe('Variables for every executor, a JSON object'),
  executor_registration_timeout: durationFlag()
    .prefault('1mins')
    .describe('Time an executor has to subscribe'),
  executor_reregistration_timeout: durationFlag()
    .prefault('2secs')
    .describe('Time an executor has to subscribe again after a restart of the agent'),
  executor_shutdown_grace_period: durationFlag()
    .prefault('5secs')
    .describe('Time an executor has to end when it is shut down'),
  recovery_timeout: durationFlag()
    .prefault('15mins')
    .describe('Time for which executors wait for the agent'),
  http_command_executor: z
    .boolean()
    .default(false)
    .describe('Kill policies of KILL calls count for command tasks too'),
  max_completed_executors_per_framework: z
    .int()
    .min(0)
    .default(150)
    .describe('Ended executors to remember per framework'),
  fetcher_cache_dir: pathFlag()
    .optional()
    .describe('Directory of cached files; default: below --work_dir'),
  fetcher_cache_size: bytesFlag().prefault('2GB').describe('Size of the cache'),
  fetcher_stall_timeout: durationFlag()
    .prefault('1mins')
    .describe('Longest pause of a download before it fails'),
  fetcher_max_size: bytesFlag()
    .prefault('16GB')
    .describe('Largest download, and largest content of an archive'),
  webhdfs_port: z
    .int()
    .min(1)
    .max(65_535)
    .default(9870)
    .describe('Port of WebHDFS on the name nodes of hdfs:// files to fetch'),
  frameworks_home: pathFlag().optional().describe('Where relative paths of files to fetch start'),
  gc_delay: durationFlag()
    .prefault('1weeks')
    .describe('Age at which sandboxes of ended executors go'),
  gc_disk_headroom: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('Part of the disk to keep free: the fuller the disk, the younger sandboxes go'),
  disk_watch_interval: durationFlag()
    .prefault('1mins')
    .describe('How often the disk is looked at, and sandboxes that are too old'),
  enforce_container_disk_quota: z
    .boolean()
    .default(false)
    .describe('End containers whose sandbox or volume holds more than the disk they were given'),
  container_disk_watch_interval: durationFlag()
    .prefault('15secs')
    .describe('How often the disk of containers is measured'),
  enforce_container_ports: z
    .boolean()
    .default(false)
    .describe('End containers that listen on offered ports they were not given'),
  container_ports_watch_interval: durationFlag()
    .prefault('30secs')
    .describe('How often the ports of containers are looked at'),
  container_log_max_size: bytesFlag()
    .optional()
    .describe('Size at which stdout and stderr of a container are rotated; default: never'),
  container_log_max_files: z
    .int()
    .min(1)
    .default(5)
    .describe('Files kept of a rotated stdout or stderr, the one being written among them'),
  containerizers: z
    .string()
    .default('mesos')
    .describe(
      'What runs containers: a list of mesos (plain processes), oci (an OCI runtime) and docker (a Docker Engine); the first that supports a container gets it',
    ),
  isolation: z
    .enum(['', 'gpu/nvidia'])
    .default('')
    .describe(
      'gpu/nvidia: containers of oci and docker get the GPUs they were given, and no others; the rest of isolation comes with --containerizers',
    ),
  nvidia_gpu_devices: z
    .string()
    .regex(/^\d+(,\d+)*$/)
    .optional()
    .describe('Numbers of the GPUs to offer: 0,1; default: all that are found'),
  nvidia_device_dir: pathFlag()
    .prefault('/dev')
    .describe('Directory of the device nodes of GPUs: nvidia0, nvidiactl and so on'),
  oci_runtime: pathFlag().optional().describe('Runtime of oci; default: runc on PATH'),
  oci_init: pathFlag()
    .optional()
    .describe('First process of containers of oci; default: tini-static on PATH'),
  oci_root: z
    .enum(['overlay', 'readonly'])
    .default('overlay')
    .describe("The machine's files in containers of oci: private copies on write, or read-only"),
  oci_tmp: z
    .enum(['private', 'shared'])
    .default('private')
    .describe("The /tmp of containers of oci: one of their own, or the machine's"),
  oci_host_volumes: z
    .string()
    .regex(/^(\/[^,:]*(:ro)?(,\/[^,:]*(:ro)?)*)?$/)
    .default('')
    .describe(
      'Directories of the machine that tasks may mount: /data,/srv/models:ro; default: none',
    ),
  oci_max_processes: z
    .int()
    .min(2)
    .default(4096)
    .describe('Most processes and threads in a container of oci or docker'),
  network_cni_config_dir: pathFlag()
    .optional()
    .describe(
      'Directory of files (.conf, .conflist, .json) that describe networks containers of oci may join; read for each such container',
    ),
  network_cni_plugins_dir: z
    .string()
    .min(1)
    .optional()
    .describe('Directories of the plugins of these networks, with colons between'),
  network_cni_timeout: durationFlag()
    .prefault('1mins')
    .describe('Time that one call of a plugin may take'),
  image_providers: z
    .enum(['', 'docker'])
    .default('')
    .describe('docker: oci runs tasks in images of Docker and OCI; empty: it refuses them'),
  docker_registry: z
    .string()
    .regex(/^(https?:\/\/|file:\/\/\/|\/)/)
    .default('https://registry-1.docker.io')
    .describe('Where images without a registry in their name are: https://HOST, or a directory'),
  docker_config: z
    .string()
    .optional()
    .describe('Logins for registries: what docker login writes, or file:///path of it'),
  docker_store_dir: pathFlag()
    .optional()
    .describe('Directory of unpacked images; default: below --work_dir'),
  docker_store_size: bytesFlag()
    .prefault('20GB')
    .describe('Size from which images go that no container uses'),
  sandbox_directory: z
    .string()
    .regex(/^\/[^:,\0]+$/)
    .default('/mnt/mesos/sandbox')
    .describe('Where the sandbox is in containers made from an image'),
  cgroups_root: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/)
    .default('mesos')
    .describe('Control group that those of containers are made in'),
  cgroups_enable_cfs: z
    .boolean()
    .default(false)
    .describe(
      'Containers of oci and docker never get more cpu than they have, even on an idle machine',
    ),
  docker_socket: z
    .string()
    .default('/var/run/docker.sock')
    .refine((text) => parseEngineAddress(text) !== undefined, {
      message: 'expected a path, unix://path or tcp://host:port',
    })
    .describe('Where the Docker Engine listens: a path, or tcp://host:port'),
  docker_stop_timeout: durationFlag()
    .prefault('0secs')
    .describe('Time a container of Docker has to end before it is killed, when it is killed'),
  docker_remove_delay: durationFlag()
    .prefault('6hrs')
    .describe('Time for which ended containers stay at the Docker Engine'),
  docker_kill_orphans: z
    .boolean()
    .default(true)
    .describe('Containers of this agent at the Docker Engine that it does not know are removed'),
});

export type AgentConfig = Readonly<z.output<typeof agentFlags>>;

function isLoopback(ip: string): boolean {
  return ip === 'localhost' || ip === '::1' || ip.startsWith('127.');
}

/** What cannot be right about flags that are fine one by one. */
export function configProblems(config: AgentConfig): string[] {
  return [
    ...masterProblems(config),
    ...authenticationProblems(config),
    ...tlsProblems(config),
    ...containerizerProblems(config),
    ...networkProblems(config),
    ...gpuFlagProblems(config),
  ];
}

const credentialFlags = ['authenticate_http_readonly', 'authenticate_http_readwrite'] as const;
const authenticationFlags = [...credentialFlags, 'authenticate_http_executors'] as const;

/** Whether anybody at all has to say who he is. */
export function isAuthenticating(config: AgentConfig): boolean {
  return authenticationFlags.some((flag) => config[flag]);
}

function authenticationProblems(config: AgentConfig): string[] {
  const problems: string[] = [];
  const wanted = credentialFlags.find((flag) => config[flag]);
  const missing = authenticationFlags.filter((flag) => !config[flag]);
  const known = config.http_credentials ?? config.jwt_secret_key;
  if (wanted !== undefined && known === undefined) {
    problems.push(`Expected \`--http_credentials\` to name a file, because --${wanted} is set`);
  }
  if (!isLoopback(config.ip) && !config.insecure && missing.length > 0) {
    const names = missing.map((flag) => `--${flag}`).join(', ');
    problems.push(
      `Cannot listen on '${config.ip}': other machines could use the agent without authentication; set ${names} with --http_credentials, or --insecure if the network is trusted`,
    );
  }
  return problems;
}

function containerizerProblems({ containerizers }: AgentConfig): string[] {
  const known = ['mesos', 'posix', 'oci', 'docker'];
  const unknown = containerizers.split(',').filter((name) => !known.includes(name));
  return unknown.map(
    (name) => `Expected \`--containerizers\` to hold only mesos, oci and docker, got '${name}'`,
  );
}

const networkFlags = ['network_cni_config_dir', 'network_cni_plugins_dir'] as const;

/** One without the other, and directories that are not there. */
function networkProblems(config: AgentConfig): string[] {
  const missing = networkFlags.filter((flag) => config[flag] === undefined);
  if (missing.length === networkFlags.length) return [];
  const problems = missing.map(
    (flag) => `Expected \`--${flag}\`, because the other flag of networks is set`,
  );
  for (const flag of networkFlags) {
    const absent = (config[flag]?.split(':') ?? []).filter((path) => !isDirectory(path));
    problems.push(...absent.map((path) => `--${flag}: '${path}' is no directory`));
  }
  return problems;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
