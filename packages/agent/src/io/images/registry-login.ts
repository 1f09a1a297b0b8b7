/** Logins for registries out of a Docker configuration file, and tokens for them (Distribution token authentication). */
import { requestHttp } from '@stoke/kit';
import { z } from 'zod';
import { agentError } from '../../errors.ts';

const tokenBytes = 1024 * 1024;

export interface RegistryLogin {
  readonly user: string;
  readonly password: string;
}

const dockerConfig = z.object({
  auths: z
    .record(
      z.string(),
      z.object({
        auth: z.string().optional(),
        username: z.string().optional(),
        password: z.string().optional(),
      }),
    )
    .default({}),
});

/**
 * The login for a registry, by host and port; `text` is what `docker login` writes to config.json.
 * @throws AppError `IMAGE_UNUSABLE`
 */
export function loginFor(text: string, registry: string): RegistryLogin | undefined {
  let config: z.output<typeof dockerConfig>;
  try {
    config = dockerConfig.parse(JSON.parse(text));
  } catch {
    // The parser's own message would quote from the secret.
    throw agentError('IMAGE_UNUSABLE', {
      message:
        'Cannot use the Docker configuration for a registry: expected JSON with "auths", as docker login writes it',
    });
  }
  for (const [name, entry] of Object.entries(config.auths)) {
    if (hostOf(name) !== registry) continue;
    const { username: user, password } = entry;
    if (user !== undefined && password !== undefined) return { user, password };
    const pair = Buffer.from(entry.auth ?? '', 'base64').toString('utf8');
    const colon = pair.indexOf(':');
    if (colon > 0) return { user: pair.slice(0, colon), password: pair.slice(colon + 1) };
  }
  return undefined;
}

/** Docker's own is known by an old address. */
function hostOf(name: string): string {
  const host = name.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === 'index.docker.io' ? 'registry-1.docker.io' : host;
}

export function basicAuthorization({ user, password }: RegistryLogin): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

export interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Takes a WWW-Authenticate header apart. */
export function parseChallenge(header: string): Challenge {
  const [, scheme = '', rest = ''] = /^\s*(\S+)\s*(.*)$/.exec(header) ?? [];
  const pairs = [...rest.matchAll(/([a-zA-Z_]+)="([^"]*)"/g)];
  const parameters = Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
  return { scheme: scheme.toLowerCase(), parameters };
}

const tokenAnswer = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
});

/** Asks the realm of a Bearer challenge for a token; answers the header that carries it. */
export async function fetchToken(
  { parameters }: Challenge,
  request: {
    readonly registry: URL;
    readonly login: RegistryLogin | undefined;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  const { registry, login, signal } = request;
  const realm = URL.canParse(parameters.realm ?? '') ? new URL(parameters.realm ?? '') : undefined;
  const isSafe = realm?.protocol === 'https:' || realm?.protocol === registry.protocol;
  if (realm === undefined || !isSafe) {
    throw denied(registry, 'it asks for a token from an address that is not safe');
  }
  for (const name of ['service', 'scope']) {
    const value = parameters[name];
    if (value !== undefined) realm.searchParams.set(name, value);
  }
  const headers: Record<string, string> =
    login === undefined ? {} : { authorization: basicAuthorization(login) };
  const answer = await requestHttp({ url: realm.href, headers, maxBytes: tokenBytes, signal });
  if (answer.status !== 200) throw denied(registry, `no token was given (${answer.status})`);
  const { token, access_token: other } = tokenAnswer.parse(JSON.parse(answer.body.toString()));
  const given = token ?? other;
  if (given === undefined) throw denied(registry, 'the answer holds no token');
  return `Bearer ${given}`;
}

function denied(registry: URL, reason: string): Error {
  return agentError('IMAGE_UNUSABLE', {
    message: `Cannot log in to registry '${registry.host}': ${reason}; see --docker_config`,
  });
}
