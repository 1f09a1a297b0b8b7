/** Network namespaces that outlive their processes: each is held by a file it is mounted on. */
import { closeSync, openSync, statfsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { describeEnd, type Ended, runCommand, systemErrorCode } from '@stoke/kit';
import { agentError } from '../../errors.ts';

const timeoutMs = 10_000;
/** `NSFS_MAGIC` of the kernel. */
const namespaceFiles = 0x6e736673;

/** Switches the loopback device on: SIOCSIFFLAGS with IFF_UP and IFF_RUNNING. */
const loopbackUp =
  'socket(my $s, 2, 2, 0) or die "socket: $!\\n"; my $r = pack("Z16 s x14", "lo", 0x41); ioctl($s, 0x8914, $r) or die "lo: $!\\n"';

/** Makes a namespace with a loopback device, on a file that must not be there yet. */
export async function makeNamespace(file: string): Promise<void> {
  closeSync(openSync(file, 'wx', 0o600));
  const args = [`--net=${file}`, 'perl', '-e', loopbackUp];
  const ended = await runCommand({ file: 'unshare', args, timeoutMs });
  if (ended.exitCode !== 0) throw failed('make', ended);
}

/** Whether the file holds a namespace; after a restart of the machine it does not. */
export function isNamespace(file: string): boolean {
  try {
    return statfsSync(file).type === namespaceFiles;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** The namespace goes with its last process. Taking the file away ends its mounts in the containers that saw it. */
export async function removeNamespace(file: string): Promise<void> {
  while (isNamespace(file)) {
    const ended = await runCommand({ file: 'umount', args: ['--lazy', file], timeoutMs });
    if (ended.exitCode !== 0) throw failed('remove', ended);
  }
  await rm(file, { force: true });
}

function failed(verb: string, ended: Ended): Error {
  const reason = ended.stderr.trim() || describeEnd(ended);
  return agentError('NETWORK_FAILED', {
    message: `Cannot ${verb} a network namespace: ${reason}`,
  });
}
