import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findAwsCredentials } from './aws-credentials.ts';

const nowhere = { AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/none' };

function writeShared(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'stoke-aws-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'credentials');
  writeFileSync(path, text);
  return path;
}

test('findAwsCredentials() takes the environment first', async () => {
  const found = await findAwsCredentials({
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_SESSION_TOKEN: 'c',
  });
  expect(found).toEqual({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' });
  expect(await findAwsCredentials(nowhere)).toBeUndefined();
});

test('findAwsCredentials() reads the profile of the shared file', async () => {
  const path = writeShared(`# comment
[default]
aws_access_key_id = one
aws_secret_access_key=x=y
[ other ]
AWS_ACCESS_KEY_ID = two
aws_secret_access_key = z
aws_session_token = t
`);
  const env = { AWS_SHARED_CREDENTIALS_FILE: path };
  expect(await findAwsCredentials(env)).toMatchObject({
    accessKeyId: 'one',
    secretAccessKey: 'x=y',
  });
  const other = await findAwsCredentials({ ...env, AWS_PROFILE: 'other' });
  expect(other).toEqual({ accessKeyId: 'two', secretAccessKey: 'z', sessionToken: 't' });
  await expect(findAwsCredentials({ ...env, AWS_PROFILE: 'none' })).rejects.toThrow(
    "has no profile 'none' (AWS_PROFILE)",
  );
});

test('findAwsCredentials() asks the machine for its role, with a token', async () => {
  const server = createServer((request, response) => {
    const roles = '/latest/meta-data/iam/security-credentials/';
    if (request.method === 'PUT' && request.url === '/latest/api/token') response.end('T');
    else if (request.headers['x-aws-ec2-metadata-token'] !== 'T') response.writeHead(401).end();
    else if (request.url === roles) response.end('role\n');
    else response.end('{"AccessKeyId":"a","SecretAccessKey":"b","Token":"c","Code":"Success"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const found = await findAwsCredentials({
    AWS_SHARED_CREDENTIALS_FILE: '/none',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}`,
  });
  expect(found).toEqual({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' });
});
