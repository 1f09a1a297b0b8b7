import { expect, test } from 'vitest';
import { withLibprocessNames } from './libprocess-environment.ts';

test('withLibprocessNames translates the variables of TLS when they are switched on', () => {
  const env = {
    LIBPROCESS_SSL_CERT_FILE: '/c',
    LIBPROCESS_SSL_KEY_FILE: '/k',
    MESOS_TLS_KEY: '/own',
  };
  expect(withLibprocessNames(env)).toEqual(env);
  expect(withLibprocessNames({ ...env, LIBPROCESS_SSL_ENABLED: 'true' })).toMatchObject({
    MESOS_TLS_CERT: '/c',
    MESOS_TLS_KEY: '/own',
  });
});

test('withLibprocessNames translates the limit of metrics, also when there is none', () => {
  const env = { LIBPROCESS_METRICS_SNAPSHOT_ENDPOINT_RATE_LIMIT: '' };
  expect(withLibprocessNames(env)).toMatchObject({ MESOS_METRICS_SNAPSHOT_RATE_LIMIT: '' });
});
