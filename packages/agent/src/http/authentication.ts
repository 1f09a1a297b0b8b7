/** HTTP Basic authentication with the realms of a Mesos agent. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Answer, textAnswer } from './answer.ts';

export type Realm = 'mesos-agent-readonly' | 'mesos-agent-readwrite';

/** Principals and secrets, and which realms ask for them. */
export interface Authenticator {
  readonly secrets: ReadonlyMap<string, string>;
  readonly realms: ReadonlySet<Realm>;
}

const credentialsSchema = z.object({
  credentials: z.array(z.object({ principal: z.string(), secret: z.string() })),
});
const credentialSchema = z.object({ principal: z.string(), secret: z.string() });

/** Reads a `--http_credentials` file. */
export function readSecrets(path: string | undefined): ReadonlyMap<string, string> {
  if (path === undefined) return new Map();
  const { credentials } = credentialsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return new Map(credentials.map(({ principal, secret }) => [principal, secret]));
}

/** Reads a `--credential` file; a line end after the secret is none of it. */
export function readCredential(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const { principal, secret } = credentialSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return `${principal}:${secret}`;
}

/** The 401 for a request that must not pass; undefined when it may. Compares in constant time. */
export function challenge(
  { secrets, realms }: Authenticator,
  realm: Realm | undefined,
  header: string | undefined,
): Answer | undefined {
  if (realm === undefined || !realms.has(realm)) return undefined;
  const [principal, secret] = basicCredentials(header) ?? [undefined, ''];
  const expected = principal === undefined ? undefined : secrets.get(principal);
  const equal = timingSafeEqual(digest(secret), digest(expected ?? ''));
  if (equal && expected !== undefined) return undefined;
  return textAnswer(401, '401 Unauthorized.', { 'WWW-Authenticate': `Basic realm="${realm}"` });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function basicCredentials(header: string | undefined): readonly [string, string] | undefined {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/.exec(header ?? '');
  if (match?.[1] === undefined) return undefined;
  const text = Buffer.from(match[1], 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)];
}
