/** Who asks: HTTP Basic (RFC 7617) and bearer tokens (RFC 6750), against credentials and a key. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secrets } from './credentials.ts';
import { verifyJwt } from './jwt.ts';

/** Whom a server knows. */
export interface AuthenticatorOptions<Realm extends string> {
  readonly secrets: Secrets;
  /** Realms that ask; the others are open. */
  readonly realms: ReadonlySet<Realm>;
  /** Verifies bearer tokens; undefined: none are taken. */
  readonly jwtKey: Uint8Array | undefined;
  /** Realms that take tokens only. */
  readonly tokenRealms?: ReadonlySet<Realm>;
  readonly nowMs: () => number;
}

/** Who it is: a principal, the claims of a token, or (in an open realm) nobody in particular. */
export interface Identity {
  readonly principal: string | undefined;
  /** Text claims of the token; undefined without one. An executor's token has `fid`, `eid` and `cid`. */
  readonly claims: Readonly<Record<string, string>> | undefined;
}

/** An identity, or the value of WWW-Authenticate for the 401. */
export type Authenticated =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly challenge: string };

const NOBODY: Identity = { principal: undefined, claims: undefined };

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function basicCredentials(header: string): readonly [string, string] | undefined {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header);
  if (match?.[1] === undefined) return undefined;
  const text = Buffer.from(match[1], 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)];
}

/** Compares digests, in constant time, also for principals nobody knows. */
function basicIdentity(secrets: Secrets, header: string): Identity | undefined {
  const [principal, secret] = basicCredentials(header) ?? [undefined, ''];
  const expected = principal === undefined ? undefined : secrets.get(principal);
  const equal = timingSafeEqual(digest(secret), digest(expected ?? ''));
  return equal && expected !== undefined ? { principal, claims: undefined } : undefined;
}

/** `sub` is the principal; a token without it has claims only. */
function tokenIdentity(
  { jwtKey, nowMs }: AuthenticatorOptions<string>,
  header: string,
): Identity | undefined {
  const [, token] = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(header) ?? [];
  if (token === undefined || jwtKey === undefined) return undefined;
  const claims = verifyJwt(token, jwtKey, nowMs());
  return claims === undefined ? undefined : { principal: claims.sub, claims };
}

/** Checks the Authorization header of a request to a realm. */
export function authenticate<Realm extends string>(
  options: AuthenticatorOptions<Realm>,
  realm: Realm,
  header: string | undefined,
): Authenticated {
  if (!options.realms.has(realm)) return { ok: true, identity: NOBODY };
  const tokensOnly = options.tokenRealms?.has(realm) === true;
  const basic = tokensOnly ? undefined : basicIdentity(options.secrets, header ?? '');
  const identity = basic ?? tokenIdentity(options, header ?? '');
  if (identity !== undefined) return { ok: true, identity };
  const schemes = [
    ...(tokensOnly ? [] : [`Basic realm="${realm}"`]),
    ...(options.jwtKey === undefined ? [] : [`Bearer realm="${realm}"`]),
  ];
  return { ok: false, challenge: schemes.join(', ') };
}
