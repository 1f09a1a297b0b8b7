/** Credentials: read once at start, from the file of `--credentials`. */
import { readFileSync } from 'node:fs';
import { errorMessage } from '@stoke/kit';
import { z } from 'zod';
import type { MasterConfig } from '../config.ts';
import { masterError } from '../errors.ts';
import type { Authenticator, Realm } from '../http/authentication.ts';

const fileSchema = z.object({
  credentials: z.array(z.object({ principal: z.string().min(1), secret: z.string() })),
});

function readSecrets(path: string): ReadonlyMap<string, string> {
  try {
    const { credentials } = fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    return new Map(credentials.map((entry) => [entry.principal, entry.secret]));
  } catch (cause) {
    // The text of the file may hold secrets: only what reading it said is told, never its content.
    const reason = cause instanceof SyntaxError ? 'it is not JSON' : errorMessage(cause);
    throw masterError('CREDENTIALS_UNUSABLE', {
      message: `Cannot read credentials '${path}': ${reason}; expected {"credentials":[{"principal":"…","secret":"…"}]}`,
    });
  }
}

/** Which realms ask for credentials, and the credentials. */
export function readAuthenticator(config: MasterConfig): Authenticator {
  const flags: readonly (readonly [boolean, Realm])[] = [
    [config.authenticate_http_readonly, 'mesos-master-readonly'],
    [config.authenticate_http_readwrite, 'mesos-master-readwrite'],
    [config.authenticate_http_frameworks, 'mesos-master-scheduler'],
    [config.authenticate_agents, 'mesos-master-agent'],
  ];
  return {
    secrets: config.credentials === undefined ? new Map() : readSecrets(config.credentials),
    realms: new Set(flags.filter(([wanted]) => wanted).map(([, realm]) => realm)),
  };
}
