/** The programs that OCI containers need: a runtime, an init process, and some tools of util-linux and Perl. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage, runCommand } from '@stoke/kit';
import { agentError } from '../../errors.ts';
import { findOnPath } from '../executables.ts';
import { isUnified } from './cgroup-files.ts';

const defaultRuntime = 'runc';
const defaultInit = 'tini-static';
const tools = ['perl', 'mount'];
const deleteTimeoutMs = 10_000;
const hierarchy = '/sys/fs/cgroup';
const controllers = ['cpu', 'memory', 'pids'];
const helpTimeoutMs = 5_000;

export interface OciPrograms {
  readonly runtime: string;
  /** Whether it can stay beside a container and leave it there when it ended, which terminals take. */
  readonly runtimeStays: boolean;
  /** A static build, so that it runs in any root. */
  readonly init: string;
  readonly unshare: string;
}

export interface OciProgramFlags {
  readonly oci_runtime?: string | undefined;
  readonly oci_init?: string | undefined;
}

/** Looks the programs up on PATH; throws with all that is missing. */
export function findOciPrograms(flags: OciProgramFlags): OciPrograms {
  const missing: string[] = [];
  const need = (name: string, advice: string): string => {
    const found = findOnPath(name);
    if (found === undefined) missing.push(`${name} is not there (${advice})`);
    return found ?? '';
  };
  const { oci_runtime: runtime, oci_init: init } = flags;
  const programs = {
    runtime: need(runtime ?? defaultRuntime, 'install runc or name one with --oci_runtime'),
    init: need(init ?? defaultInit, 'install tini or name one with --oci_init'),
    unshare: need('unshare', 'install util-linux'),
  };
  for (const tool of tools) need(tool, `install ${tool}`);
  const help = programs.runtime === '' ? '' : helpOf(programs.runtime);
  if (programs.runtime !== '' && !(/--detach\b/.test(help) && /--pid-file\b/.test(help))) {
    missing.push(`${programs.runtime} does not know 'run --detach --pid-file' (use runc or crun)`);
  }
  const problem = isUnified() ? problemWithVersion2() : problemBesideVersion2(programs.runtime);
  if (problem !== undefined) missing.push(problem);
  if (process.getuid?.() !== 0) missing.push('the agent does not run as root');
  if (missing.length === 0) return { ...programs, runtimeStays: /--keep\b/.test(help) };
  throw agentError('CONTAINERIZER_UNUSABLE', {
    message: `Cannot start containerizer 'oci': ${[...new Set(missing)].join('; ')}; or leave oci out of --containerizers`,
  });
}

function helpOf(runtime: string): string {
  const help = spawnSync(runtime, ['run', '--help'], { timeout: helpTimeoutMs, encoding: 'utf8' });
  return help.stdout ?? '';
}

/** A group hands on its controllers only when it is the machine's root or holds no process itself. */
function problemWithVersion2(): string | undefined {
  const there = readFileSync(join(hierarchy, 'cgroup.controllers'), 'utf8').trim().split(' ');
  const absent = controllers.filter((name) => !there.includes(name));
  if (absent.length > 0) {
    return `control groups of version 2 lack the controllers ${absent.join(', ')}`;
  }
  try {
    const handedOn = controllers.map((name) => `+${name}`).join(' ');
    writeFileSync(join(hierarchy, 'cgroup.subtree_control'), handedOn);
    return undefined;
  } catch (error) {
    return `control groups cannot be made below ${hierarchy} (${errorMessage(error)}; no process may be in that group itself)`;
  }
}

/** The runtimes take the controllers of version 1 then, or refuse. */
function problemBesideVersion2(runtime: string): string | undefined {
  if (runtime === '' || !existsSync(join(hierarchy, 'unified', 'cgroup.controllers'))) return;
  const { stdout } = spawnSync(runtime, ['--version'], {
    timeout: helpTimeoutMs,
    encoding: 'utf8',
  });
  return stdout?.startsWith('crun ')
    ? `${runtime} does not run on control groups of versions 1 and 2 beside one another (use runc)`
    : undefined;
}

export interface DeleteRequest {
  readonly runtime: string;
  /** Where the runtime keeps its state. */
  readonly root: string;
  readonly containerId: string;
}

/** Kills what is left of a container and removes its control groups; one that is unknown is no error. */
export async function deleteContainer({
  runtime,
  root,
  containerId,
}: DeleteRequest): Promise<void> {
  const args = ['--root', root, 'delete', '--force', containerId];
  const ended = await runCommand({ file: runtime, args, timeoutMs: deleteTimeoutMs });
  if (ended.exitCode === 0 || /does not exist/.test(ended.stderr)) return;
  const reason = ended.error === undefined ? ended.stderr.trim() : errorMessage(ended.error);
  throw agentError('LAUNCH_FAILED', {
    message: `Cannot remove container '${containerId}': ${reason || ended.cause}`,
  });
}

/** Changes the limits of a container that runs. */
export async function updateContainer(update: {
  readonly runtime: string;
  readonly bundle: string;
  readonly containerId: string;
  /** As in the description of the container. */
  readonly limits: unknown;
}): Promise<void> {
  const { runtime, bundle, containerId, limits } = update;
  const path = join(bundle, 'limits.json');
  await writeFile(path, JSON.stringify(limits));
  const args = ['--root', join(bundle, 'state'), 'update', '--resources', path, containerId];
  const ended = await runCommand({ file: runtime, args, timeoutMs: deleteTimeoutMs });
  if (ended.exitCode === 0) return;
  const reason = ended.error === undefined ? ended.stderr.trim() : errorMessage(ended.error);
  throw agentError('LAUNCH_FAILED', {
    message: `Cannot resize container '${containerId}': ${reason || ended.cause}`,
  });
}

/** How the runtime is told to run something inside a container. */
export function execWords({ terminal }: { readonly terminal?: boolean }): readonly string[] {
  // Without a log of its own it writes what goes wrong as a line of a log, in place of a plain one.
  const words = ['--log', '/dev/null', 'exec'];
  return terminal === true ? [...words, '--tty'] : words;
}
