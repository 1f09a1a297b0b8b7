/** ZooKeeper for masters, and for those who look for them: sessions, leadership, detection. */
export {
  describeZooKeeper,
  parseZooKeeperAddress,
  type ZooKeeperAddress,
  type ZooKeeperHost,
} from './address.ts';
export { leadingChild } from './candidates.ts';
export { type DetectorOptions, MasterDetector } from './detect-master.ts';
export { aclOf, type Election, makePath, stand } from './election.ts';
export { ZOOKEEPER_ERRORS, type ZooKeeperErrorCode } from './errors.ts';
export { type Leader, LeaderWatch, type LeaderWatchOptions } from './leader-watch.ts';
export { masterAddress, masterHost } from './master-address.ts';
export type { NodeData, Operation } from './messages.ts';
export { type SessionOptions, ZooKeeperSession } from './session.ts';
