/** The URL under which an S3 object can be downloaded for a while: signed, so that redirects and retries need no more. */
import { AwsV4Signer } from 'aws4fetch';
import type { AwsCredentials } from './aws-credentials.ts';

export interface S3Request {
  readonly bucket: string;
  readonly key: string;
  /** Undefined: anonymous, for public buckets. */
  readonly credentials: AwsCredentials | undefined;
  readonly region: string;
  /** Of a store other than AWS's; its buckets are the first part of the path. */
  readonly endpoint: string | undefined;
  readonly nowMs: number;
}

const validSeconds = '86400';

/** Signature version 4 in the query, as AWS documents it for presigned URLs. */
export async function s3Url(request: S3Request): Promise<string> {
  const url = objectUrl(request);
  const { credentials, region, nowMs } = request;
  if (credentials === undefined) return url.href;
  url.searchParams.set('X-Amz-Expires', validSeconds);
  const signer = new AwsV4Signer({
    url: url.href,
    service: 's3',
    region,
    signQuery: true,
    datetime: new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { sessionToken: credentials.sessionToken }),
  });
  return (await signer.sign()).url.toString();
}

/** A bucket with a dot in its name has no certificate as a host, so it stands in the path. */
function objectUrl({ bucket, key, region, endpoint }: S3Request): URL {
  const path = key.split('/').map(encodeURIComponent).join('/');
  const host = region === 'us-east-1' ? 's3.amazonaws.com' : `s3.${region}.amazonaws.com`;
  if (endpoint === undefined && !bucket.includes('.')) {
    return new URL(`https://${bucket}.${host}/${path}`);
  }
  const base = (endpoint ?? `https://${host}`).replace(/\/+$/, '');
  return new URL(`${base}/${bucket}/${path}`);
}
