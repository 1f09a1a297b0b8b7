/** Whom the master knows and what they may do: read once at start, from the files that flags name. */
import { type Authorizer, createAuthorizer, readJwtKey, readSecrets } from '@stoke/kit';
import { isAuthenticating, type MasterConfig } from '../config.ts';
import type { Authenticator, Realm } from '../http/authentication.ts';

/** Which realms ask for credentials, and the credentials. @throws AppError `CREDENTIALS_UNUSABLE` */
export function readAuthenticator(config: MasterConfig, nowMs: () => number): Authenticator {
  const flags: readonly (readonly [boolean, Realm])[] = [
    [config.authenticate_http_readonly, 'mesos-master-readonly'],
    [config.authenticate_http_readwrite, 'mesos-master-readwrite'],
    [config.authenticate_http_frameworks, 'mesos-master-scheduler'],
    [config.authenticate_agents, 'mesos-master-agent'],
  ];
  const { credentials, jwt_secret_key: key } = config;
  return {
    secrets: credentials === undefined ? new Map() : readSecrets(credentials),
    realms: new Set(flags.filter(([wanted]) => wanted).map(([, realm]) => realm)),
    jwtKey: key === undefined ? undefined : readJwtKey(key),
    nowMs,
  };
}

/** Once somebody has to say who he is, what no list allows is denied. */
export function authorizerOf(config: MasterConfig): Authorizer {
  return createAuthorizer(config.acls, { permissiveByDefault: !isAuthenticating(config) });
}
