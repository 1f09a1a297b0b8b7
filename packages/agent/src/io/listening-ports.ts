/** Which TCP ports the processes of a container listen on, as the kernel's tables in /proc tell. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const listenState = '0A';

/** The ports of listening sockets by inode, of one network namespace. */
export function parseListening(table: string): ReadonlyMap<string, number> {
  const ports = new Map<string, number>();
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const port = fields[1]?.split(':').at(-1);
    const inode = fields[9];
    if (fields[3] !== listenState || port === undefined || inode === undefined) continue;
    ports.set(inode, Number.parseInt(port, 16));
  }
  return ports;
}

/** All of the machine's own network namespace, IPv4 and IPv6. */
export function listeningSockets(): ReadonlyMap<string, number> {
  return new Map([
    ...parseListening(readFileSync('/proc/net/tcp', 'latin1')),
    ...parseListening(readOptional('/proc/net/tcp6')),
  ]);
}

/** A kernel without IPv6 has no such table. */
function readOptional(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** The ports that these processes hold open; a process that ended meanwhile holds none. */
export function listeningPorts(
  pids: readonly number[],
  sockets: ReadonlyMap<string, number>,
): ReadonlySet<number> {
  const ports = pids.flatMap((pid) => socketInodes(pid).flatMap((one) => sockets.get(one) ?? []));
  return new Set(ports);
}

function socketInodes(pid: number): string[] {
  const directory = `/proc/${pid}/fd`;
  try {
    return readdirSync(directory).flatMap((name) => {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkOptional(`${directory}/${name}`))?.[1];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return [];
  }
}

/** A file that was closed since the directory was read. */
function readlinkOptional(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
