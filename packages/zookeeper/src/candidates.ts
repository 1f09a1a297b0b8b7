/** Candidates for leadership in a group of Mesos masters: which children of its node they are, and who leads. */

/** What Mesos calls the node of a candidate: its MasterInfo as JSON. */
export const CANDIDATE_PREFIX = 'json.info_';

const sequencePattern = /^(?:json\.info_|info_)?(\d{10})$/;

/**
 * The child with the lowest sequence number. Others than candidates, the registry's `log_replicas` for instance, do
 * not count.
 */
export function leadingChild(children: readonly string[]): string | undefined {
  const candidates = children
    .map((name) => ({ name, sequence: sequencePattern.exec(name)?.[1] }))
    .filter(({ sequence }) => sequence !== undefined)
    .sort((a, b) => Number(a.sequence) - Number(b.sequence));
  return candidates[0]?.name;
}
