/** What an engine says of a container ("Inspect a container"), as far as the agent looks at it. Pure. */
import type { NetworkInfo, Resource } from '@stoke/protocol';
import { z } from 'zod';
import type { ContainerFacts, Limitation } from '../../core/events.ts';

const container = z.object({
  Config: z.object({
    Labels: z.record(z.string(), z.string()).nullish(),
    StopSignal: z.string().optional(),
    Tty: z.boolean().default(false),
  }),
  HostConfig: z.object({ NetworkMode: z.string().default('') }),
  NetworkSettings: z.object({
    Networks: z.record(z.string(), z.object({ IPAddress: z.string().optional() })).nullish(),
  }),
  State: z.object({
    Status: z.string(),
    Running: z.boolean(),
    OOMKilled: z.boolean().default(false),
    Pid: z.int().default(0),
    ExitCode: z.int().default(0),
  }),
});

const exitCodeShift = 8;

export interface Inspection {
  readonly labels: Readonly<Record<string, string>>;
  readonly stopSignal: string | undefined;
  readonly tty: boolean;
  /** `created` has not run yet. */
  readonly state: 'created' | 'running' | 'ended';
  readonly pid: number;
  /** As waitpid would give it; a signal is an exit code above 128, as everywhere in Docker. */
  readonly status: number;
  readonly oomKilled: boolean;
  readonly facts: ContainerFacts;
}

/** @throws ZodError for an answer of another shape */
export function readInspection(value: unknown): Inspection {
  const { Config, State, HostConfig, NetworkSettings } = container.parse(value);
  const networks = networksOf(HostConfig.NetworkMode, NetworkSettings.Networks ?? {});
  const began = State.Running ? 'running' : 'ended';
  return {
    labels: Config.Labels ?? {},
    stopSignal: Config.StopSignal,
    tty: Config.Tty,
    state: State.Status === 'created' ? 'created' : began,
    pid: State.Pid,
    status: State.ExitCode << exitCodeShift,
    oomKilled: State.OOMKilled,
    facts: { data: told(value), ...(networks === undefined ? {} : { networks }) },
  };
}

function networksOf(
  mode: string,
  all: Readonly<Record<string, { readonly IPAddress?: string | undefined }>>,
): readonly NetworkInfo[] | undefined {
  if (mode === 'host') return undefined;
  return Object.entries(all).flatMap(([name, { IPAddress }]): NetworkInfo[] => {
    if (IPAddress === undefined || IPAddress === '') return [];
    const ip_addresses = [{ protocol: 'IPv4' as const, ip_address: IPAddress }];
    return [name === 'bridge' ? { ip_addresses } : { name, ip_addresses }];
  });
}

/** As `docker inspect` prints it, without the environment: that may hold secrets, and statuses go to many. */
function told(value: unknown): Uint8Array {
  const text = JSON.stringify([value], (name, inner: unknown) => (name === 'Env' ? [] : inner));
  return new TextEncoder().encode(text);
}

/** The kernel ended the container for want of memory; ending well, it did without what was killed. */
export function limitationOf(
  { oomKilled, status }: Inspection,
  memoryMb: number,
): Limitation | undefined {
  if (!oomKilled || status === 0) return undefined;
  const mem: Resource = { name: 'mem', type: 'SCALAR', scalar: { value: memoryMb } };
  return {
    reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
    message: `Memory limit exceeded: Requested: ${memoryMb}MB`,
    limits: { resources: [mem] },
  };
}
