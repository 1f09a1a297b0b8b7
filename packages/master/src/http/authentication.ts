/** The realms of the master, and the 401 of those who do not say who they are. */
import { type AuthenticatorOptions, authenticate, type Identity } from '@stoke/kit';
import type { HttpAnswer } from './answer.ts';
import { textAnswer } from './answer.ts';

/** Groups of endpoints that share a realm and a flag. */
export type Realm =
  | 'mesos-master-readonly'
  | 'mesos-master-readwrite'
  | 'mesos-master-scheduler'
  | 'mesos-master-agent';

/** Whom the master knows, and which realms ask. */
export type Authenticator = AuthenticatorOptions<Realm>;

/** Who asks; the principal is undefined when the realm is open. */
export type Authentication =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly answer: HttpAnswer };

/** A token that names no principal speaks for an executor, which has no business with a master. */
function isNobody({ principal, claims }: Identity): boolean {
  return principal === undefined && claims !== undefined;
}

/** Checks the Authorization header of a request to a realm. */
export function identify(
  authenticator: Authenticator,
  realm: Realm,
  header: string | undefined,
): Authentication {
  const checked = authenticate(authenticator, realm, header);
  if (!checked.ok) {
    const challenge = { 'WWW-Authenticate': checked.challenge };
    return { ok: false, answer: textAnswer(401, '401 Unauthorized.', challenge) };
  }
  if (isNobody(checked.identity)) {
    const reason = '403 Forbidden. The token names no principal (claim sub)';
    return { ok: false, answer: textAnswer(403, reason) };
  }
  return checked;
}
