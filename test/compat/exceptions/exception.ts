/** The form of an accepted difference, and the reasons that many of them share. */

/** A difference that is accepted. */
export interface Exception {
  /** Recording the difference is in; `*` stands for anything. */
  readonly where: string;
  /** Place in it; `*` stands for anything. */
  readonly path: string;
  readonly reason: string;
  /** Depends on the run: no failure when it does not differ. */
  readonly sometimes?: true;
}

export const FLAGS = 'Flags are those that Stoke has; ports are chosen by the system in tests';
export const EARLIER = 'Left by the groups recorded before on the same master';
export const LEAVES =
  'An agent that leaves for good (SIGUSR1) tells how its tasks ended before it goes';
export const LOG_TEXT = "The log is another program's";
export const STDOUT_LOG = 'The agents of these tests log to standard output only';
export const STILL_RUNNING = 'A task of the group before was still running on the recorded agent';
export const HEAD_BODY =
  'HTTP forbids a body in the answer to HEAD; a client that reads one loses its place';
export const STDERR = 'The recorded executor wrote a log of its own to stderr';

/** What agents count beyond Mesos, in statistics of the legacy endpoints. */
export function agentStatistics(group: string): Exception[] {
  const reason = 'Stoke counts processes and threads of every container';
  return ['processes', 'threads'].map((name) => ({
    where: `${group}/agent*`,
    path: `body[].statistics.${name}`,
    reason,
  }));
}
