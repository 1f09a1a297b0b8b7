/** Variables that Mesos's library reads, under the names of our flags. */
type Variables = Readonly<Record<string, string | undefined>>;

/** Mesos's variable → our flag's. */
const TLS: Readonly<Record<string, string>> = {
  LIBPROCESS_SSL_CERT_FILE: 'MESOS_TLS_CERT',
  LIBPROCESS_SSL_KEY_FILE: 'MESOS_TLS_KEY',
  LIBPROCESS_SSL_CA_FILE: 'MESOS_TLS_CA',
  LIBPROCESS_SSL_REQUIRE_CERT: 'MESOS_TLS_REQUIRE_CLIENT_CERT',
  LIBPROCESS_SSL_REQUIRE_CLIENT_CERT: 'MESOS_TLS_REQUIRE_CLIENT_CERT',
};
const OTHERS: Readonly<Record<string, string>> = {
  LIBPROCESS_METRICS_SNAPSHOT_ENDPOINT_RATE_LIMIT: 'MESOS_METRICS_SNAPSHOT_RATE_LIMIT',
};

/**
 * The environment with Mesos's LIBPROCESS_* variables under the names of our flags; those of TLS when
 * LIBPROCESS_SSL_ENABLED says so. A variable of our own wins.
 */
export function withLibprocessNames(env: Variables): Variables {
  const hasTls = env.LIBPROCESS_SSL_ENABLED === 'true' || env.LIBPROCESS_SSL_ENABLED === '1';
  const names = Object.entries(hasTls ? { ...TLS, ...OTHERS } : OTHERS);
  const translated = names.flatMap(([theirs, ours]) => {
    const value = env[theirs];
    return value === undefined ? [] : [[ours, value] as const];
  });
  return { ...Object.fromEntries(translated), ...env };
}
