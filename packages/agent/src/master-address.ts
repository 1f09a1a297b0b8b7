/** The flag `--master`: what it may say, and where the master is then. */
import { errorMessage, withoutLogin } from '@stoke/kit';
import { describeZooKeeper, parseZooKeeperAddress } from '@stoke/zookeeper';
import type { AgentConfig } from './config.ts';

/** Whether the master is to be found in ZooKeeper. */
export function isZooKeeper(master: string): boolean {
  return master.startsWith('zk://');
}

/** The flag `--master` as others may see it: without a login. */
export function describeMaster(master: string): string {
  return isZooKeeper(master)
    ? describeZooKeeper(parseZooKeeperAddress(master))
    : withoutLogin(master);
}

/** What is wrong with the flag `--master`. */
export function masterProblems({ master }: Pick<AgentConfig, 'master'>): string[] {
  if (isZooKeeper(master)) return zooKeeperProblems(master);
  const { host } = masterAddress({ master, tls_cert: undefined, tls_ca: undefined });
  if (/^[^\s/:]+:\d+$/.test(host) || /^\[[0-9a-fA-F:]+\]:\d+$/.test(host)) return [];
  return [
    `Expected \`--master\` to be host:port, https://host:port or zk://host:port/path, got '${master.replace(/.*@/s, '***@')}'`,
  ];
}

function zooKeeperProblems(master: string): string[] {
  try {
    parseZooKeeperAddress(master);
    return [];
  } catch (error) {
    return [`Expected \`--master\` to be right: ${errorMessage(error)}`];
  }
}

/**
 * Where the master is, and whether it is spoken to over TLS: as `https://` or `http://` in front of it say, else as
 * this agent itself does or has been given certificates to verify others with.
 */
export function masterAddress({
  master,
  tls_cert,
  tls_ca,
}: Pick<AgentConfig, 'master' | 'tls_cert' | 'tls_ca'>): {
  readonly host: string;
  readonly secure: boolean;
} {
  const [, scheme, host = master] = /^(https?):\/\/(.*?)\/?$/.exec(master) ?? [];
  if (scheme !== undefined) return { host, secure: scheme === 'https' };
  return { host, secure: tls_cert !== undefined || tls_ca !== undefined };
}
