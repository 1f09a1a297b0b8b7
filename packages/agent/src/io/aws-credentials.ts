/** Credentials for S3, from where AWS's own tools look first: the environment, the shared file, the machine's role. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { requestHttp, systemErrorCode } from '@stoke/kit';
import { isAppError } from '@stoke/protocol';
import { z } from 'zod';
import { agentError } from '../errors.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A machine outside AWS has nobody at the address: that must not hold up a task for long. */
const metadataTimeoutMs = 1_000;
const metadataTokenSeconds = '60';
const roleCredentials = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  Token: z.string(),
});

/**
 * The first that is found of: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`; the profile `AWS_PROFILE` of
 * `AWS_SHARED_CREDENTIALS_FILE` (default `~/.aws/credentials`); the role of the EC2 instance (IMDSv2). Undefined: none,
 * so requests go unsigned, which public buckets accept.
 * @throws AppError `FETCH_FAILED` when a profile that was named is missing
 */
export async function findAwsCredentials(env: Environment): Promise<AwsCredentials | undefined> {
  return fromEnvironment(env) ?? (await fromFile(env)) ?? (await fromInstance(env));
}

function fromEnvironment(env: Environment): AwsCredentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN,
  };
}

async function fromFile(env: Environment): Promise<AwsCredentials | undefined> {
  const path = env.AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), '.aws', 'credentials');
  const text = await readIfThere(path);
  const section = text === undefined ? undefined : readSection(text, env.AWS_PROFILE ?? 'default');
  if (section === undefined && env.AWS_PROFILE !== undefined) {
    throw agentError('FETCH_FAILED', {
      message: `Cannot find credentials for S3: '${path}' has no profile '${env.AWS_PROFILE}' (AWS_PROFILE)`,
    });
  }
  const accessKeyId = section?.get('aws_access_key_id');
  const secretAccessKey = section?.get('aws_secret_access_key');
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: section?.get('aws_session_token') };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The names and values below `[profile]`. */
function readSection(text: string, profile: string): ReadonlyMap<string, string> | undefined {
  let section: Map<string, string> | undefined;
  for (const line of text.split('\n').map((one) => one.trim())) {
    const heading = /^\[\s*(.+?)\s*\]$/.exec(line)?.[1];
    if (heading !== undefined && section !== undefined) return section;
    if (heading === profile) section = new Map();
    const [, name, value] = /^([^#;=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (heading === undefined && name !== undefined) section?.set(name.toLowerCase(), value ?? '');
  }
  return section;
}

async function fromInstance(env: Environment): Promise<AwsCredentials | undefined> {
  if (env.AWS_EC2_METADATA_DISABLED === 'true') return undefined;
  const base = env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? 'http://169.254.169.254';
  try {
    const token = await ask(`${base}/latest/api/token`, {
      method: 'PUT',
      headers: { 'X-aws-ec2-metadata-token-ttl-seconds': metadataTokenSeconds },
    });
    const headers = { 'X-aws-ec2-metadata-token': token };
    const roles = `${base}/latest/meta-data/iam/security-credentials/`;
    const role = (await ask(roles, { headers })).split('\n')[0] ?? '';
    const found = roleCredentials.parse(JSON.parse(await ask(`${roles}${role}`, { headers })));
    return {
      accessKeyId: found.AccessKeyId,
      secretAccessKey: found.SecretAccessKey,
      sessionToken: found.Token,
    };
  } catch (error) {
    if (isAppError(error) || error instanceof z.ZodError || error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

async function ask(
  url: string,
  options: { readonly method?: 'PUT'; readonly headers: Readonly<Record<string, string>> },
): Promise<string> {
  const answer = await requestHttp({ url, ...options, timeoutMs: metadataTimeoutMs });
  if (answer.status === 200) return answer.body.toString('utf8').trim();
  throw agentError('FETCH_FAILED', {
    message: `Cannot ask '${url}' for credentials: the server answered ${answer.status}`,
  });
}
