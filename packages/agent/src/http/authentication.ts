/** Whom the agent knows and what they may do: realms, credentials, keys and lists, read once at start. */
import {
  type AuthenticatorOptions,
  type Authorizer,
  authenticate,
  createAuthorizer,
  type Identity,
  readJwtKey,
  readSecrets,
} from '@stoke/kit';
import { type AgentConfig, isAuthenticating } from '../config.ts';
import { type Answer, textAnswer } from './answer.ts';

/** Groups of endpoints that share a realm and a flag. */
export type Realm = 'mesos-agent-readonly' | 'mesos-agent-readwrite' | 'mesos-agent-executor';

/** Whom the agent knows, and which realms ask. */
export type Authenticator = AuthenticatorOptions<Realm>;

/** Who asks, or the 401. */
export type Checked =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly answer: Answer };

const nobody: Identity = { principal: undefined, claims: undefined };

/** Checks the Authorization header of a request; routes without a realm are for everybody. */
export function identify(
  authenticator: Authenticator,
  realm: Realm | undefined,
  header: string | undefined,
): Checked {
  if (realm === undefined) return { ok: true, identity: nobody };
  const checked = authenticate(authenticator, realm, header);
  if (checked.ok) return checked;
  const challenge = { 'WWW-Authenticate': checked.challenge };
  return { ok: false, answer: textAnswer(401, '401 Unauthorized.', challenge) };
}

/**
 * Reads what the flags name. Executors show tokens and nothing else, so their realm takes only those.
 * @param executorKey signs and verifies tokens of executors; undefined: they have none
 * @throws AppError `CREDENTIALS_UNUSABLE`
 */
export function readAuthenticator(
  config: AgentConfig,
  executorKey: Uint8Array | undefined,
  nowMs: () => number,
): Authenticator {
  const flags: readonly (readonly [boolean, Realm])[] = [
    [config.authenticate_http_readonly, 'mesos-agent-readonly'],
    [config.authenticate_http_readwrite, 'mesos-agent-readwrite'],
    [config.authenticate_http_executors, 'mesos-agent-executor'],
  ];
  const path = config.http_credentials;
  return {
    secrets: path === undefined ? new Map() : readSecrets(path),
    realms: new Set(flags.filter(([wanted]) => wanted).map(([, realm]) => realm)),
    tokenRealms: new Set<Realm>(['mesos-agent-executor']),
    jwtKey: executorKey,
    nowMs,
  };
}

/** Once somebody has to say who he is, what no list allows is denied. */
export function authorizerOf(config: AgentConfig): Authorizer {
  return createAuthorizer(config.acls, { permissiveByDefault: !isAuthenticating(config) });
}

/** The key of `--jwt_secret_key`, when there is one. @throws AppError `CREDENTIALS_UNUSABLE` */
export function configuredKey(config: AgentConfig): Uint8Array | undefined {
  return config.jwt_secret_key === undefined ? undefined : readJwtKey(config.jwt_secret_key);
}
