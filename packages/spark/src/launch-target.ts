/** The clusters a Spark application can be started against, in Spark's own terms. */

/** The embedded engine or a Mesos master, through the pure-JVM driver. */
export interface MesosTarget {
  readonly kind: 'mesos';
  /** `host:port`, `h1:p,h2:p`, `http://h:p`, `https://h:p` or `zk://…`. */
  readonly master: string;
  /** The jar that replaces Mesos's native driver; goes in front of Spark's class path. */
  readonly driverJar: string;
  /** Coarse: one long-lived executor per slot. Fine: one Mesos task per Spark task (deprecated by Spark). */
  readonly mode: 'coarse' | 'fine';
  readonly role?: string;
  readonly principal?: string;
  /** A file with the principal's secret; its content stays out of every setting. */
  readonly secretFile?: string;
}

/** A Spark standalone cluster. */
export interface StandaloneTarget {
  readonly kind: 'standalone';
  /** `host:port` or `spark://host:port[,host:port]`. */
  readonly master: string;
  /** The secret shared by master, workers and applications, when the cluster authenticates. */
  readonly authSecret?: string;
}

/** No cluster: threads of the driver. */
export interface LocalTarget {
  readonly kind: 'local';
  readonly threads: number;
}

/** Where an application runs. */
export type SparkTarget = MesosTarget | StandaloneTarget | LocalTarget;

/** The `--master` value for a target. */
export function masterUrl(target: SparkTarget): string {
  if (target.kind === 'local') return `local[${target.threads}]`;
  if (target.kind === 'standalone') return withScheme(target.master, 'spark://');
  return withScheme(target.master.replace(/^http:\/\//, ''), 'mesos://');
}

/** Whether every address of the master is on this machine's loopback, so that the driver can hide there too. */
export function isLoopbackTarget(target: SparkTarget): boolean {
  if (target.kind === 'local') return true;
  const bare = target.master.replace(/^(mesos|spark):\/\//, '').replace(/^https?:\/\//, '');
  if (bare.startsWith('zk://') || bare.startsWith('file://')) return false;
  return bare.split(',').every((address) => isLoopbackHost(address.replace(/:\d+\/?$/, '')));
}

function withScheme(master: string, scheme: string): string {
  return master.startsWith(scheme) ? master : `${scheme}${master}`;
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
