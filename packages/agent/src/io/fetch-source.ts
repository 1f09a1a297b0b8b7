/** What the value of a URI stands for: where its bytes are, the name they get, and the digest they must have. */
import { basename, isAbsolute, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutLogin } from '@stoke/kit';
import { agentError } from '../errors.ts';

/** A digest that a file must have, as lower case hexadecimal digits. */
export interface Digest {
  readonly algorithm: 'sha256' | 'sha512';
  readonly hex: string;
}

export type FetchPlace =
  | { readonly type: 'local'; readonly path: string }
  | { readonly type: 'http'; readonly url: string }
  | { readonly type: 's3'; readonly bucket: string; readonly key: string };

export interface FetchSource {
  readonly place: FetchPlace;
  /** Its last path part, which decides on unpacking. */
  readonly name: string;
  readonly digest: Digest | undefined;
}

export interface SourceRules {
  /** Where relative paths start; without it they are refused. */
  readonly frameworksHome: string | undefined;
  /** Port of WebHDFS on the name nodes that `hdfs://` URIs name: the port of those is another service's. */
  readonly webHdfsPort: number;
}

const schemes = 'a path or file, http, https, s3, hdfs, webhdfs or swebhdfs';
const digestPattern = /#(sha256|sha512)=([0-9a-f]+)$/i;
const digestDigits = { sha256: 64, sha512: 128 };

/**
 * Reads the value of a `CommandInfo.URI`. A fragment `#sha256=<hex>` (or sha512) asks for a check of the digest, as
 * Python's package installer has it.
 * @throws AppError `FETCH_FAILED`
 */
export function parseSource(value: string, rules: SourceRules): FetchSource {
  const { location, digest } = splitDigest(value);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location)?.[1]?.toLowerCase();
  const place = placeOf(location, { scheme, rules });
  const name = basename(place.type === 'local' ? place.path : pathOf(place));
  return { place, name, digest };
}

function splitDigest(value: string): { location: string; digest: Digest | undefined } {
  const match = digestPattern.exec(value);
  if (match === null) return { location: value, digest: undefined };
  const algorithm = match[1]?.toLowerCase() === 'sha512' ? 'sha512' : 'sha256';
  const hex = (match[2] ?? '').toLowerCase();
  const expected = digestDigits[algorithm];
  if (hex.length !== expected) {
    refuse(
      value,
      `expected ${expected} hexadecimal digits behind #${algorithm}=, got ${hex.length}`,
    );
  }
  return { location: value.slice(0, match.index), digest: { algorithm, hex } };
}

function placeOf(
  location: string,
  { scheme, rules }: { readonly scheme: string | undefined; readonly rules: SourceRules },
): FetchPlace {
  switch (scheme) {
    case undefined:
      return { type: 'local', path: localPath(location, rules) };
    case 'file':
      return { type: 'local', path: fileURLToPath(location) };
    case 'http':
    case 'https':
      return { type: 'http', url: parseUrl(location).href };
    case 's3':
    case 's3a':
    case 's3n':
      return s3Place(location);
    case 'hdfs':
    case 'webhdfs':
    case 'swebhdfs':
      return { type: 'http', url: webHdfsUrl(location, rules) };
    default:
      return refuse(location, `expected ${schemes}, got '${scheme}'`);
  }
}

function parseUrl(location: string): URL {
  return URL.parse(location) ?? refuse(location, 'it is no valid URL');
}

function localPath(value: string, { frameworksHome }: SourceRules): string {
  if (isAbsolute(value)) return value;
  if (frameworksHome !== undefined && !leavesDirectory(value)) return join(frameworksHome, value);
  return refuse(
    value,
    'expected an absolute path or a URI (relative ones start at --frameworks_home)',
  );
}

/** The key is taken as it stands: S3 has no escapes in its URIs. */
function s3Place(location: string): FetchPlace {
  const [, bucket = '', key = ''] = /^[^:]+:\/\/([^/]*)\/?(.*)$/s.exec(location) ?? [];
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) && key !== '') {
    return { type: 's3', bucket, key };
  }
  return refuse(location, 'expected s3://bucket/key');
}

/** The OPEN operation of WebHDFS; the name node answers with a redirect to a data node. */
function webHdfsUrl(location: string, { webHdfsPort }: SourceRules): string {
  const given = parseUrl(location);
  const secure = given.protocol === 'swebhdfs:';
  const url = new URL(`${secure ? 'https' : 'http'}://${given.host}`);
  if (given.protocol === 'hdfs:') url.port = String(webHdfsPort);
  if (given.hostname === '') refuse(location, 'expected hdfs://namenode/path');
  url.pathname = `/webhdfs/v1${given.pathname}`;
  url.searchParams.set('op', 'OPEN');
  if (given.username !== '') url.searchParams.set('user.name', decodeURIComponent(given.username));
  return url.href;
}

function pathOf(place: Exclude<FetchPlace, { type: 'local' }>): string {
  if (place.type === 's3') return place.key;
  const { pathname } = new URL(place.url);
  try {
    return decodeURIComponent(pathname);
  } catch {
    // A lone percent sign is no escape; the name is what stands there.
    return pathname;
  }
}

/** Whether a path leads out of the directory that it starts in. */
export function leavesDirectory(path: string): boolean {
  const normal = normalize(path);
  return isAbsolute(path) || normal === '..' || normal.startsWith('../');
}

function refuse(value: string, reason: string): never {
  throw agentError('FETCH_FAILED', { message: `Cannot fetch '${withoutLogin(value)}': ${reason}` });
}
