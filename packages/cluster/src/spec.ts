/** The description of a cluster: a versioned public form, checked once with all problems, turned into the internal form. */
import { z } from 'zod';

const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const nameRule = 'lower-case letters, digits and inner dashes, at most 40 characters';

/** `key=value` of a Mesos flag for a daemon, e.g. `agent_ping_timeout=1secs`. */
const flagSetting = z
  .string()
  .regex(/^[a-z][a-z0-9_]*=/, 'expected FLAG=VALUE, such as agent_ping_timeout=1secs');

const publicSpec = z.strictObject({
  apiVersion: z.literal('stoke/v1'),
  kind: z.literal('Cluster'),
  name: z.string().regex(namePattern, `expected ${nameRule}`),
  provider: z.string().min(1),
  /** Names of the hosts; on one machine, names of its agents. */
  hosts: z.array(z.string().regex(namePattern, `expected ${nameRule}`)).optional(),
  /** How many hosts, when they are not named. */
  agents: z
    .int('expected a whole number')
    .min(1, 'expected 1 or more')
    .max(64, 'expected 64 or less')
    .optional(),
  agentCpus: z.number('expected a number').min(0.1, 'expected 0.1 or more').max(1024).optional(),
  agentMemMb: z
    .int('expected a whole number of MiB')
    .min(256, 'expected 256 MiB or more')
    .optional(),
  port: z.int('expected a whole number').min(1).max(65_535, 'expected 65535 or less').optional(),
  masterFlags: z.array(flagSetting).optional(),
  agentFlags: z.array(flagSetting).optional(),
});

/** A cluster as users describe it, version `stoke/v1`. Only `name` and `provider` are needed. */
export type ClusterSpecV1 = z.infer<typeof publicSpec>;

/** A checked description; nothing is optional for historical reasons. */
export interface ClusterSpec {
  readonly name: string;
  readonly provider: string;
  /** At least one, all different. */
  readonly hosts: readonly string[];
  /** Per host; undefined: an equal share of the machine. */
  readonly agentCpus: number | undefined;
  readonly agentMemMb: number | undefined;
  /** Of the master; undefined: a free one. */
  readonly port: number | undefined;
  readonly masterFlags: readonly string[];
  readonly agentFlags: readonly string[];
}

/** The internal form, or every problem of the public one, a line each. */
export type ReadSpec =
  | { readonly ok: true; readonly spec: ClusterSpec }
  | { readonly ok: false; readonly problems: readonly string[] };

const defaultAgents = 3;

/** The name a host gets when the user gives none; counts from 1. */
export function defaultHostName(number: number): string {
  return `agent-${number}`;
}

/** Why the text cannot name a cluster or host; undefined when it can. */
export function nameProblem(name: string): string | undefined {
  return namePattern.test(name) ? undefined : `expected ${nameRule}, got '${name}'`;
}

/** Checks, defaults and converts a description; touches nothing. */
export function readClusterSpec(input: unknown): ReadSpec {
  const parsed = publicSpec.safeParse(input);
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map(issueLine(input)) };
  const problems = contradictions(parsed.data);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, spec: internal(parsed.data) };
}

function issueLine(input: unknown): (issue: z.core.$ZodIssue) => string {
  return (issue) => {
    const given = valueAt(input, issue.path);
    const value = typeof given === 'string' || typeof given === 'number' ? `, got '${given}'` : '';
    return `${issue.path.join('.') || 'cluster'}: ${issue.message}${value}`;
  };
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let current = input;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

function contradictions(given: ClusterSpecV1): string[] {
  const problems: string[] = [];
  const hosts = given.hosts ?? [];
  const twice = hosts.filter((host, index) => hosts.indexOf(host) !== index);
  for (const host of new Set(twice))
    problems.push(`hosts: expected each once, got '${host}' twice`);
  if (hosts.length > 0 && given.agents !== undefined && given.agents !== hosts.length) {
    problems.push(
      `agents: expected ${hosts.length}, as many as hosts are named, got ${given.agents}`,
    );
  }
  return problems;
}

function internal(given: ClusterSpecV1): ClusterSpec {
  const named = given.hosts ?? [];
  const count = given.agents ?? defaultAgents;
  return {
    name: given.name,
    provider: given.provider,
    hosts:
      named.length > 0 ? named : Array.from({ length: count }, (_, i) => defaultHostName(i + 1)),
    agentCpus: given.agentCpus,
    agentMemMb: given.agentMemMb,
    port: given.port,
    masterFlags: given.masterFlags ?? [],
    agentFlags: given.agentFlags ?? [],
  };
}
