/** What a cluster knows its own people by: one principal with a random secret, in files that only their owner reads. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterFolder } from '@stoke/cluster';
import {
  basicAuthorization,
  type Credential,
  readCredential,
  systemErrorCode,
  writeFileAtomic,
} from '@stoke/kit';

/** The name of everybody who may use a cluster: who can read its folder. */
const PRINCIPAL = 'stoke';
const secretBytes = 24;

/** Where the files are. */
export interface CredentialFiles {
  /** `stoke SECRET`: read by master and agents. */
  readonly credential: string;
  /** The secret alone: read by Spark. */
  readonly secret: string;
}

export function credentialFiles(folder: ClusterFolder): CredentialFiles {
  return { credential: join(folder.path, 'credential'), secret: join(folder.path, 'secret') };
}

/** Makes the files of a new cluster, before anything of it runs. */
export async function makeCredential(folder: ClusterFolder): Promise<void> {
  const files = credentialFiles(folder);
  const secret = randomBytes(secretBytes).toString('hex');
  await writeFileAtomic(files.secret, secret, { mode: 0o600 });
  await writeFileAtomic(files.credential, `${PRINCIPAL} ${secret}\n`, { mode: 0o600 });
}

/** Who this cluster knows; undefined for one that was made without. */
export async function clusterCredential(folder: ClusterFolder): Promise<Credential | undefined> {
  const { credential } = credentialFiles(folder);
  try {
    await readFile(credential);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  return readCredential(credential);
}

/** The header that opens the daemons of a cluster. */
export async function clusterAuthorization(
  folder: ClusterFolder,
): Promise<Readonly<Record<string, string>>> {
  const credential = await clusterCredential(folder);
  return credential === undefined ? {} : { authorization: basicAuthorization(credential) };
}

/** Whoever knows the secret may do everything with his cluster. */
const everything = 'acls={"permissive":true}';

/** Flags with which a daemon asks for the secret; those that the user sets himself are left to him. */
export function authenticationFlags(
  kind: 'master' | 'agent',
  folder: ClusterFolder,
  given: readonly string[],
): string[] {
  const { credential } = credentialFiles(folder);
  const ours =
    kind === 'master'
      ? [
          `credentials=${credential}`,
          'authenticate_agents=true',
          'authenticate_http_frameworks=true',
        ]
      : [
          `credential=${credential}`,
          `http_credentials=${credential}`,
          'authenticate_http_executors=true',
        ];
  const both = ['authenticate_http_readonly=true', 'authenticate_http_readwrite=true', everything];
  const names = new Set(given.map((flag) => flag.split('=', 1)[0]));
  return [...ours, ...both].filter((flag) => !names.has(flag.split('=', 1)[0]));
}
