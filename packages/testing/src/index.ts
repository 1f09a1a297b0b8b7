export { Daemon, type DaemonOptions } from './daemon.ts';
export { whyNoOci } from './oci-programs.ts';
export { whyNoProgram, whyNotRoot } from './programs.ts';
export { type Skipping, skipBecause } from './skip-because.ts';
export { type ClusterOptions, startCluster, TestCluster } from './start-cluster.ts';
export { type RunningStoke, type StokeResult, StokeSession } from './stoke-session.ts';
export { type WaitOptions, waitFor } from './wait-for.ts';
export { whyNoZooKeeper, ZooKeeperEnsemble } from './zookeeper-ensemble.ts';
