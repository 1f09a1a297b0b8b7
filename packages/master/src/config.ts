/** Flags of the master: Mesos's names and defaults; only those that do something. */
import {
  aclsFlag,
  bytesFlag,
  domainFlag,
  durationFlag,
  errorMessage,
  jsonFlag,
  logLevels,
  parseRateLimits,
  pathFlag,
  rateFlags,
  tlsFlags,
  tlsProblems,
} from '@stoke/kit';
import { parseZooKeeperAddress } from '@stoke/zookeeper';
import { z } from 'zod';

const logLevel = z
  .string()
  .transform((level) => level.toLowerCase().replace('warning', 'warn'))
  .pipe(z.enum(logLevels));

function zooKeeperFlag() {
  return z.string().transform((text, context) => {
    try {
      return parseZooKeeperAddress(text.trim());
    } catch (error) {
      context.addIssue({ code: 'custom', message: errorMessage(error) });
      return z.NEVER;
    }
  });
}

/** One schema for flags, environment (`MESOS_<FLAG>`) and `--help`. */
export const masterFlags = z.object({
  ip: z.string().default('127.0.0.1').describe('Address to listen on'),
  port: z.int().min(0).max(65_535).default(5050).describe('Port to listen on; 0: a free one'),
  hostname: z.string().optional().describe('Name that clients are told; default: the address'),
  advertise_ip: z.string().optional().describe('Address that clients are told; default: --ip'),
  advertise_port: z.int().min(1).max(65_535).optional().describe('Port that clients are told'),
  work_dir: pathFlag().describe('Directory of the registry and of daemon.json'),
  cluster: z.string().optional().describe('Name of the cluster, shown by clients'),
  log_dir: pathFlag().optional().describe('Directory for a copy of the log, served as /master/log'),
  logging_level: logLevel.default('info').describe('Least level that is logged'),
  agent_ping_timeout: durationFlag()
    .prefault('15secs')
    .describe('Time an agent has to answer a ping'),
  max_agent_ping_timeouts: z
    .int()
    .min(1)
    .default(5)
    .describe('Missed pings after which an agent is unreachable'),
  agent_reregister_timeout: durationFlag()
    .prefault('10mins')
    .describe('Time agents have to come back after a broken link or a restart of the master'),
  allocation_interval: durationFlag()
    .prefault('1secs')
    .describe('Time between two batch allocations'),
  min_allocatable_resources: z
    .string()
    .default('cpus:0.01|mem:32')
    .describe('Alternatives of which an offer must hold at least one'),
  fair_sharing_excluded_resource_names: z
    .string()
    .optional()
    .describe('Resources that do not count in fair shares, separated by commas'),
  role_sorter: z
    .enum(['drf', 'random'])
    .default('drf')
    .describe('How roles are ordered: by dominant shares, or at random by weight'),
  framework_sorter: z
    .enum(['drf', 'random'])
    .default('drf')
    .describe('How the frameworks of one role are ordered'),
  whitelist: pathFlag()
    .optional()
    .describe('File with the hostnames, one a line, whose agents are offered; read every 5 s'),
  domain: domainFlag()
    .optional()
    .describe('Fault domain as JSON: {"fault_domain":{"region":{"name"},"zone":{"name"}}}'),
  require_agent_domain: z.boolean().default(false).describe('Refuse agents without --domain'),
  filter_gpu_resources: z
    .boolean()
    .default(true)
    .describe('Offer agents with gpus only to frameworks with GPU_RESOURCES'),
  offer_timeout: durationFlag().optional().describe('Time after which an open offer is rescinded'),
  roles: z.string().optional().describe('Roles that frameworks may use, separated by commas'),
  root_submissions: z.boolean().default(true).describe('Whether root may run frameworks'),
  publish_per_framework_metrics: z
    .boolean()
    .default(true)
    .describe('Whether metrics tell of each framework'),
  max_completed_frameworks: z.int().min(0).default(50).describe('Ended frameworks to remember'),
  max_completed_tasks_per_framework: z
    .int()
    .min(0)
    .default(1000)
    .describe('Ended tasks to remember per framework'),
  max_unreachable_tasks_per_framework: z
    .int()
    .min(0)
    .default(1000)
    .describe('Unreachable tasks to remember per framework'),
  registry: z
    .enum(['replicated_log', 'in_memory'])
    .default('replicated_log')
    .describe('Where the registry lives: in a file of --work_dir, or nowhere'),
  zk: zooKeeperFlag()
    .optional()
    .describe(
      'zk://[user:password@]host:port,…/path: stand for election there, and keep the registry there; or file:///path of a file that says it',
    ),
  zk_session_timeout: durationFlag()
    .prefault('10secs')
    .describe('Time after which a master that ZooKeeper does not hear of leads no more'),
  registry_gc_interval: durationFlag()
    .prefault('15mins')
    .describe('Time between two clean-ups of the registry'),
  registry_max_agent_age: durationFlag()
    .prefault('2weeks')
    .describe('Time for which lost agents are remembered'),
  registry_max_agent_count: z
    .int()
    .min(0)
    .default(102_400)
    .describe('Lost agents that are remembered'),
  acls: aclsFlag()
    .optional()
    .describe(
      'Access control lists, JSON or file:///path: who may do what; see the security guide',
    ),
  credentials: pathFlag()
    .optional()
    .describe('File {"credentials":[{"principal","secret"}]}, or a principal and a secret a line'),
  jwt_secret_key: pathFlag()
    .optional()
    .describe('File with the key of bearer tokens; their claim sub is the principal'),
  authenticate_http_frameworks: z.boolean().default(false).describe('Frameworks need credentials'),
  authenticate_http_readonly: z
    .boolean()
    .default(false)
    .describe('Reading endpoints need credentials'),
  authenticate_http_readwrite: z
    .boolean()
    .default(false)
    .describe('Changing endpoints need credentials'),
  authenticate_agents: z.boolean().default(false).describe('Agents need credentials'),
  rate_limits: jsonFlag(parseRateLimits)
    .optional()
    .describe('Requests a second and requests that may wait, by principal; JSON or file:///path'),
  ...rateFlags,
  ...tlsFlags,
  insecure: z.boolean().default(false).describe('Serve other machines without authentication'),
  max_operator_event_stream_subscribers: z
    .int()
    .min(1)
    .default(1000)
    .describe('Event streams of the operator API; beyond, the oldest is dropped'),
  max_stream_queue: bytesFlag()
    .prefault('64MB')
    .describe('Bytes that may wait for a slow scheduler, operator or agent before it is cut off'),
});

export type MasterConfig = Readonly<z.output<typeof masterFlags>>;

const AUTHENTICATION_FLAGS = [
  'authenticate_http_frameworks',
  'authenticate_http_readonly',
  'authenticate_http_readwrite',
  'authenticate_agents',
] as const;

/** Whether anybody at all has to say who he is. */
export function isAuthenticating(config: MasterConfig): boolean {
  return AUTHENTICATION_FLAGS.some((flag) => config[flag]);
}

function isLoopback(ip: string): boolean {
  return ip === 'localhost' || ip === '::1' || ip.startsWith('127.');
}

/** Alternatives separated by bars, amounts by semicolons: `cpus:0.01|mem:32`. */
function minimumProblems({ min_allocatable_resources: text }: MasterConfig): string[] {
  const isAmount = (part: string): boolean => /^\s*[^\s:]+\s*:\s*\d+(\.\d+)?\s*$/.test(part);
  const parts = text.split('|').flatMap((alternative) => alternative.split(';'));
  return text === '' || parts.every(isAmount)
    ? []
    : [
        `Expected \`--min_allocatable_resources\` to be like 'cpus:0.01|mem:32;disk:64', got '${text}'`,
      ];
}

/** What cannot be right about flags that are fine one by one. */
export function configProblems(config: MasterConfig): string[] {
  const problems: string[] = [...minimumProblems(config), ...tlsProblems(config)];
  if (config.zk?.path === '/') {
    problems.push('Expected `--zk` to name a path, such as zk://host:2181/mesos');
  }
  const wanted = AUTHENTICATION_FLAGS.filter((flag) => config[flag]);
  const missing = AUTHENTICATION_FLAGS.filter((flag) => !config[flag]);
  const known = config.credentials ?? config.jwt_secret_key;
  if (wanted.length > 0 && known === undefined) {
    problems.push(`Expected \`--credentials\` to name a file, because --${wanted[0]} is set`);
  }
  if (!isLoopback(config.ip) && !config.insecure && missing.length > 0) {
    const flags = missing.map((flag) => `--${flag}`).join(', ');
    problems.push(
      `Cannot listen on '${config.ip}': other machines could use the master without authentication; set ${flags} with --credentials, or --insecure if the network is trusted`,
    );
  }
  return problems;
}
