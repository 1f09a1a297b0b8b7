/** Spark standalone on this machine: a master and workers of Spark's own, each a process. */
import { clusterError, type Provider } from '@stoke/cluster';

const refuse = async (): Promise<never> => {
  throw clusterError('PROVIDER_UNSUPPORTED', {
    message: "Cannot use provider 'standalone': it is not there yet",
  });
};

/** To come. */
export function createStandaloneProvider(
  _env: Readonly<Record<string, string | undefined>>,
): Provider {
  return {
    name: 'standalone',
    summary: '',
    validate: () => [],
    create: refuse,
    add: refuse,
    remove: refuse,
    kill: refuse,
    start: refuse,
    info: async () => undefined,
    list: async () => [],
    submit: refuse,
  };
}
