/** HTTP Basic authentication with the realms of Mesos. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpAnswer } from './answer.ts';
import { textAnswer } from './answer.ts';

/** Groups of endpoints that share a realm and a flag. */
export type Realm =
  | 'mesos-master-readonly'
  | 'mesos-master-readwrite'
  | 'mesos-master-scheduler'
  | 'mesos-master-agent';

/** Principals and secrets, and which realms ask for them. */
export type Authenticator = {
  readonly secrets: ReadonlyMap<string, string>;
  readonly realms: ReadonlySet<Realm>;
};

/** Who asks; `principal` is undefined when the realm is open. */
export type Authentication =
  | { readonly ok: true; readonly principal: string | undefined }
  | { readonly ok: false; readonly answer: HttpAnswer };

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

/** Checks the Authorization header of a request to a realm; compares in constant time. */
export function authenticate(
  authenticator: Authenticator,
  realm: Realm,
  header: string | undefined,
): Authentication {
  if (!authenticator.realms.has(realm)) return { ok: true, principal: undefined };
  const [principal, secret] = basicCredentials(header) ?? [undefined, ''];
  const expected = principal === undefined ? undefined : authenticator.secrets.get(principal);
  const equal = timingSafeEqual(digest(secret), digest(expected ?? ''));
  if (equal && expected !== undefined) return { ok: true, principal };
  const challenge = { 'WWW-Authenticate': `Basic realm="${realm}"` };
  const answer = textAnswer(401, '401 Unauthorized.', challenge);
  return { ok: false, answer };
}
