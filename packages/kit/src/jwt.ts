/** JSON Web Tokens signed with HMAC SHA-256 (RFC 7519), as Mesos gives them to executors. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What a token says: text claims, and times in seconds since the epoch. */
export type JwtClaims = Readonly<Record<string, string | number>>;

/** Longest token that is looked at. */
const MAX_TOKEN_CHARS = 8192;

const headerSchema = z.object({ alg: z.literal('HS256'), typ: z.literal('JWT').optional() });
const claimsSchema = z.record(z.string(), z.unknown());
const timesSchema = z.object({ exp: z.number().optional(), nbf: z.number().optional() });

function encodePart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signature(text: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** A signed token. */
export function signJwt(claims: JwtClaims, key: Uint8Array): string {
  const text = `${encodePart({ alg: 'HS256', typ: 'JWT' })}.${encodePart(claims)}`;
  return `${text}.${signature(text, key).toString('base64url')}`;
}

function decodePart(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The text claims of a token that this key signed and that counts at `nowMs`; undefined for every other. */
export function verifyJwt(
  token: string,
  key: Uint8Array,
  nowMs: number,
): Readonly<Record<string, string>> | undefined {
  const parts = token.length > MAX_TOKEN_CHARS ? [] : token.split('.');
  const [header = '', body = '', signed = ''] = parts;
  if (parts.length !== 3 || !headerSchema.safeParse(decodePart(header)).success) return undefined;
  const expected = signature(`${header}.${body}`, key);
  const given = Buffer.from(signed, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const claims = claimsSchema.safeParse(decodePart(body));
  const times = timesSchema.safeParse(claims.data);
  if (!claims.success || !times.success) return undefined;
  const { exp, nbf } = times.data;
  const seconds = nowMs / 1000;
  if ((exp !== undefined && seconds >= exp) || (nbf !== undefined && seconds < nbf)) {
    return undefined;
  }
  return Object.fromEntries(
    Object.entries(claims.data).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  );
}
