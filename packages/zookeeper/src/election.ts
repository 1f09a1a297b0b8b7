/** Standing for leadership: a node that lives as long as the session, found again when an answer got lost. */
import type { Clock } from '@stoke/kit';
import { isAppError } from '@stoke/protocol';
import { CANDIDATE_PREFIX } from './candidates.ts';
import { type Acl, CREATOR_ACL, OPEN_ACL } from './messages.ts';
import type { ZooKeeperSession } from './session.ts';

const retryMs = 200;

export interface Election {
  readonly session: ZooKeeperSession;
  /** Node of the group. */
  readonly path: string;
  /** Whether a login is used: then only it may change the nodes. */
  readonly secured: boolean;
  readonly clock: Clock;
}

export function aclOf({ secured }: Pick<Election, 'secured'>): readonly Acl[] {
  return secured ? CREATOR_ACL : OPEN_ACL;
}

/** Makes a node and those above it; one that is there is left as it is. */
export async function makePath(election: Election, path: string): Promise<void> {
  const { session } = election;
  const parts = path.split('/').slice(1);
  for (let count = 1; count <= parts.length; count += 1) {
    const part = `/${parts.slice(0, count).join('/')}`;
    try {
      await session.create({ path: part, data: new Uint8Array(), acl: aclOf(election) });
    } catch (error) {
      if (!isAppError(error, 'ZK_NODE_EXISTS')) throw error;
    }
  }
}

/**
 * Announces a candidate and answers the path of its node.
 * @throws AppError `ZK_SESSION_ENDED`, or what ZooKeeper refuses for good
 */
export async function stand(election: Election, data: Uint8Array): Promise<string> {
  const { session, path } = election;
  for (;;) {
    try {
      await makePath(election, path);
      const found = await findCandidate(election);
      if (found !== undefined) return found;
      return await session.create({
        path: join(path, CANDIDATE_PREFIX),
        data,
        acl: aclOf(election),
        ephemeral: true,
        sequential: true,
      });
    } catch (error) {
      if (!isAppError(error, 'ZK_CONNECTION_LOST')) throw error;
      await new Promise<void>((resolve) => void election.clock.setTimer(retryMs, resolve));
    }
  }
}

/**
 * The node may be there although nobody said so: the answer to its creation was lost. One of a former session of the
 * same master is none: it goes when the servers end that session.
 */
async function findCandidate({ session, path }: Election): Promise<string | undefined> {
  for (const name of await session.children(path)) {
    if (!name.startsWith(CANDIDATE_PREFIX)) continue;
    const found = await session.get(join(path, name)).catch((error: unknown) => {
      if (isAppError(error, 'ZK_NO_NODE')) return undefined;
      throw error;
    });
    if (found?.owner.equals(session.id)) return join(path, name);
  }
  return undefined;
}

export function join(path: string, name: string): string {
  return path === '/' ? `/${name}` : `${path}/${name}`;
}
