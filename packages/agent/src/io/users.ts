/** The machine's users, by name: /etc/passwd first, then whatever else the name service knows. */
import { readFileSync } from 'node:fs';
import { runCommand } from '@stoke/kit';

export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/** Undefined when the machine has no such user. */
export async function findUser(name: string): Promise<UserIds | undefined> {
  return idsIn(readFileSync('/etc/passwd', 'utf8'), name) ?? (await findWithNameService(name));
}

function idsIn(passwd: string, name: string): UserIds | undefined {
  for (const line of passwd.split('\n')) {
    const [login, , uid, gid] = line.split(':');
    if (login === name) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

async function findWithNameService(name: string): Promise<UserIds | undefined> {
  if (!/^[A-Za-z0-9._][A-Za-z0-9._@-]*$/.test(name)) return undefined;
  const ended = await runCommand({ file: 'getent', args: ['passwd', name], timeoutMs: 5_000 });
  return ended.exitCode === 0 ? idsIn(ended.stdout, name) : undefined;
}

/** Names of users and groups by number, for listings; numbers without a name are written out. */
export function readNames(path: '/etc/passwd' | '/etc/group'): ReadonlyMap<number, string> {
  const rows = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  return new Map(rows.filter((row) => row.length > 2).map((row) => [Number(row[2]), row[0] ?? '']));
}
