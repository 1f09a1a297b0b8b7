/** What this master says about its build. */

/** Mesos compatible: clients turn each dotted part into an integer. */
export const MESOS_VERSION = '1.11.0';

export type BuildInfo = {
  readonly version: string;
  readonly git_sha: string;
  readonly git_branch: string;
  readonly build_date: string;
  /** Seconds since the epoch. */
  readonly build_time: number;
  readonly build_user: string;
};

/** There is no build: sources run as they are. The fields exist because clients read them. */
export const BUILD_INFO: BuildInfo = {
  version: MESOS_VERSION,
  git_sha: '0000000000000000000000000000000000000000',
  git_branch: 'refs/heads/main',
  build_date: '2026-11-20 00:00:00 UTC',
  build_time: 1_795_132_800,
  build_user: 'stoke',
};
