/** Addresses of an ensemble as Mesos writes them: zk://[user:password@]host[:port],…/path. */
import { zooKeeperError } from './errors.ts';

const defaultPort = 2181;
const largestPort = 65_535;

export interface ZooKeeperHost {
  readonly host: string;
  readonly port: number;
}

export interface ZooKeeperAddress {
  readonly hosts: readonly ZooKeeperHost[];
  /** `user:password`, for digest authentication. */
  readonly login: string | undefined;
  /** Absolute, without a slash at the end; of the root it is `/`. */
  readonly path: string;
}

/** @throws AppError `ZK_ADDRESS_INVALID`; the message shows no password */
export function parseZooKeeperAddress(text: string): ZooKeeperAddress {
  const match = /^zk:\/\/(?:([^/]+)@)?([^/@]+)(\/[^@]*)?$/.exec(text);
  if (match === null)
    refuse(text, 'expected zk://host:port,host:port/path, and no / in a password');
  const [, login, hosts = '', path = '/'] = match;
  if (login !== undefined && !login.includes(':')) refuse(text, 'expected user:password before @');
  return {
    hosts: hosts.split(',').map((one) => parseHost(one, text)),
    login,
    path: parsePath(path, text),
  };
}

/** The address as messages and logs may show it. */
export function describeZooKeeper({ hosts, path }: ZooKeeperAddress): string {
  return `zk://${hosts.map(({ host, port }) => `${host}:${port}`).join(',')}${path}`;
}

function parseHost(one: string, text: string): ZooKeeperHost {
  const match = /^(\[[0-9a-fA-F:]+\]|[^:[\]\s]+)(?::(\d+))?$/.exec(one);
  const port = Number(match?.[2] ?? defaultPort);
  if (match?.[1] === undefined || port < 1 || port > largestPort) {
    refuse(text, `expected host or host:port, got '${one}'`);
  }
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
}

function parsePath(path: string, text: string): string {
  const clean = path.replace(/\/+$/, '');
  const parts = clean.split('/').slice(1);
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    refuse(text, `expected a path without empty parts, got '${path}'`);
  }
  return clean === '' ? '/' : clean;
}

function refuse(text: string, reason: string): never {
  // All before the last @, whatever stands there: a password may hold what it must not.
  const shown = text.replace(/^(zk:\/\/)?.*@/s, '$1***@');
  throw zooKeeperError('ZK_ADDRESS_INVALID', {
    message: `Cannot use ZooKeeper address '${shown}': ${reason}`,
  });
}
