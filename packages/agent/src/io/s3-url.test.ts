import { expect, test } from 'vitest';
import { s3Url } from './s3-url.ts';

const request = {
  bucket: 'bucket',
  key: 'dir/a b+c.txt',
  credentials: undefined,
  region: 'us-east-1',
  endpoint: undefined,
  nowMs: Date.UTC(2013, 4, 24),
};

test('s3Url() is anonymous without credentials', async () => {
  expect(await s3Url(request)).toBe('https://bucket.s3.amazonaws.com/dir/a%20b%2Bc.txt');
  expect(await s3Url({ ...request, region: 'eu-west-1', bucket: 'a.b' })).toBe(
    'https://s3.eu-west-1.amazonaws.com/a.b/dir/a%20b%2Bc.txt',
  );
  expect(await s3Url({ ...request, endpoint: 'http://store:9000/' })).toBe(
    'http://store:9000/bucket/dir/a%20b%2Bc.txt',
  );
});

// The example of query string authentication in the documentation of AWS.
test('s3Url() signs with version 4 in the query', async () => {
  const url = new URL(
    await s3Url({
      ...request,
      bucket: 'examplebucket',
      key: 'test.txt',
      credentials: {
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        sessionToken: undefined,
      },
    }),
  );
  expect(url.host).toBe('examplebucket.s3.amazonaws.com');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
    'X-Amz-Date': '20130524T000000Z',
    'X-Amz-Expires': '86400',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  });
});
