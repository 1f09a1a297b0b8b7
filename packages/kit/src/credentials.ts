/** Files with secrets: credentials of many principals, the credential of one, keys of tokens. Their content is never told. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { errorMessage, kitError } from './errors.ts';

/** Principal → secret. */
export type Secrets = ReadonlyMap<string, string>;

/** Who a daemon or program says it is. */
export interface Credential {
  readonly principal: string;
  readonly secret: string;
}

const credentialSchema = z.object({ principal: z.string().min(1), secret: z.string().min(1) });
const listSchema = z.object({ credentials: z.array(credentialSchema) });

const listForm = '{"credentials":[{"principal":"…","secret":"…"}]}';
const singleForm = '{"principal":"…","secret":"…"}';

/** Keys that can be guessed protect nothing: HMAC SHA-256 wants about as many bytes as it gives. */
const MIN_KEY_BYTES = 16;

function unusable(path: string, reason: string): Error {
  return kitError('CREDENTIALS_UNUSABLE', {
    message: `Cannot read credentials '${path}': ${reason}`,
    details: { path },
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw unusable(path, errorMessage(cause));
  }
}

/** One principal and one secret a line, parted by blanks: the older of Mesos's two forms. */
function textCredentials(text: string): Credential[] | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const filled = lines.filter((line) => line !== '');
  const pairs = filled.map((line) => line.split(/\s+/));
  if (pairs.length === 0 || pairs.some(({ length }) => length !== 2)) return undefined;
  return pairs.map(([principal = '', secret = '']) => ({ principal, secret }));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a `--credentials` file, JSON or text.
 * @throws AppError `CREDENTIALS_UNUSABLE` without a word of the content
 */
export function readSecrets(path: string): Secrets {
  const text = readText(path);
  const json = jsonOf(text);
  const parsed = listSchema.safeParse(json);
  const list = json === undefined ? textCredentials(text) : parsed.data?.credentials;
  if (list === undefined) {
    throw unusable(path, `expected ${listForm}, or a principal and a secret on each line`);
  }
  const secrets = new Map(list.map(({ principal, secret }) => [principal, secret]));
  if (secrets.size !== list.length) throw unusable(path, 'a principal is there twice');
  return secrets;
}

/**
 * Reads a `--credential` file, JSON or text, with one principal and its secret.
 * @throws AppError `CREDENTIALS_UNUSABLE`
 */
export function readCredential(path: string): Credential {
  const text = readText(path);
  const json = jsonOf(text);
  const parsed = credentialSchema.safeParse(json).data;
  const lines = json === undefined ? textCredentials(text) : undefined;
  const found = parsed ?? (lines?.length === 1 ? lines[0] : undefined);
  if (found !== undefined) return found;
  throw unusable(path, `expected ${singleForm}, or a principal and a secret on one line`);
}

/**
 * Reads a key for signing tokens: the bytes of the file without the line end that editors add.
 * @throws AppError `CREDENTIALS_UNUSABLE`
 */
export function readJwtKey(path: string): Uint8Array {
  const key = Buffer.from(readText(path).replace(/\r?\n$/, ''));
  if (key.length >= MIN_KEY_BYTES) return key;
  throw unusable(path, `a key has at least ${MIN_KEY_BYTES} bytes; this file has ${key.length}`);
}

/** The header with which a credential is shown (RFC 7617). */
export function basicAuthorization({ principal, secret }: Credential): string {
  return `Basic ${Buffer.from(`${principal}:${secret}`).toString('base64')}`;
}
