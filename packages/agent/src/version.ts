/** What this agent says about its build. */
import { mesosVersion } from './core/version.ts';

/** There is no build: sources run as they are. The fields exist because clients read them. */
export const buildInfo = {
  version: mesosVersion,
  git_sha: '0000000000000000000000000000000000000000',
  git_branch: 'refs/heads/main',
  build_date: '2026-11-20 00:00:00 UTC',
  /** Seconds since the epoch. */
  build_time: 1_795_132_800,
  build_user: 'stoke',
} as const;
